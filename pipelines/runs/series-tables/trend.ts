import type { TrendMethod } from '../../core/series/analysis.ts';
import { seasonalTrend } from '../../core/series/seasonal-trend.ts';
import { observed } from '../../core/series/series.ts';
import type { Trend } from '../../core/series/trend.ts';
import { MIN_TREND_POINTS, TrendKernel } from '../../core/series/trend.ts';
import type { SeriesAnalyst, SeriesContext } from './analyst.ts';
import { COUNT, numbers, orEmpty, REASON } from './analyst.ts';

/** One row per series: n, slope, intercept, tau, p, p_corrected, reason. */
export function trendAnalyst(method: TrendMethod, { longest }: SeriesContext): SeriesAnalyst {
  const kernel = new TrendKernel(longest);
  return {
    columns: [COUNT, ...numbers('slope', 'intercept', 'tau', 'p', 'p_corrected'), REASON],
    analyse(masked, emit) {
      const series = observed(masked);
      const trend = method === 'seasonal' ? seasonalTrend(series) : kernel.run(series.days, series.values);
      const reason = reasonOf(trend, method);
      const { n, slope, intercept, tau, p, pCorrected } = trend;
      emit([n, ...[slope, intercept, tau, p, pCorrected].map(orEmpty), reason]);
      return Number.isNaN(slope) ? reason : null;
    },
  };
}

function reasonOf({ n, slope, tau, pCorrected }: Trend, method: TrendMethod): string | null {
  if (Number.isNaN(slope))
    return method === 'seasonal'
      ? 'no month has observations in two years'
      : `observations: ${n}, of at least ${MIN_TREND_POINTS}`;
  if (Number.isNaN(tau)) return 'all values are equal';
  return Number.isNaN(pCorrected) ? 'the autocorrelation leaves no variance to correct p with' : null;
}
