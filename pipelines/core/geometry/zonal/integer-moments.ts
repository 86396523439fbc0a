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
export function measureIntegers(
  { pieceZone, pieceRange, runStart, runLength, cutCell, cutShare }: Pieces,
  data: ShortSamples,
  mask: Uint8Array | null,
  out: Float64Array,
): void {
  const pieces = pieceZone.length;
  const [runs, cuts] = [runStart.length, cutCell.length];
  const places = layOut([
    8 * PIECE_NUMBERS * pieces,
    2 * data.length + VECTOR_BYTES,
    data.length + VECTOR_BYTES,
    16 * pieces,
    4 * runs,
    4 * runs,
    4 * cuts,
    4 * cuts,
  ]);
  const [outAt, dataAt, maskAt, rangeAt, runStartAt, runLengthAt, cutCellAt, cutShareAt] = places as Places;
  const { buffer } = kernel.memory;
  const isUnsigned = data instanceof Uint16Array;
  if (isUnsigned) new Uint16Array(buffer, dataAt, data.length).set(data);
  else new Int16Array(buffer, dataAt, data.length).set(data);
  const flags = new Uint8Array(buffer, maskAt, data.length);
  if (mask) flags.set(mask);
  else flags.fill(1);
  new Uint32Array(buffer, rangeAt, 4 * pieces).set(pieceRange);
  new Uint32Array(buffer, runStartAt, runs).set(runStart);
  new Uint32Array(buffer, runLengthAt, runs).set(runLength);
  new Uint32Array(buffer, cutCellAt, cuts).set(cutCell);
  new Uint32Array(buffer, cutShareAt, cuts).set(cutShare);
  const flip = isUnsigned ? FLIP : 0;
  kernel.measure(dataAt, maskAt, flip, rangeAt, pieces, runStartAt, runLengthAt, cutCellAt, cutShareAt, outAt);
  out.set(new Float64Array(buffer, outAt, PIECE_NUMBERS * pieces));
}

type Places = [number, number, number, number, number, number, number, number];

/** Addresses of parts of so many bytes, one after the other; the memory grows where it must. */
function layOut(sizes: readonly number[]): number[] {
  const places: number[] = [];
  let end = kernel.FREE.value;
  for (const size of sizes) {
    places.push(end);
    end += Math.ceil(size / VECTOR_BYTES) * VECTOR_BYTES;
  }
  const missing = Math.ceil((end - kernel.memory.buffer.byteLength) / PAGE_BYTES);
  if (missing > 0) kernel.memory.grow(missing);
  return places;
}
