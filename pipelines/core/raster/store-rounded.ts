import type { Samples } from './block.ts';

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
