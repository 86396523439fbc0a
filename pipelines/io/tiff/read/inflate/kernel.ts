/**
 * Deflate and the horizontal predictor undone by a WebAssembly module of our own. Blocks are decoded where the module
 * sees them, in memory that grows to the largest of them and is used again for the next.
 */
import { MODULE } from './inflate-wasm.ts';

/** What is used of the WebAssembly namespace, which belongs to the DOM's types although Node has it too. */
interface WebAssemblyApi {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object, imports: object) => { readonly exports: unknown };
}

interface Exports {
  readonly memory: { readonly buffer: ArrayBuffer; grow(pages: number): number };
  /** @returns bytes written, −1 where the stream is refused. */
  inflate(input: number, inputEnd: number, output: number, outputEnd: number): number;
  sum8(at: number, width: number, rows: number): void;
  sum16(at: number, width: number, rows: number): void;
  sum32(at: number, width: number, rows: number): void;
}

const PAGE_BYTES = 65536;
/** The module's tables come before. */
const INPUT = 2 * PAGE_BYTES;
/** The module may read and write that far beyond input and output. */
const SLACK = 1024;
/** Larger blocks would leave each thread with much memory; smaller ones do not pay for the way there. */
const MAX_BYTES = 8 * 1024 * 1024;
const MIN_BYTES = 16384;

let kernel: Exports | null | undefined;

/** null where there is no WebAssembly SIMD. */
function load(): Exports | null {
  try {
    const { Module, Instance } = (globalThis as unknown as { WebAssembly: WebAssemblyApi }).WebAssembly;
    return new Instance(new Module(Buffer.from(MODULE, 'base64')), {}).exports as Exports;
  } catch {
    return null;
  }
}

/**
 * @param size  Bytes that the stream holds at most.
 * @returns its bytes, which are the caller's until the next call; null where zlib has to look at it: the stream is
 *   damaged, cut off or longer, or the block is too small or too large for this.
 */
export function inflateInPlace(data: Uint8Array, size: number): Uint8Array | null {
  if (size < MIN_BYTES || size > MAX_BYTES || data.length > MAX_BYTES) return null;
  if (kernel === undefined) kernel = load();
  if (!kernel) return null;
  const { memory } = kernel;
  const inputEnd = INPUT + data.length;
  const output = Math.ceil((inputEnd + SLACK) / 16) * 16;
  const missing = output + size + SLACK - memory.buffer.byteLength;
  if (missing > 0 && !grow(kernel, Math.ceil(missing / PAGE_BYTES))) return null;
  new Uint8Array(memory.buffer, INPUT, data.length).set(data);
  const length = kernel.inflate(INPUT, inputEnd, output, output + size);
  return length < 0 ? null : new Uint8Array(memory.buffer, output, length);
}

function grow({ memory }: Exports, pages: number): boolean {
  try {
    memory.grow(pages);
    return true;
  } catch {
    return false; // the system has no more
  }
}

/** Whether numbers lie where the next block will be decoded. */
export function isInPlace(samples: ArrayBufferView): boolean {
  return !!kernel && samples.buffer === kernel.memory.buffer;
}

/**
 * Predictor 2 of one sample per pixel.
 * @param words  In place, rows of `width`.
 */
export function sumInPlace(words: Uint8Array | Uint16Array | Uint32Array, width: number): void {
  const rows = Math.floor(words.length / width);
  if (words.BYTES_PER_ELEMENT === 1) kernel!.sum8(words.byteOffset, width, rows);
  else if (words.BYTES_PER_ELEMENT === 2) kernel!.sum16(words.byteOffset, width, rows);
  else kernel!.sum32(words.byteOffset, width, rows);
}
