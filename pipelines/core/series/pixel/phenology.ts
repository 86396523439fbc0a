import type { PhenologyOptions } from '../phenology.ts';
import { SeasonFinder } from '../phenology.ts';
import { daysFromCivil } from '../time.ts';
import type { PixelAnalyst } from './pixel-analyst.ts';
import { COUNT_BAND } from './pixel-analyst.ts';

const DAY = 'day of year';

/**
 * The season of each pixel whose peak lies in a year. Days count from 1 on its 1st of January and are 0 or less before
 * it, so that a season that begins in autumn has a start less than its peak.
 */
export function phenologyPixels(options: PhenologyOptions, year: number): PixelAnalyst {
  const newYear = daysFromCivil(year, 1, 1) - 1;
  const finder = new SeasonFinder(options);
  return {
    bands: [
      { name: 'start', unit: DAY, title: `Start of the season of ${year}; 1 is the 1st of January` },
      { name: 'peak', unit: DAY, title: `Day of the highest value in ${year}` },
      { name: 'end', unit: DAY, title: `End of the season of ${year}` },
      { name: 'length', unit: 'days', title: 'From start to end' },
      { name: 'amplitude', unit: 'value', title: 'Peak less base' },
      { name: 'base', unit: 'value', title: 'Mean of the lowest values before and after the peak' },
      { name: 'peak_value', unit: 'value', title: 'Value at the peak' },
      { name: 'integral', unit: 'value · days', title: 'Area under the curve from start to end' },
      { name: 'integral_above_base', unit: 'value · days', title: 'The part of it above the base' },
      COUNT_BAND,
    ],
    analyse({ known }, out) {
      out[9] = known.days.length;
      const season = finder.find(known, year)?.[0];
      if (!season) return;
      out[0] = season.start - newYear;
      out[1] = season.peak - newYear;
      out[2] = season.end - newYear;
      out[3] = season.length;
      out[4] = season.amplitude;
      out[5] = season.base;
      out[6] = season.peakValue;
      out[7] = season.integral;
      out[8] = season.integralAboveBase;
    },
  };
}
