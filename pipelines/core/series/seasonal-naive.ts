import type { Frame, Projection } from './forecaster.ts';

/**
 * The last observation of the same part of the period. Its error is that of the same guess within the series, and grows
 * with the square root of the periods that lie between.
 *
 * @returns null where a part of the period was never observed, or none twice.
 */
export function forecastSeasonalNaive({ days, season, seasons, periodDays, values, mask }: Frame): Projection | null {
  const last = new Int32Array(seasons).fill(-1);
  let [squares, count] = [0, 0];
  for (let i = 0; i < values.length; i++) {
    if (mask[i] === 0) continue;
    const before = last[season[i]!]!;
    if (before >= 0) {
      squares += (values[i]! - values[before]!) ** 2 / periodsBetween(days[before]!, days[i]!, periodDays, seasons);
      count++;
    }
    last[season[i]!] = i;
  }
  const ahead = days.length - values.length;
  const mean = new Float64Array(ahead);
  const deviation = new Float64Array(ahead);
  for (let h = 0; h < ahead; h++) {
    const place = values.length + h;
    const before = last[season[place]!]!;
    if (before < 0 || count === 0) return null;
    mean[h] = values[before]!;
    deviation[h] = Math.sqrt((squares / count) * periodsBetween(days[before]!, days[place]!, periodDays, seasons));
  }
  return { mean, deviation };
}

function periodsBetween(from: number, to: number, periodDays: number, seasons: number): number {
  return Math.max(1 / seasons, Math.round(((to - from) / periodDays) * seasons) / seasons);
}
