import type { ForecastChoice } from '../analysis.ts';
import { forecast, periodOf } from '../forecast.ts';
import { regularise } from '../regularise.ts';
import type { PixelAnalyst } from './pixel-analyst.ts';
import { placesOf } from './places.ts';
import { dateBands } from './smooth.ts';

/**
 * Estimate and 95 % interval of the places after the last date of the stack. A pixel that was last seen earlier is
 * forecast from there, so that a band is one moment everywhere.
 */
export function forecastPixels(choice: ForecastChoice, days: Float64Array): PixelAnalyst {
  const { horizon, method, period } = choice;
  const places = placesOf(days, choice.step);
  const { step, origin } = places;
  const end = places.days.length;
  const ahead = Float64Array.from({ length: horizon }, (_, h) => places.timeOf(end + h));
  const periodDays = periodOf(period, step);
  return {
    bands: [
      ...dateBands(ahead, 'Forecast'),
      ...dateBands(ahead, 'Lower end of the 95 % interval', ' lower'),
      ...dateBands(ahead, 'Upper end of the 95 % interval', ' upper'),
    ],
    analyse({ known }, out) {
      if (known.days.length < 2) return;
      const series = regularise(known, step, origin);
      const late = end - 1 - places.indexOf(series.days.at(-1)!);
      const result = forecast(series, step, { horizon: horizon + late, method, periodDays });
      if (result === null) return;
      for (let h = 0; h < horizon; h++) {
        out[h] = result.mean[late + h]!;
        out[horizon + h] = result.lower[late + h]!;
        out[2 * horizon + h] = result.upper[late + h]!;
      }
    },
  };
}
