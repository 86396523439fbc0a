/** The statistics of a zone by their names, and how each is made of moments or of weighted values. */
import { PlatformError } from '../../errors.ts';
import type { ZoneMoments } from './moments.ts';
import type { WeightedValues } from './weighted-values.ts';

/** value = sample · scale + offset */
export interface ValueScale {
  readonly scale: number;
  readonly offset: number;
}

export type Statistic = MomentStatistic | ListStatistic;

interface MomentStatistic {
  readonly kind: 'moment';
  readonly name: MomentName;
}

/** One that needs the values of a zone: a number, or JSON text. */
export type ListStatistic =
  | { readonly kind: 'number'; readonly name: string; readonly of: NumberOf }
  | { readonly kind: 'json'; readonly name: ObjectName };

const OBJECT_NAMES = ['histogram', 'shares'] as const;
type ObjectName = (typeof OBJECT_NAMES)[number];

type MomentName = 'count' | 'valid_share' | 'sum' | 'mean' | 'std' | 'min' | 'max';

type NumberOf =
  | { readonly kind: 'percentile'; readonly share: number }
  | { readonly kind: 'share'; readonly value: number }
  | { readonly kind: 'majority' | 'minority' | 'variety' };

const MOMENT_NAMES: readonly MomentName[] = ['count', 'valid_share', 'sum', 'mean', 'std', 'min', 'max'];
const ACCEPTED = `${MOMENT_NAMES.join(', ')}, median, p0 to p100, majority, minority, variety, share_CLASS, shares, histogram`;

/** Equal steps of a histogram, from the zone's lowest value to its highest. */
const HISTOGRAM_STEPS = 64;
/** Cumulative weights are sums of rounded numbers: a percentile is reached when so little is lacking, relative. */
const ROUNDING = 1e-9;

/**
 * `count,mean,p10` → what is to be computed, in that order.
 * @throws {PlatformError} `usage` for a name that is none, or that comes twice
 */
export function parseStatistics(text: string): Statistic[] {
  const names = text.split(',').map((name) => name.trim());
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) throw new PlatformError('usage', `The statistic ${twice} is asked for twice`);
  return names.map(parseStatistic);
}

/** Whether a statistic is a JSON object or array rather than a number. */
export function isObjectStatistic(name: string): name is ObjectName {
  return (OBJECT_NAMES as readonly string[]).includes(name);
}

function parseStatistic(name: string): Statistic {
  if ((MOMENT_NAMES as readonly string[]).includes(name)) return { kind: 'moment', name: name as MomentName };
  if (isObjectStatistic(name)) return { kind: 'json', name };
  if (name === 'majority' || name === 'minority' || name === 'variety')
    return { kind: 'number', name, of: { kind: name } };
  if (name === 'median') return { kind: 'number', name, of: { kind: 'percentile', share: 0.5 } };
  const percent = /^p(\d{1,3}(?:\.\d+)?)$/.exec(name);
  if (percent && Number(percent[1]) <= 100)
    return { kind: 'number', name, of: { kind: 'percentile', share: Number(percent[1]) / 100 } };
  const value = /^share_(-?\d+(?:\.\d+)?)$/.exec(name);
  if (value) return { kind: 'number', name, of: { kind: 'share', value: Number(value[1]) } };
  throw new PlatformError('usage', `"${name}" is no statistic; accepted are ${ACCEPTED}`, { detail: { name } });
}

/** A moment of every zone; NaN where a zone has no valid cell, for which `count` and `valid_share` are 0. */
export function momentColumn(
  moment: MomentName,
  { weight, sum, deviation, min, max }: ZoneMoments,
  zoneArea: Float64Array,
  { scale, offset }: ValueScale,
): Float64Array {
  const out = new Float64Array(weight.length);
  // One loop each: a choice per zone costs more than the number
  switch (moment) {
    case 'count':
      for (let zone = 0; zone < out.length; zone++) out[zone] = rounded(weight[zone]!);
      return out;
    case 'valid_share':
      for (let zone = 0; zone < out.length; zone++)
        out[zone] = weight[zone] === 0 ? 0 : Math.min(1, rounded(weight[zone]! / zoneArea[zone]!));
      return out;
    case 'sum':
      for (let zone = 0; zone < out.length; zone++)
        out[zone] = weight[zone] === 0 ? NaN : sum[zone]! * scale + offset * weight[zone]!;
      return out;
    case 'mean':
      for (let zone = 0; zone < out.length; zone++) out[zone] = (sum[zone]! / weight[zone]!) * scale + offset;
      return out;
    case 'std': {
      const size = Math.abs(scale);
      for (let zone = 0; zone < out.length; zone++)
        out[zone] = Math.sqrt(Math.max(0, deviation[zone]!) / weight[zone]!) * size;
      return out;
    }
    case 'min':
      return sampleColumn(scale < 0 ? max : min, weight, { scale, offset }, out);
    case 'max':
      return sampleColumn(scale < 0 ? min : max, weight, { scale, offset }, out);
  }
}

