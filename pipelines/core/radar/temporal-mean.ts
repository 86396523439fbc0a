/** Means over time in linear power; a mean of decibels is the geometric mean, 2.5 dB too low for one look. */

export interface PowerMean {
  readonly sum: Float64Array;
  readonly count: Uint16Array;
}

export function createPowerMean(pixels: number): PowerMean {
  return { sum: new Float64Array(pixels), count: new Uint16Array(pixels) };
}

/** Adds a date. @param values  Linear power; NaN is no value. */
export function addPower({ sum, count }: PowerMean, values: Float32Array): void {
  for (let i = 0; i < values.length; i++) {
    const v = values[i]!;
    if (v !== v) continue;
    sum[i]! += v;
    count[i]!++;
  }
}

/** NaN where no date is valid. */
export function meanPower({ sum, count }: PowerMean, out: Float32Array): void {
  for (let i = 0; i < out.length; i++) out[i] = sum[i]! / count[i]!;
}
