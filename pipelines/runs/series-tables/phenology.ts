import type { PhenologyOptions } from '../../core/series/phenology.ts';
import { findSeasons } from '../../core/series/phenology.ts';
import { observed } from '../../core/series/series.ts';
import { formatTime } from '../../core/series/time.ts';
import type { Column } from '../../io/table/table.ts';
import type { SeriesAnalyst } from './analyst.ts';
import { COUNT, numbers, orEmpty, REASON } from './analyst.ts';

/** One row per season; a series without one has a row with the reason. */
export function phenologyAnalyst(options: PhenologyOptions): SeriesAnalyst {
  const dates: Column[] = ['start', 'peak', 'end'].map((name) => ({ name, type: 'time' }));
  const measures = numbers('length', 'peak_value', 'base', 'amplitude', 'integral', 'integral_above_base');
  const date = (days: number) => (Number.isNaN(days) ? null : formatTime(Math.round(days), 'date'));
  return {
    columns: [{ name: 'year', type: 'integer' }, ...dates, ...measures, COUNT, REASON],
    analyse(masked, emit) {
      const series = observed(masked);
      const n = series.days.length;
      const seasons = findSeasons(series, options);
      const none = seasons === null ? 'fewer than ten observations, or less than a year' : 'no peak between two feet';
      for (const season of seasons ?? []) {
        const { start, peak, end, length, peakValue, base, amplitude, integral, integralAboveBase } = season;
        const cut = Number.isNaN(start) ? 'begins' : Number.isNaN(end) ? 'ends' : null;
        emit([
          season.year,
          ...[start, peak, end].map(date),
          ...[length, peakValue, base, amplitude, integral, integralAboveBase].map(orEmpty),
          n,
          cut === null ? null : `the series ${cut} within the season`,
        ]);
      }
      if (seasons !== null && seasons.length > 0) return null;
      emit([...Array.from({ length: 1 + dates.length + measures.length }, () => null), n, none]);
      return none;
    },
  };
}
