/** Mann–Kendall by season: each month is compared with the same month of other years only. */
import { scoreP } from './trend.ts';
import type { Trend } from './trend.ts';
import { medianInPlace } from './select.ts';
import type { Series } from './series.ts';
import { DAYS_PER_YEAR } from './series.ts';
import { toCivil } from './time.ts';

const MONTHS = 12;

/**
 * The seasonal test of Hirsch, Slack and Smith with months as seasons; a month with several observations counts with their
 * median. The slope is the median of all slopes between equal months, per year.
 *
 * tau is S over the number of comparable pairs, ties taken out as in tau-b. The corrected p allows for correlation between
 * months of one year (Hirsch and Slack); it needs ten years to be trusted.
 *
 * @returns all but `n` is NaN where no month has been seen in two years.
 * @see Hirsch, Slack & Smith 1982, https://doi.org/10.1029/WR018i001p00107;
 *   Hirsch & Slack 1984, https://doi.org/10.1029/WR020i006p00727
 */
export function seasonalTrend(series: Series): Trend {
  const table = monthTable(series);
  const { years } = table;
  let score = 0;
  let scale = 0;
  let variance = 0;
  let covariance = 0;
  for (let g = 0; g < MONTHS; g++) {
    const own = seasonScore(table, g);
    score += own.score;
    scale += own.scale;
    variance += own.variance;
    for (let h = 0; h < MONTHS; h++) if (h !== g) covariance += scoreCovariance(table, g, h);
  }
  const slope = years > 1 ? seasonalSlope(table) : NaN;
  const known = !Number.isNaN(slope);
  return {
    n: series.days.length,
    slope,
    intercept: known ? interceptOf(series, slope) : NaN,
    tau: scale > 0 ? score / scale : NaN,
    p: known ? scoreP(score, variance) : NaN,
    pCorrected: known ? scoreP(score, variance + covariance) : NaN,
  };
}

interface MonthTable {
  readonly years: number;
  /** `values[year * 12 + month]`; NaN where that month has no observation. */
  readonly values: Float64Array;
}

function monthTable({ days, values }: Series): MonthTable {
  const first = days.length > 0 ? toCivil(days[0]!).year : 0;
  const cells = new Map<number, number[]>();
  for (let i = 0; i < days.length; i++) {
    const { year, month } = toCivil(days[i]!);
    const cell = (year - first) * MONTHS + month - 1;
    const inCell = cells.get(cell);
    if (inCell) inCell.push(values[i]!);
    else cells.set(cell, [values[i]!]);
  }
  const years = days.length > 0 ? toCivil(days.at(-1)!).year - first + 1 : 0;
  const table = new Float64Array(years * MONTHS).fill(NaN);
  for (const [cell, inCell] of cells) table[cell] = medianInPlace(Float64Array.from(inCell), inCell.length);
  return { years, values: table };
}

function seasonScore({ years, values }: MonthTable, g: number): { score: number; scale: number; variance: number } {
  const known: number[] = [];
  for (let y = 0; y < years; y++) if (!Number.isNaN(values[y * MONTHS + g]!)) known.push(values[y * MONTHS + g]!);
  let score = 0;
  let untied = 0;
  for (let i = 0; i < known.length; i++)
    for (let j = i + 1; j < known.length; j++) {
      const sign = Math.sign(known[j]! - known[i]!);
      score += sign;
      untied += sign * sign;
    }
  const n = known.length;
  const counts = new Map<number, number>();
  for (const value of known) counts.set(value, (counts.get(value) ?? 0) + 1);
  let weight = 0;
  for (const t of counts.values()) weight += t * (t - 1) * (2 * t + 5);
  return {
    score,
    scale: Math.sqrt(((n * (n - 1)) / 2) * untied),
    variance: (n * (n - 1) * (2 * n + 5) - weight) / 18,
  };
}

/** Estimated covariance of the scores of two months: (K + 4 Σ R R' − n (n_g + 1)(n_h + 1)) / 3. */
function scoreCovariance({ years, values }: MonthTable, g: number, h: number): number {
  let concordance = 0;
  let ranks = 0;
  let [countG, countH] = [0, 0];
  for (let j = 0; j < years; j++) {
    const [a, b] = [values[j * MONTHS + g]!, values[j * MONTHS + h]!];
    if (!Number.isNaN(a)) countG++;
    if (!Number.isNaN(b)) countH++;
    let [aboveG, aboveH] = [0, 0];
    for (let i = 0; i < years; i++) {
      const signG = Math.sign(a - values[i * MONTHS + g]!) || 0; // NaN: unknown counts as a tie
      const signH = Math.sign(b - values[i * MONTHS + h]!) || 0;
      aboveG += signG;
      aboveH += signH;
      if (i < j) concordance += signG * signH;
    }
    ranks += aboveG * aboveH;
  }
  // R = (n + 1 + Σ sign) / 2, and the signs of a month sum to 0: 4 Σ R R' is n (n_g + 1)(n_h + 1) and these products
  return countG > 1 && countH > 1 ? (concordance + ranks) / 3 : 0;
}

function seasonalSlope({ years, values }: MonthTable): number {
  const slopes: number[] = [];
  for (let g = 0; g < MONTHS; g++)
    for (let i = 0; i < years; i++)
      for (let j = i + 1; j < years; j++) {
        const slope = (values[j * MONTHS + g]! - values[i * MONTHS + g]!) / (j - i);
        if (!Number.isNaN(slope)) slopes.push(slope);
      }
  return medianInPlace(Float64Array.from(slopes), slopes.length);
}

function interceptOf({ days, values }: Series, slope: number): number {
  const rest = values.map((value, i) => value - (slope * (days[i]! - days[0]!)) / DAYS_PER_YEAR);
  return medianInPlace(rest, rest.length);
}
