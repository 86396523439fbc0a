/** Between values as they are computed and numbers as a file stores them; between masks and nodata. */
import type { Samples } from './block.ts';
import type { Floats } from './composite.ts';

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
export function toIntegers(values: Floats, out: Samples, { factor, min, max, nodata }: StoredRange): number {
  let lost = 0;
  const beside = nodata < max ? nodata + 1 : nodata - 1;
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

/** Twice as much still is a 32-bit integer. */
const WHOLE_LIMIT = 2 ** 29;
