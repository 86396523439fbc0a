/**
 * The first three halvings of 16-bit pixels by averages, eight rows at a time, so that sums of a level still lie in the
 * processor's cache when they become the next. The passes are WebAssembly (`overview.as`); results equal those of
 * `reduceBand`, `reduceAgain` and `toStored`.
 */
import type { WasmMemory } from '../kernel/web-assembly.ts';
import { instantiate } from '../kernel/web-assembly.ts';
import type { Reduction, StoredBand } from './overview.ts';
import { MODULE } from './overview-wasm.ts';

type Words = Int16Array | Uint16Array;

/** Sizes are halved and rounded up from level to level. */
export interface ThreeLevels {
  /** Means of up to 2 × 2 and 4 × 4 pixels, as stored. */
  readonly stored: readonly [half: Words, quarter: Words];
  /** Of up to 8 × 8 pixels. */
  readonly eighth: Reduction;
}

interface Kernel {
  readonly memory: WasmMemory;
  sumWords(
    from: number,
    width: number,
    rows: number,
    nodata: number,
    isSigned: boolean,
    sums: number,
    counts: number,
  ): void;
  addFours(from: number, width: number, rows: number, to: number): void;
  roundMeans(sums: number, counts: number, size: number, full: number, nodata: number, to: number): void;
}

const kernel = instantiate<Kernel>(MODULE);
const PAGE_BYTES = 65536;
/** Rows at a time: one of the third level. */
const ROWS = 8;
/** Pixels to which rows are filled up, so that all levels consist of whole vectors. */
const COLUMNS = 64;

/** @returns null where the pixels are not of 16 bits, or where no number marks those that are invalid. */
export function reduceWords({ data, width, height, nodata }: StoredBand): ThreeLevels | null {
  if (!(data instanceof Int16Array || data instanceof Uint16Array) || !isOf(data, nodata)) return null;
  const strip = createStrip(data, width, nodata);
  const [w1, w2, w3] = [(width + 1) >> 1, (width + 3) >> 2, (width + 7) >> 3];
  const [h1, h2, h3] = [(height + 1) >> 1, (height + 3) >> 2, (height + 7) >> 3];
  const Type = data.constructor as new (length: number) => Words;
  const half = new Type(w1 * h1);
  const quarter = new Type(w2 * h2);
  const sums = new Int32Array(w3 * h3);
  const counts = new Uint16Array(w3 * h3);
  for (let row = 0; row < h3; row++) {
    strip.fill(data, ROWS * row, height);
    strip.reduce();
    copyRows(strip.half, half, w1, 4 * row, h1);
    copyRows(strip.quarter, quarter, w2, 2 * row, h2);
    sums.set(strip.sums.subarray(0, w3), row * w3);
    counts.set(strip.counts.subarray(0, w3), row * w3);
  }
  return { stored: [half, quarter], eighth: { kind: 'sums', width: w3, height: h3, sums, counts } };
}

function isOf(data: Words, nodata: number | null): nodata is number {
  return nodata !== null && (data.constructor as typeof Int16Array).of(nodata)[0] === nodata;
}

interface StoredRows {
  readonly words: Words;
  readonly rows: number;
}

/** The kernel's memory laid out for rows of one width. Valid until another strip is created. */
function createStrip(like: Words, width: number, nodata: number) {
  const padded = Math.ceil(width / COLUMNS) * COLUMNS;
  const pixels = ROWS * padded;
  // pixels; sums and counts of a quarter of them, of a sixteenth and of a sixty-fourth; two levels as stored
  const sums1 = 2 * pixels;
  const counts1 = sums1 + pixels;
  const sums2 = counts1 + pixels;
  const counts2 = sums2 + pixels / 4;
  const sums3 = counts2 + pixels / 4;
  const counts3 = sums3 + pixels / 16;
  const stored1 = counts3 + pixels / 16;
  const stored2 = stored1 + pixels / 2;
  const missing = stored2 + pixels / 8 - kernel.memory.buffer.byteLength;
  if (missing > 0) kernel.memory.grow(Math.ceil(missing / PAGE_BYTES));
  const { buffer } = kernel.memory;
  const Type = like.constructor as new (buffer: ArrayBuffer, at: number, length: number) => Words;
  const input = new Type(buffer, 0, pixels);
  const isSigned = like instanceof Int16Array;
  return {
    half: { words: new Type(buffer, stored1, pixels / 4), rows: ROWS / 2 },
    quarter: { words: new Type(buffer, stored2, pixels / 16), rows: ROWS / 4 },
    sums: new Int32Array(buffer, sums3, pixels / 64),
    counts: new Int32Array(buffer, counts3, pixels / 64),
    /** Takes eight rows; what is beyond the band counts for nothing. */
    fill(data: Words, row: number, height: number): void {
      const rows = Math.min(ROWS, height - row);
      if (rows < ROWS || padded > width) input.fill(nodata);
      if (padded === width) input.set(data.subarray(row * width, (row + rows) * width));
      else
        for (let y = 0; y < rows; y++) input.set(data.subarray((row + y) * width, (row + y + 1) * width), y * padded);
    },
    reduce(): void {
      kernel.sumWords(0, padded, 4, nodata, isSigned, sums1, counts1);
      kernel.addFours(sums1, padded / 2, 2, sums2);
      kernel.addFours(counts1, padded / 2, 2, counts2);
      kernel.addFours(sums2, padded / 4, 1, sums3);
      kernel.addFours(counts2, padded / 4, 1, counts3);
      kernel.roundMeans(sums1, counts1, pixels / 4, 2, nodata, stored1);
      kernel.roundMeans(sums2, counts2, pixels / 16, 4, nodata, stored2);
    },
  };
}

/** Copies the rows of a strip, as many as the level has from `row` on. */
function copyRows({ words, rows }: StoredRows, to: Words, width: number, row: number, height: number): void {
  const padded = words.length / rows;
  for (let y = 0; y < Math.min(rows, height - row); y++)
    to.set(words.subarray(y * padded, y * padded + width), (row + y) * width);
}