function sampleColumn(
  samples: Float64Array,
  weight: Float64Array,
  valueScale: ValueScale,
  out: Float64Array,
): Float64Array {
  const toValue = valueOf(valueScale);
  for (let zone = 0; zone < out.length; zone++) out[zone] = weight[zone] === 0 ? NaN : toValue(samples[zone]!);
  return out;
}

/** Shares of cells are kept to 2^-32: nine decimals are what is known. */
function rounded(weight: number): number {
  return Math.floor(weight * 1e9 + 0.5) / 1e9;
}

/**
 * From a sample to its value without the noise of binary fractions: 1234 at a scale of 0.0001 is 0.1234, not
 * 0.12340000000000001. Most scales are 1 / n and most offsets whole numbers of it, so that one division rounds once.
 */
function valueOf({ scale, offset }: ValueScale): (sample: number) => number {
  if (scale === 1 && offset === 0) return (sample) => sample;
  const n = Math.round(1 / scale);
  const steps = Math.round(offset * n);
  if (Math.abs(n * scale - 1) < 1e-12 && Math.abs(offset * n - steps) < 1e-9)
    return (sample) => (sample + steps) / n + 0; // never -0
  return (sample) => Number((sample * scale + offset).toPrecision(15));
}

function toValue(sample: number, scale: ValueScale): number {
  return valueOf(scale)(sample);
}

/** The statistics of a zone's samples, in their order. @param list  Not empty. */
export function describeList(
  statistics: readonly ListStatistic[],
  list: WeightedValues,
  scale: ValueScale,
): (number | string)[] {
  return statistics.map((statistic) => {
    if (statistic.kind === 'number') return numberOf(statistic.of, list, scale);
    return JSON.stringify(statistic.name === 'histogram' ? histogramOf(list, scale) : sharesOf(list, scale));
  });
}

function numberOf(of: NumberOf, list: WeightedValues, scale: ValueScale): number {
  const { values, weights, length } = list;
  switch (of.kind) {
    case 'variety':
      return length;
    case 'majority':
    case 'minority':
      return toValue(values[extreme(list, of.kind === 'majority' ? 1 : -1, scale.scale < 0)]!, scale);
    case 'percentile':
      return toValue(values[reached(list, of.share, scale.scale < 0)]!, scale);
    case 'share': {
      const toValueOf = valueOf(scale);
      let found = 0;
      for (let i = 0; i < length; i++) if (toValueOf(values[i]!) === of.value) found += weights[i]!;
      return rounded(found / total(list));
    }
  }
}

function total({ weights, length }: WeightedValues): number {
  let sum = 0;
  for (let i = 0; i < length; i++) sum += weights[i]!;
  return sum;
}

/**
 * Index of the heaviest (`sign` 1) or lightest (−1) sample. Of equally heavy ones it is that of the highest value, of
 * equally light ones that of the lowest, as in exactextract.
 */
function extreme({ weights, length }: WeightedValues, sign: 1 | -1, isDescending: boolean): number {
  let best = isDescending ? length - 1 : 0;
  for (let k = 1; k < length; k++) {
    const i = isDescending ? length - 1 - k : k;
    const ahead = sign * (weights[i]! - weights[best]!);
    if (ahead > -sign * ROUNDING * weights[best]!) best = i;
  }
  return best;
}

/** Index of the smallest value whose cumulative weight reaches a share of the whole. */
function reached(list: WeightedValues, share: number, isDescending: boolean): number {
  const { weights, length } = list;
  const wanted = share * total(list) * (1 - ROUNDING);
  let sum = 0;
  for (let k = 0; k < length; k++) {
    const i = isDescending ? length - 1 - k : k;
    sum += weights[i]!;
    if (sum >= wanted) return i;
  }
  return isDescending ? 0 : length - 1;
}

/** Sums of coverage in equal steps from the lowest value to the highest, which belongs to the last step. */
function histogramOf({ values, weights, length }: WeightedValues, { scale }: ValueScale): number[] {
  const steps = Array.from({ length: HISTOGRAM_STEPS }, () => 0);
  const [min, max] = [values[0]!, values[length - 1]!];
  const perSample = max > min ? HISTOGRAM_STEPS / (max - min) : 0;
  for (let i = 0; i < length; i++) {
    const step = Math.min(HISTOGRAM_STEPS - 1, Math.floor((values[i]! - min) * perSample));
    steps[step]! += weights[i]!;
  }
  if (scale < 0) steps.reverse();
  return steps.map(rounded);
}

/** Share of the valid coverage by value. */
function sharesOf(list: WeightedValues, scale: ValueScale): Record<string, number> {
  const sum = total(list);
  const shares: Record<string, number> = {};
  for (let i = 0; i < list.length; i++)
    shares[String(toValue(list.values[i]!, scale))] = rounded(list.weights[i]! / sum);
  return shares;
}
