import type { BreaksOptions } from '../../core/series/breaks.ts';
import { findBreaks, MAX_BREAK_POINTS } from '../../core/series/breaks.ts';
import { observed } from '../../core/series/series.ts';
import type { SeriesAnalyst, SeriesContext } from './analyst.ts';
import { COUNT, numbers, orEmpty, REASON, TIME } from './analyst.ts';

/** One row per break; a series without one has a row whose time is empty. */
export function breaksAnalyst(options: BreaksOptions, { time }: SeriesContext): SeriesAnalyst {
  return {
    columns: [
      COUNT,
      { name: 'breaks', type: 'integer' },
      ...numbers('p'),
      TIME,
      { name: 'lower', type: 'time' },
      { name: 'upper', type: 'time' },
      ...numbers('magnitude', 'slope_before', 'slope_after'),
      REASON,
    ],
    analyse(masked, emit) {
      const series = observed(masked);
      const n = series.days.length;
      const found = findBreaks(series, options);
      if (found === null) {
        const reason =
          n > MAX_BREAK_POINTS
            ? `${n} observations, at most ${MAX_BREAK_POINTS} are searched; thin it with series fill --step`
            : 'it needs two years, three observations per coefficient, and three per segment';
        emit([n, null, null, null, null, null, null, null, null, reason]);
        return reason;
      }
      const { breaks, test, slope } = found;
      const at = (index: number) => (index < 0 ? null : time(series.days[index]!));
      if (breaks.length === 0) emit([n, 0, test.p, null, null, null, null, orEmpty(slope), null, null]);
      for (const { index, low, high, magnitude, slopeBefore, slopeAfter } of breaks)
        emit([
          n,
          breaks.length,
          test.p,
          at(index),
          at(low),
          at(high),
          ...[magnitude, slopeBefore, slopeAfter].map(orEmpty),
          null,
        ]);
      return null;
    },
  };
}
