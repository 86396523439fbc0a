import type { FillChoice } from '../../core/series/analysis.ts';
import { fillGaps } from '../../core/series/fill-gaps.ts';
import { gridFor, regularise } from '../../core/series/regularise.ts';
import type { MaskedSeries } from '../../core/series/series.ts';
import { observed } from '../../core/series/series.ts';
import type { Step } from '../../core/series/step.ts';
import type { SeriesAnalyst, SeriesContext } from './analyst.ts';
import { numbers, orEmpty, TIME } from './analyst.ts';

/** One row per place of the grid: its time, its value, and whether that was filled in. */
export function fillAnalyst(choice: FillChoice, { time, origin }: SeriesContext): SeriesAnalyst {
  return {
    columns: [TIME, ...numbers('value'), { name: 'filled', type: 'boolean' }],
    analyse(masked, emit) {
      const regular = toRegular(masked, choice.step, origin);
      if (typeof regular === 'string') return regular;
      const filled = fillGaps(regular.series, choice);
      const { days, values, mask } = filled ?? regular.series;
      for (let i = 0; i < days.length; i++)
        emit([
          time(days[i]!),
          mask[i] === 1 ? orEmpty(values[i]!) : null,
          mask[i] === 1 && regular.series.mask[i] === 0,
        ]);
      return filled === null ? `too few observations, or too short, for ${choice.method}` : null;
    },
  };
}

/**
 * A series on a grid: of the step asked for, beginning at `origin`, or of the step that its times have.
 * @returns or why that cannot be.
 */
export function toRegular(
  masked: MaskedSeries,
  asked: Step | null,
  origin: number,
): { series: MaskedSeries; step: Step } | string {
  const known = observed(masked);
  if (known.days.length < 2) return 'fewer than two observations';
  const grid = gridFor(masked.days, asked, origin);
  if (grid === null) return 'its times have no regular step; give one with --step, such as 10d';
  return { series: regularise(known, grid.step, grid.origin), step: grid.step };
}
