import type { BreaksOptions } from '../breaks.ts';
import { BreakFinder } from '../breaks.ts';
import type { PixelAnalyst } from './pixel-analyst.ts';
import { COUNT_BAND, DAYS } from './pixel-analyst.ts';

/** The largest break of each pixel, by the size of its step, and the last one. */
export function breaksPixels(options: BreaksOptions): PixelAnalyst {
  const finder = new BreakFinder(options);
  return {
    bands: [
      { name: 'breaks', unit: '1', title: 'Number of breaks' },
      { name: 'largest', unit: DAYS, title: 'First date after the largest break' },
      { name: 'magnitude', unit: 'value', title: 'New trend less old trend at the largest break' },
      { name: 'interval', unit: 'days', title: 'Width of the 95 % interval of the date of the largest break' },
      { name: 'slope_before', unit: 'value per year', title: 'Slope before the largest break, or of the whole series' },
      { name: 'slope_after', unit: 'value per year', title: 'Slope after the largest break' },
      { name: 'last', unit: DAYS, title: 'First date after the last break' },
      { name: 'last_magnitude', unit: 'value', title: 'New trend less old trend at the last break' },
      { name: 'p', unit: '1', title: 'p of the test for breaks' },
      COUNT_BAND,
    ],
    analyse({ known }, out) {
      const { days } = known;
      out[9] = days.length;
      const found = finder.find(known);
      if (found === null) return;
      const { breaks } = found;
      out[0] = breaks.length;
      out[4] = found.slope;
      out[8] = found.test.p;
      let [largest, last] = [breaks[0], breaks[0]];
      for (const one of breaks) {
        if (Math.abs(one.magnitude) > Math.abs(largest!.magnitude)) largest = one;
        last = one;
      }
      if (!largest || !last) return;
      out[1] = days[largest.index]!;
      out[2] = largest.magnitude;
      if (largest.low >= 0) out[3] = days[largest.high]! - days[largest.low]!;
      out[4] = largest.slopeBefore;
      out[5] = largest.slopeAfter;
      out[6] = days[last.index]!;
      out[7] = last.magnitude;
    },
  };
}
