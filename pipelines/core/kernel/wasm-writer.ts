/**
 * Just enough of the WebAssembly binary format to write one function over SIMD vectors.
 * @see https://webassembly.github.io/spec/core/binary/
 */

/** Unsigned LEB128. */
export function u(value: number): number[] {
  const out: number[] = [];
  do {
    const low = value & 0x7f;
    value >>>= 7;
    out.push(value === 0 ? low : low | 0x80);
  } while (value !== 0);
  return out;
}

/** `\0asm`, version 1. */
const MAGIC = [0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0];
const SIMD = 0xfd;
/** Value and block types. */
export const I32 = 0x7f;
export const V128 = 0x7b;
const EMPTY = 0x40;

/** Instructions, each as the bytes that encode it. */
export const op = {
  get: (local: number) => [0x20, ...u(local)],
  set: (local: number) => [0x21, ...u(local)],
  tee: (local: number) => [0x22, ...u(local)],
  /** Small constants only: 0 to 63. */
  i32: (value: number) => [0x41, value],
  addI32: [0x6a],
  lessI32: [0x49],
  loop: [0x03, EMPTY],
  branchIf: (depth: number) => [0x0d, ...u(depth)],
  end: [0x0b],
  load: [SIMD, 0x00, 4, 0],
  store: [SIMD, 0x0b, 4, 0],
  /** The same 32 bits in all four lanes. */
  constant: (bits: number) => {
    const lane = [bits & 0xff, (bits >>> 8) & 0xff, (bits >>> 16) & 0xff, bits >>> 24];
    return [SIMD, 0x0c, ...lane, ...lane, ...lane, ...lane];
  },
  /** (a, b, mask) → a where the mask's bits are set, else b. */
  select: [SIMD, 0x52],
  equalF32: [SIMD, 0x41],
  greaterI32x4: [SIMD, 0x3b],
  subtractI32x4: [SIMD, 0xb1, 0x01],
  addF32: [SIMD, 0xe4, 0x01],
  subtractF32: [SIMD, 0xe5, 0x01],
  multiplyF32: [SIMD, 0xe6, 0x01],
  /** 8 bytes, or 4, into the lowest lanes; the others become 0. */
  load64: [SIMD, 0x5d, 3, 0],
  load32: [SIMD, 0x5c, 2, 0],
  /** The lower half of 16-bit lanes to 32 bits, and of bytes to 16. */
  extendI16: [SIMD, 0xa7, 0x01],
  extendU16: [SIMD, 0xa9, 0x01],
  extendU8: [SIMD, 0x89, 0x01],
  and: [SIMD, 0x4e],
  /** Two 32-bit integers of the lower half to doubles; two doubles to singles in the lower half. */
  toF64: [SIMD, 0xfe, 0x01],
  toF32: [SIMD, 0x5e],
  constantF64: (value: number) => {
    const bytes = [...new Uint8Array(Float64Array.of(value).buffer)]; // little endian, as all machines that we know
    return [SIMD, 0x0c, ...bytes, ...bytes];
  },
  lessF64: [SIMD, 0x49],
  absF64: [SIMD, 0xec, 0x01],
  negateF64: [SIMD, 0xed, 0x01],
  sqrtF64: [SIMD, 0xef, 0x01],
  addF64: [SIMD, 0xf0, 0x01],
  subtractF64: [SIMD, 0xf1, 0x01],
  multiplyF64: [SIMD, 0xf2, 0x01],
  divideF64: [SIMD, 0xf3, 0x01],
  /** Bytes of two vectors by their number: 0 to 15 of the first, 16 to 31 of the second. */
  shuffle: (...lanes: readonly number[]) => [SIMD, 0x0d, ...lanes],
  /** pmin(a, b) = b < a ? b : a, and pmax(a, b) = a < b ? b : a: one instruction each on x86. */
  pminF32: [SIMD, 0xea, 0x01],
  pmaxF32: [SIMD, 0xeb, 0x01],
} as const;

/**
 * A module with one exported function `run` of `parameters` 32-bit integers, no result, over the imported memory
 * `env.memory`.
 * @param vectors  Number of v128 locals; they follow the parameters.
 */
export function moduleOf(parameters: number, vectors: number, body: readonly number[]): Uint8Array {
  const name = (text: string) => [...u(text.length), ...new TextEncoder().encode(text)];
  const section = (id: number, content: readonly number[]) => [id, ...u(content.length), ...content];
  const code = [1, ...u(vectors), V128, ...body, ...op.end];
  return Uint8Array.from([
    ...MAGIC,
    ...section(1, [1, 0x60, ...u(parameters), ...Array.from({ length: parameters }, () => I32), 0]), // types
    ...section(2, [1, ...name('env'), ...name('memory'), 0x02, 0, 1]), // imports: a memory of at least one page
    ...section(3, [1, 0]), // functions
    ...section(7, [1, ...name('run'), 0x00, 0]), // exports
    ...section(10, [1, ...u(code.length), ...code]), // code
  ]);
}
