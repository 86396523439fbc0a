import type { ForecastChoice } from '../../core/series/analysis.ts';
import type { Backtest } from '../../core/series/forecast.ts';
import { forecast, periodOf } from '../../core/series/forecast.ts';
import type { SeriesAnalyst, SeriesContext } from './analyst.ts';
import { numbers, TIME } from './analyst.ts';
import { toRegular } from './fill.ts';

/** How the chosen method did on the past of one series, and how the others did. */
export interface SeriesBacktest extends Backtest {
  readonly id: string | null;
  readonly others: readonly Backtest[];
}

/** One row per step ahead. What the back-tests found goes into `backtests`. */
export function forecastAnalyst(
  choice: ForecastChoice,
  { time, origin }: SeriesContext,
  backtests: SeriesBacktest[],
): SeriesAnalyst {
  return {
    columns: [TIME, ...numbers('forecast', 'lower', 'upper')],
    analyse(masked, emit, id) {
      const regular = toRegular(masked, choice.step, origin);
      if (typeof regular === 'string') return regular;
      const { series, step } = regular;
      const { horizon, method } = choice;
      const result = forecast(series, step, { horizon, method, periodDays: periodOf(choice.period, step) });
      if (result === null) return 'it must be longer than two periods (of a year, or --period), without long gaps';
      for (let h = 0; h < result.days.length; h++)
        emit([time(result.days[h]!), result.mean[h]!, result.lower[h]!, result.upper[h]!]);
      const used = result.backtests.find(({ method }) => method === result.method)!;
      backtests.push({ id, ...used, others: result.backtests.filter((tried) => tried !== used) });
      return null;
    },
  };
}
