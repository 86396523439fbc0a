/** How far an alert can be trusted: by what people said of earlier ones, and by independent sources that agree. */

export interface Verdicts {
  readonly confirmed: number;
  readonly rejected: number;
}

export interface Precision {
  /** Share of the judged alerts that were confirmed; null: none was judged. */
  readonly value: number | null;
  /** 95 % interval. */
  readonly lower: number;
  readonly upper: number;
  readonly judged: number;
}

const Z = 1.959963984540054;

/**
 * Precision of a rule with its 95 % interval.
 * @see Wilson 1927, "Probable inference, the law of succession, and statistical inference", JASA 22:209-212
 */
export function precisionOf({ confirmed, rejected }: Verdicts): Precision {
  const n = confirmed + rejected;
  if (n === 0) return { value: null, lower: 0, upper: 1, judged: 0 };
  const p = confirmed / n;
  const spread = 1 + Z ** 2 / n;
  const centre = (p + Z ** 2 / (2 * n)) / spread;
  const half = (Z / spread) * Math.sqrt((p * (1 - p)) / n + Z ** 2 / (4 * n ** 2));
  return { value: p, lower: Math.max(0, centre - half), upper: Math.min(1, centre + half), judged: n };
}

/** What an alert of this rule is worth before anybody has looked: one confirmed and one rejected are taken as given (Laplace). */
export function priorOf({ confirmed, rejected }: Verdicts): number {
  return (confirmed + 1) / (confirmed + rejected + 2);
}

/**
 * Confidence that something is there, when independent sources say so: not all of them can be wrong.
 *
 *     c = 1 - Π (1 - pᵢ)
 *
 * @param priors  Of the alert itself and of each independent source that agrees, 0 to 1
 */
export function confidenceOf(priors: readonly number[]): number {
  return 1 - priors.reduce((wrong, p) => wrong * (1 - p), 1);
}

const DAY_MS = 86_400_000;

/** Monday 00:00 UTC of the week of `time`; both in milliseconds since 1970, which was a Thursday. */
export function weekOf(time: number): number {
  const day = Math.floor(time / DAY_MS);
  return (day - ((((day + 3) % 7) + 7) % 7)) * DAY_MS;
}
