/** Values for places of a regular series that were not observed. */
import { fitHarmonic } from './harmonic.ts';
import type { MaskedSeries } from './series.ts';
import { observed } from './series.ts';
import { smoothWhittaker } from './whittaker.ts';

export const FILL_METHODS = ['linear', 'whittaker', 'harmonic'] as const;
type FillMethod = (typeof FILL_METHODS)[number];

export interface FillOptions {
  readonly method: FillMethod;
  /** Of `whittaker`. */
  readonly lambda: number | 'auto';
  /** Gaps between observations that are longer, in days, stay empty; null: none do. */
  readonly maxGapDays: number | null;
}

/** A season of a year, its half and its third: as in BFAST. */
const ORDER = 3;

/**
 * Fills what is missing between the first and the last observation; what was observed stays as it is.
 *
 * - `linear`: on the line between the neighbours.
 * - `whittaker`: on the smooth curve through all.
 * - `harmonic`: season and trend of the whole series, and on top of them, on a line, how far the neighbours are from that;
 *   needs two years and as many observations as the model has terms, twice.
 *
 * @returns the mask is 0 where a place is still empty; null where there is too little for the method.
 */
export function fillGaps(series: MaskedSeries, options: FillOptions): MaskedSeries | null {
  const { days, values, mask } = series;
  const base = baseOf(series, options);
  if (base === null) return null;
  const filled = Float64Array.from(values);
  const known = Uint8Array.from(mask);
  // a smooth curve is the answer itself; the others are brought to the neighbours
  const offset = (i: number) => (options.method === 'whittaker' ? 0 : values[i]! - base[i]!);
  const longest = options.maxGapDays ?? Infinity;
  let before = -1;
  for (let i = 0; i < days.length; i++) {
    if (mask[i] === 0) continue;
    if (before >= 0 && i - before > 1 && days[i]! - days[before]! <= longest)
      for (let gap = before + 1; gap < i; gap++) {
        const share = (days[gap]! - days[before]!) / (days[i]! - days[before]!);
        filled[gap] = base[gap]! + (1 - share) * offset(before) + share * offset(i);
        known[gap] = 1;
      }
    before = i;
  }
  return { days, values: filled, mask: known };
}

/** The curve that gaps are filled along. */
function baseOf(series: MaskedSeries, { method, lambda }: FillOptions): Float64Array | null {
  if (method === 'linear') return new Float64Array(series.days.length);
  if (method === 'whittaker') return smoothWhittaker(series, lambda)?.values ?? null;
  const known = observed(series);
  const terms = 2 + 2 * ORDER;
  if (known.days.length < 2 * terms || known.days.at(-1)! - known.days[0]! < 2 * 365) return null;
  const model = fitHarmonic(known, { order: ORDER, trend: true, origin: known.days[0]! });
  return model && model.at(series.days);
}
