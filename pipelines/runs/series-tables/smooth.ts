import type { SmoothChoice } from '../../core/series/analysis.ts';
import { smoothSavitzkyGolay } from '../../core/series/savitzky-golay.ts';
import { smoothWhittaker } from '../../core/series/whittaker.ts';
import type { MaskedSeries } from '../../core/series/series.ts';
import type { SeriesAnalyst, SeriesContext } from './analyst.ts';
import { numbers, orEmpty, TIME } from './analyst.ts';

/** Every row of the table again, with its smoothed value. */
export function smoothAnalyst(choice: SmoothChoice, { time }: SeriesContext): SeriesAnalyst {
  return {
    columns: [TIME, ...numbers('value', 'smoothed')],
    analyse(series, emit) {
      const smoothed = smooth(series, choice);
      for (let i = 0; i < series.days.length; i++)
        emit([time(series.days[i]!), valueAt(series, i), smoothed === null ? null : orEmpty(smoothed[i]!)]);
      if (smoothed === null) return 'fewer than three observations';
      return smoothed.every(Number.isNaN) ? 'no window has enough observations for the degree' : null;
    },
  };
}

function valueAt({ values, mask }: MaskedSeries, i: number): number | null {
  return mask[i] === 1 ? values[i]! : null;
}

function smooth(series: MaskedSeries, choice: SmoothChoice): Float64Array | null {
  if (choice.method === 'savgol') return smoothSavitzkyGolay(series, choice.window, choice.degree);
  return smoothWhittaker(series, choice.lambda)?.values ?? null;
}
