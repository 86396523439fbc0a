/** The moments of zones over samples of 8 and 16 bits, in WebAssembly (`integer-moments.as`): five times as fast. */
import type { WasmMemory } from '../../kernel/web-assembly.ts';
import { instantiate } from '../../kernel/web-assembly.ts';
import type { Samples } from '../../raster/block.ts';
import type { Pieces } from './coverage.ts';
import { MODULE } from './integer-moments-wasm.ts';

interface Kernel {
  readonly memory: WasmMemory;
  readonly FREE: { readonly value: number };
  measure(
    data: number,
    mask: number,
    flip: number,
    ranges: number,
    pieces: number,
    runStart: number,
    runLength: number,
    cutCell: number,
    cutShare: number,
    out: number,
  ): void;
}

type ShortSamples = Int16Array | Uint16Array | Uint8Array | Int8Array;

const kernel = instantiate<Kernel>(MODULE);
const PAGE_BYTES = 65536;
const VECTOR_BYTES = 16;
const PIECE_NUMBERS = 6;
/** Reads signed what is unsigned, so that one loop serves both. */
const FLIP = 0x8000;

export function isShort(data: Samples): data is ShortSamples {
  return !(data instanceof Float32Array || data instanceof Float64Array) && data.BYTES_PER_ELEMENT <= 2;
}

/** As `measurePieces`, which is how it is called. Pieces are of one tile. */
export function measureIntegers(pieces: Pieces, data: ShortSamples, mask: Uint8Array | null, out: Float64Array): void {
  const count = pieces.pieceZone.length;
  const sizes = [8 * PIECE_NUMBERS * count, 2 * data.length + VECTOR_BYTES, data.length + VECTOR_BYTES];
  const [outAt, dataAt, maskAt, end] = layOut(kernel.FREE.value, sizes) as [number, number, number, number];
  const [rangeAt, runStartAt, runLengthAt, cutCellAt, cutShareAt] = placeCells(pieces, end);
  const { buffer } = kernel.memory;
  const isUnsigned = data instanceof Uint16Array;
  if (isUnsigned) new Uint16Array(buffer, dataAt, data.length).set(data);
  else new Int16Array(buffer, dataAt, data.length).set(data);
  const flags = new Uint8Array(buffer, maskAt, data.length);
  if (mask) flags.set(mask);
  else flags.fill(1);
  const flip = isUnsigned ? FLIP : 0;
  kernel.measure(dataAt, maskAt, flip, rangeAt, count, runStartAt, runLengthAt, cutCellAt, cutShareAt, outAt);
  out.set(new Float64Array(buffer, outAt, PIECE_NUMBERS * count));
}

type CellPlaces = [ranges: number, runStart: number, runLength: number, cutCell: number, cutShare: number];

/** Below it the numbers of a tile lie, above it cells that stay for the next raster. */
const KEPT_FROM = 4 << 20;
const KEPT_TO = 52 << 20;
/** Where the cells of a tile lie; its pieces are the same record for every raster. */
let kept = new WeakMap<Pieces, CellPlaces>();
let keptEnd = KEPT_FROM;

/**
 * Copies the cells of a tile where the kernel finds them, unless they are there.
 * @param free  Address from which on nothing of the tile lies.
 */
function placeCells(pieces: Pieces, free: number): CellPlaces {
  const known = free <= KEPT_FROM ? kept.get(pieces) : undefined;
  if (known) return known;
  const { pieceRange, runStart, runLength, cutCell, cutShare } = pieces;
  const arrays = [pieceRange, runStart, runLength, cutCell, cutShare];
  const sizes = arrays.map((array) => array.byteLength);
  const bytes = sizes.reduce((sum, size) => sum + size + VECTOR_BYTES, 0);
  const canStay = free <= KEPT_FROM && KEPT_FROM + bytes <= KEPT_TO;
  if (!canStay || keptEnd + bytes > KEPT_TO) {
    kept = new WeakMap(); // what was kept is overwritten
    keptEnd = KEPT_FROM;
  }
  const places = layOut(canStay ? keptEnd : free, sizes);
  for (const [i, array] of arrays.entries()) new Uint32Array(kernel.memory.buffer, places[i], array.length).set(array);
  if (canStay) {
    kept.set(pieces, places.slice(0, -1) as CellPlaces);
    keptEnd = places.at(-1)!;
  }
  return places as unknown as CellPlaces;
}

/** Addresses of parts of so many bytes, one after the other, and that of their end; the memory grows where it must. */
function layOut(from: number, sizes: readonly number[]): number[] {
  const places: number[] = [];
  let end = from;
  for (const size of sizes) {
    places.push(end);
    end += Math.ceil(size / VECTOR_BYTES) * VECTOR_BYTES;
  }
  const missing = Math.ceil((end - kernel.memory.buffer.byteLength) / PAGE_BYTES);
  if (missing > 0) kernel.memory.grow(missing);
  return [...places, end];
}
