import type { Analysis } from '../analysis.ts';
import type { MowingOptions } from '../mowing.ts';
import { anomalyPixels } from './anomaly.ts';
import { breaksPixels } from './breaks.ts';
import { fillPixels } from './fill.ts';
import { forecastPixels } from './forecast.ts';
import { mowingPixels } from './mowing.ts';
import { phenologyPixels } from './phenology.ts';
import type { PixelAnalyst } from './pixel-analyst.ts';
import { smoothPixels } from './smooth.ts';
import { trendPixels } from './trend.ts';

type SameForPixels = Exclude<Analysis['kind'], 'phenology' | 'anomaly'>;

/** An analysis of every pixel: a raster holds one season, and the anomaly of one date. */
export type PixelAnalysis =
  | Extract<Analysis, { kind: SameForPixels }>
  | (Extract<Analysis, { kind: 'phenology' }> & { readonly year: number })
  | (Extract<Analysis, { kind: 'anomaly' }> & {
      /** One of the dates, in days since 1970. */
      readonly day: number;
    })
  | { readonly kind: 'mowing'; readonly options: MowingOptions };

/**
 * @param days  The dates of the stack, strictly ascending, in days since 1970.
 * @throws {PlatformError} `parameter-invalid`, `too-large`: of `fill` and `forecast`, as `placesOf` says
 */
export function createPixelAnalyst(analysis: PixelAnalysis, days: Float64Array): PixelAnalyst {
  switch (analysis.kind) {
    case 'trend':
      return trendPixels(analysis.method, days);
    case 'smooth':
      return smoothPixels(analysis.choice, days);
    case 'fill':
      return fillPixels(analysis.choice, days);
    case 'phenology':
      return phenologyPixels(analysis.options, analysis.year);
    case 'breaks':
      return breaksPixels(analysis.options);
    case 'anomaly':
      return anomalyPixels(analysis.options, days, analysis.day);
    case 'forecast':
      return forecastPixels(analysis.choice, days);
    case 'mowing':
      return mowingPixels(analysis.options);
  }
}
