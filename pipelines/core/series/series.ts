/** Values in time, as every analysis here takes them. */

/** Mean length of a Gregorian year, in days: the year that slopes are per. */
export const DAYS_PER_YEAR = 365.2425;

/** An observed series: no value is missing, none is NaN. */
export interface Series {
  /** Days since 1970-01-01T00:00Z, with fractions, strictly ascending. */
  readonly days: Float64Array;
  /** As long as `days`, finite. */
  readonly values: Float64Array;
}

/** A series that may have rows without a value. */
export interface MaskedSeries extends Series {
  /** 1 = observed; where 0, the value is unspecified. */
  readonly mask: Uint8Array;
}

/** The rows that have a value. */
export function observed({ days, values, mask }: MaskedSeries): Series {
  let count = 0;
  for (let i = 0; i < mask.length; i++) count += mask[i]!;
  if (count === mask.length) return { days, values };
  const kept = { days: new Float64Array(count), values: new Float64Array(count) };
  for (let i = 0, k = 0; i < mask.length; i++)
    if (mask[i] === 1) {
      kept.days[k] = days[i]!;
      kept.values[k++] = values[i]!;
    }
  return kept;
}

/** A series whose every row has a value. */
export function unmasked({ days, values }: Series): MaskedSeries {
  return { days, values, mask: new Uint8Array(days.length).fill(1) };
}
