/**
 * How the valid samples of a band are distributed: counted in parts, in any order, and merged. Samples of 8 and 16 bits
 * are counted value by value, so that all that follows is exact; wider ones in bins of float32 with 9 bits of mantissa
 * (0.1 % of the value), with exact moments beside them.
 */
import type { ValueStatistics } from '../wire.ts';
import type { DataType, Samples } from './block.ts';

export interface Distribution {
  readonly dtype: DataType;
  /** Valid, finite samples. */
  count: number;
  /** Of stored samples, scale and offset not applied. Infinity and -Infinity where there are none. */
  min: number;
  max: number;
  mean: number;
  /** Sum of squared deviations from the mean. */
  deviation: number;
  /** 8 and 16 bits: by sample minus the type's lowest; wider: by the upper 18 bits of the float32. */
  readonly bins: Uint32Array;
}

/** The lowest sample of the types that are counted value by value. */
const LOWEST: Partial<Record<DataType, number>> = { uint8: 0, int8: -128, uint16: 0, int16: -32768 };
const FLOAT_SHIFT = 14;

export function emptyDistribution(dtype: DataType): Distribution {
  const size = LOWEST[dtype] === undefined ? 2 ** (32 - FLOAT_SHIFT) : dtype.endsWith('16') ? 65536 : 256;
  return {
    dtype,
    count: 0,
    min: Number.POSITIVE_INFINITY,
    max: Number.NEGATIVE_INFINITY,
    mean: 0,
    deviation: 0,
    bins: new Uint32Array(size),
  };
}

/** Adds samples; `mask` 1 = valid, null = all. NaN and infinite samples are never counted. */
export function addSamples(to: Distribution, data: Samples, mask: Uint8Array | null): void {
  const part = emptyDistribution(to.dtype);
  const lowest = LOWEST[to.dtype];
  if (lowest === undefined) addFloats(part, data, mask);
  else countIntegers(part, data, mask, lowest);
  mergeDistribution(to, part);
}

/** Adds all that `from` holds to `to`. @see Chan, Golub and LeVeque 1979 for the moments */
export function mergeDistribution(to: Distribution, from: Distribution): void {
  if (from.count === 0) return;
  const count = to.count + from.count;
  const delta = from.mean - to.mean;
  to.deviation += from.deviation + (delta * delta * to.count * from.count) / count;
  to.mean += (delta * from.count) / count;
  to.count = count;
  to.min = Math.min(to.min, from.min);
  to.max = Math.max(to.max, from.max);
  for (let i = 0; i < to.bins.length; i++) to.bins[i]! += from.bins[i]!;
}

/** Different samples that occur; for wide types an estimate from below. */
export function distinctSamples({ bins }: Distribution): number {
  let distinct = 0;
  for (const count of bins) if (count > 0) distinct++;
  return distinct;
}

/**
 * Statistics in values, value = sample · scale + offset.
 * @param binCount  Steps of the histogram from the lowest to the highest value.
 * @returns null where there is no valid sample
 */
export function toStatistics(from: Distribution, scale: number, offset: number, binCount = 64): ValueStatistics | null {
  if (from.count === 0) return null;
  const histogram = Array.from({ length: binCount }, () => 0);
  const perSample = from.max > from.min ? binCount / (from.max - from.min) : 0;
  for (let i = 0; i < from.bins.length; i++) {
    if (from.bins[i] === 0) continue;
    const bin = Math.floor((sampleOfBin(from.dtype, i) - from.min) * perSample);
    histogram[Math.min(binCount - 1, Math.max(0, bin))]! += from.bins[i]!;
  }
  if (scale < 0) histogram.reverse();
  const ends = [from.min * scale + offset, from.max * scale + offset];
  return {
    count: from.count,
    min: Math.min(...ends),
    max: Math.max(...ends),
    mean: from.mean * scale + offset,
    std: Math.sqrt(from.deviation / from.count) * Math.abs(scale),
    histogram,
  };
}

/** The sample below which the share `q` (0 to 1) of the valid samples lies; of wide types to 0.1 %. */
export function quantile(from: Distribution, q: number): number {
  const bins = [...from.bins.keys()].filter((bin) => from.bins[bin]! > 0);
  const inOrder = bins.map((bin) => ({ sample: sampleOfBin(from.dtype, bin), count: from.bins[bin]! }));
  inOrder.sort((a, b) => a.sample - b.sample);
  let below = 0;
  for (const { sample, count } of inOrder) {
    below += count;
    if (below >= q * from.count) return Math.min(from.max, Math.max(from.min, sample));
  }
  return from.max;
}

const word = new Uint32Array(1);
const wordAsFloat = new Float32Array(word.buffer);

function sampleOfBin(dtype: DataType, bin: number): number {
  const lowest = LOWEST[dtype];
  if (lowest !== undefined) return lowest + bin;
  word[0] = (bin << FLOAT_SHIFT) | (1 << (FLOAT_SHIFT - 1));
  return wordAsFloat[0]!;
}

function countIntegers(part: Distribution, data: Samples, mask: Uint8Array | null, lowest: number): void {
  const { bins } = part;
  if (mask) {
    for (let i = 0; i < data.length; i++) if (mask[i] === 1) bins[data[i]! - lowest]!++;
  } else for (let i = 0; i < data.length; i++) bins[data[i]! - lowest]!++;
  let [sum, squares] = [0, 0];
  for (let i = 0; i < bins.length; i++) {
    const n = bins[i]!;
    if (n === 0) continue;
    part.count += n;
    part.min = Math.min(part.min, lowest + i);
    part.max = lowest + i;
    sum += n * (lowest + i);
  }
  if (part.count === 0) return;
  part.mean = sum / part.count;
  for (let i = 0; i < bins.length; i++) if (bins[i]! > 0) squares += bins[i]! * (lowest + i - part.mean) ** 2;
  part.deviation = squares;
}

function addFloats(part: Distribution, data: Samples, mask: Uint8Array | null): void {
  let [count, sum, min, max] = [0, 0, part.min, part.max];
  for (let i = 0; i < data.length; i++) {
    const v = data[i]!;
    if ((mask && mask[i] === 0) || v - v !== 0) continue; // infinite minus infinite is NaN
    count++;
    sum += v;
    if (v < min) min = v;
    if (v > max) max = v;
    wordAsFloat[0] = v;
    part.bins[word[0]! >>> FLOAT_SHIFT]!++;
  }
  if (count === 0) return;
  const mean = sum / count;
  let deviation = 0;
  for (let i = 0; i < data.length; i++) {
    const v = data[i]!;
    if ((mask && mask[i] === 0) || v - v !== 0) continue;
    deviation += (v - mean) * (v - mean);
  }
  Object.assign(part, { count, mean, deviation, min, max });
}
