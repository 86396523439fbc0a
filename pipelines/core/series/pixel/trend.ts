import type { TrendMethod } from '../analysis.ts';
import { seasonalTrend } from '../seasonal-trend.ts';
import { TrendKernel } from '../trend.ts';
import type { PixelAnalyst } from './pixel-analyst.ts';
import { COUNT_BAND } from './pixel-analyst.ts';

/** Trend of each pixel; the intercept is that at the pixel's own first date, as in the table. */
export function trendPixels(method: TrendMethod, days: Float64Array): PixelAnalyst {
  const kernel = new TrendKernel(days.length);
  return {
    bands: [
      { name: 'slope', unit: 'value per year', title: 'Theil-Sen slope per year of 365.2425 days' },
      { name: 'intercept', unit: 'value', title: "Value of the trend at the pixel's first date" },
      { name: 'tau', unit: '1', title: "Kendall's tau-b" },
      { name: 'p', unit: '1', title: 'Mann-Kendall, two-sided p' },
      { name: 'p_corrected', unit: '1', title: 'The same, corrected for autocorrelation' },
      COUNT_BAND,
    ],
    analyse({ known }, out) {
      const trend = method === 'seasonal' ? seasonalTrend(known) : kernel.run(known.days, known.values);
      out[0] = trend.slope;
      out[1] = trend.intercept;
      out[2] = trend.tau;
      out[3] = trend.p;
      out[4] = trend.pCorrected;
      out[5] = trend.n;
    },
  };
}
