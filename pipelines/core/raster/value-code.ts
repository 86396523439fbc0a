/**
 * Samples, the codes we compute with, and the codes that tiles store.
 *
 * Between reading and encoding a band is 16-bit codes, 0 = nodata: one type for every kernel, the mask inside it, a
 * quarter of the memory of float64. 8- and 16-bit samples map one to one (but see `codingOfType`); wider ones in 65534
 * equal steps from the lowest to the highest, a hundredth of what 8-bit tiles can tell.
 */
import type { Rescale } from '../color/rescale.ts';
import { paletteIndex } from '../color/rescale.ts';
import type { DataType, Samples } from './block.ts';

/** sample = low + step · (code − 1), code 1 to 65535. */
export interface SampleCoding {
  readonly low: number;
  readonly step: number;
}

/** value = offset + scale · code; code 1 to 255 (precision 8) or 65535 (16), 0 = nodata. */
export interface TileCoding {
  readonly precision: 8 | 16;
  readonly scale: number;
  readonly offset: number;
}

/** value = sample · scale + offset. */
export interface Calibration {
  readonly scale: number;
  readonly offset: number;
}

/** Lowest and highest sample. */
export interface SampleRange {
  readonly min: number;
  readonly max: number;
}

const LAST_CODE = { 8: 255, 16: 65535 } as const;

export function isIntegerType(dtype: DataType): boolean {
  return !dtype.startsWith('float');
}

/**
 * The coding of a type whose range need not be known: 8- and 16-bit samples, one code each. 16 bits are one code
 * short, for nodata: the outermost sample (−32768, 65535) shares the code of its neighbour.
 * @returns null for wider types
 */
export function codingOfType(dtype: DataType): SampleCoding | null {
  if (dtype === 'uint8' || dtype === 'uint16') return { low: 0, step: 1 };
  if (dtype === 'int8') return { low: -128, step: 1 };
  return dtype === 'int16' ? { low: -32767, step: 1 } : null;
}

/** The coding of a known range: one code for each integer where they suffice, else equal steps. */
export function codingOfRange({ min, max }: SampleRange, dtype: DataType, precision: 8 | 16 = 16): SampleCoding {
  const steps = LAST_CODE[precision] - 1;
  if (isIntegerType(dtype) && max - min <= steps) {
    if (min >= 1 && max <= steps + 1) return { low: 1, step: 1 }; // the code is the sample itself
    return { low: min >= 0 && max <= steps ? 0 : min, step: 1 };
  }
  return { low: min, step: max > min ? (max - min) / steps : 1 };
}

/** How tiles of a precision store samples of a range; every sample within half a step. */
export function tileCoding(
  range: SampleRange,
  dtype: DataType,
  precision: 8 | 16,
  { scale, offset }: Calibration,
): TileCoding {
  const { low, step } = codingOfRange(range, dtype, precision);
  return { precision, scale: step * scale, offset: (low - step) * scale + offset };
}

/**
 * Samples to codes. Samples beyond the coding take its end's code; NaN and infinite ones become nodata.
 * @param mask  1 = valid, null: all.
 */
export function toCodes(
  data: Samples,
  mask: Uint8Array | null,
  { low, step }: SampleCoding,
  out: Uint16Array = new Uint16Array(data.length),
): Uint16Array {
  if (step === 1 && !(data instanceof Float32Array || data instanceof Float64Array)) shift(data, 1 - low, out);
  else quantise(data, low, 1 / step, out);
  if (mask) for (let i = 0; i < out.length; i++) if (mask[i] === 0) out[i] = 0;
  return out;
}

function shift(data: Samples, by: number, out: Uint16Array): void {
  for (let i = 0; i < data.length; i++) {
    const code = data[i]! + by;
    out[i] = code < 1 ? 1 : code > 65535 ? 65535 : code;
  }
}

function quantise(data: Samples, low: number, perStep: number, out: Uint16Array): void {
  for (let i = 0; i < data.length; i++) {
    const v = data[i]!;
    const code = (v - low) * perStep + 1.5;
    out[i] = v - v !== 0 ? 0 : code < 1 ? 1 : code > 65535 ? 65535 : code;
  }
}

/** For every code (0 to 65535) the code that a tile stores. Length 65536. */
export function tileCodeTable(from: SampleCoding, by: Calibration, to: TileCoding): Uint16Array {
  const last = LAST_CODE[to.precision];
  return Uint16Array.from({ length: 65536 }, (_, code) => {
    if (code === 0) return 0;
    const value = valueOf(code, from, by);
    return Math.min(last, Math.max(1, Math.round((value - to.offset) / to.scale)));
  });
}

/** For every code (0 to 65535) the palette entry: 0 for nodata, else 1 to 255. Length 65536. */
export function paletteTable(from: SampleCoding, by: Calibration, rescale: Rescale): Uint8Array {
  return Uint8Array.from({ length: 65536 }, (_, code) =>
    code === 0 ? 0 : paletteIndex(valueOf(code, from, by), rescale),
  );
}

function valueOf(code: number, { low, step }: SampleCoding, { scale, offset }: Calibration): number {
  return (low + step * (code - 1)) * scale + offset;
}
