import type { AnomalyOptions } from '../../core/series/anomaly.ts';
import { findAnomalies } from '../../core/series/anomaly.ts';
import { observed } from '../../core/series/series.ts';
import type { SeriesAnalyst, SeriesContext } from './analyst.ts';
import { numbers, orEmpty, TIME } from './analyst.ts';

/** Every observation again, with what its time of the year lets expect and how far it is from that. */
export function anomalyAnalyst(options: AnomalyOptions, { time }: SeriesContext): SeriesAnalyst {
  return {
    columns: [
      TIME,
      ...numbers('value', 'expected', 'anomaly', 'z', 'percentile'),
      { name: 'reference', type: 'integer' },
    ],
    analyse(masked, emit) {
      const series = observed(masked);
      const { days, values } = series;
      const { expected, z, percentile, reference } = findAnomalies(series, options);
      for (let i = 0; i < days.length; i++)
        emit([
          time(days[i]!),
          values[i]!,
          ...[expected[i]!, values[i]! - expected[i]!, z[i]!, percentile[i]!].map(orEmpty),
          reference[i]!,
        ]);
      return expected.some(Number.isFinite) ? null : 'too few observations at these times in two other years';
    },
  };
}
