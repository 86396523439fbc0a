/** Between values as they are computed and numbers as a file stores them; between masks and nodata. */
import { instantiate } from '../kernel/web-assembly.ts';
import type { WasmMemory } from '../kernel/web-assembly.ts';
import type { Samples } from './block.ts';
import type { Floats } from './composite.ts';
import { MODULE } from './quantise-wasm.ts';

/** Writes `nodata` (0 where there is none) over every sample whose mask is 0. */
export function burnNodata(data: Samples, mask: Uint8Array, nodata: number | null): void {
  const fill = nodata ?? 0;
  for (let i = 0; i < data.length; i++) if (mask[i] === 0) data[i] = fill;
}

/** `data · scale + offset` into `out`; NaN where the mask is 0. */
export function copyValues(
  data: Samples,
  mask: Uint8Array | null,
  { scale, offset }: { readonly scale: number; readonly offset: number },
  out: Floats,
): void {
  if (scale === 1 && offset === 0) out.set(data);
  else for (let i = 0; i < out.length; i++) out[i] = data[i]! * scale + offset;
  if (mask) for (let i = 0; i < out.length; i++) if (mask[i] === 0) out[i] = NaN;
}

export interface StoredRange {
  /** Stored = value · factor. */
  readonly factor: number;
  /** The least and greatest number that the type holds. */
  readonly min: number;
  readonly max: number;
  /** What NaN and values beyond the range become. */
  readonly nodata: number;
}

/**
 * Values to integers, rounded half away from zero; NaN and what does not fit become nodata. A value that rounds to
 * `nodata` is moved by one, so that it stays valid.
 * @returns how many values did not fit.
 */
export function toIntegers(values: Floats, out: Samples, range: StoredRange): number {
  if (values instanceof Float32Array && out.BYTES_PER_ELEMENT === 2) return toWords(values, out, range);
  const { factor, min, max, nodata } = range;
  let lost = 0;
  const beside = besideOf(range);
  for (let i = 0; i < values.length; i++) {
    const v = values[i]! * factor;
    let whole: number;
    if (Math.abs(v) < WHOLE_LIMIT) {
      const twice = (v + v) | 0;
      whole = (twice + 1 + (twice >> 31)) >> 1; // quicker than Math.floor and without a branch on the sign
    } else whole = v < 0 ? Math.ceil(v - 0.5) : Math.floor(v + 0.5);
    if (whole >= min && whole <= max) out[i] = whole === nodata ? beside : whole;
    else {
      out[i] = nodata;
      if (v === v) lost++;
    }
  }
  return lost;
}

function besideOf({ nodata, max }: StoredRange): number {
  return nodata < max ? nodata + 1 : nodata - 1;
}

interface Kernel {
  readonly memory: WasmMemory;
  readonly VALUES: { readonly value: number };
  quantise(size: number, factor: number, min: number, max: number, nodata: number, beside: number, to: number): number;
}

let kernel: Kernel | undefined;
/** Values at a time: they and their integers stay in the processor's cache. */
const CHUNK = 8192;

/** The same in WebAssembly (`quantise.as`), four times as fast: clouds make a loop's branches hard to predict. */
function toWords(values: Float32Array, out: Samples, range: StoredRange): number {
  kernel ??= instantiate<Kernel>(MODULE);
  const { memory, VALUES } = kernel;
  const stored = VALUES.value + 4 * CHUNK;
  if (memory.buffer.byteLength < stored + 2 * CHUNK) memory.grow(1);
  const from = new Float32Array(memory.buffer, VALUES.value, CHUNK);
  const to = new (out.constructor as SamplesConstructor)(memory.buffer, stored, CHUNK);
  let lost = 0;
  for (let start = 0; start < values.length; start += CHUNK) {
    const part = values.subarray(start, start + CHUNK);
    from.set(part);
    from.fill(NaN, part.length, (part.length + 3) & ~3);
    const { factor, min, max, nodata } = range;
    lost += kernel.quantise((part.length + 3) & ~3, factor, min, max, nodata, besideOf(range), stored);
    out.set(to.subarray(0, part.length), start);
  }
  return lost;
}

type SamplesConstructor = new (buffer: ArrayBuffer, byteOffset: number, length: number) => Samples;

/** Twice as much still is a 32-bit integer. */
const WHOLE_LIMIT = 2 ** 29;
