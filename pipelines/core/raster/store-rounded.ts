import type { Samples } from './block.ts';

/** Integer types and what they hold. */
const RANGES: readonly (readonly [new (length: number) => Samples, number, number])[] = [
  [Uint8Array, 0, 255],
  [Int8Array, -128, 127],
  [Uint16Array, 0, 65_535],
  [Int16Array, -32_768, 32_767],
  [Uint32Array, 0, 4_294_967_295],
  [Int32Array, -2_147_483_648, 2_147_483_647],
];

/** Values into stored numbers: integers rounded half up and cut to their type's range (as GDAL), floats as they are. */
export function storeRounded(values: Float64Array, into: Samples): void {
  const range = RANGES.find(([type]) => into instanceof type);
  if (!range) {
    into.set(values);
    return;
  }
  const [, low, high] = range;
  for (let i = 0; i < values.length; i++) {
    const v = Math.floor(values[i]! + 0.5);
    into[i] = v < low ? low : v > high ? high : v;
  }
}

/**
 * Moves valid values that happen to equal `nodata` to the nearest number beside it, as GDAL does, so that they stay
 * valid. Nothing where nodata is NaN or null.
 */
export function keepValid(data: Samples, mask: Uint8Array, nodata: number | null): void {
  if (nodata === null || Number.isNaN(nodata)) return;
  const beside = numberBeside(data, nodata);
  for (let i = 0; i < data.length; i++) if (data[i] === nodata && mask[i] === 1) data[i] = beside;
}

function numberBeside(data: Samples, nodata: number): number {
  const range = RANGES.find(([type]) => data instanceof type);
  if (range) return nodata < range[2] ? nodata + 1 : nodata - 1;
  const digits = data instanceof Float32Array ? 22 : 51;
  return nodata === 0 ? Number.MIN_VALUE * 2 ** 925 : nodata * (1 - 2 ** -digits);
}
