import type { FillChoice } from '../analysis.ts';
import { fillGaps } from '../fill-gaps.ts';
import { regularise } from '../regularise.ts';
import type { PixelAnalyst } from './pixel-analyst.ts';
import { placesOf } from './places.ts';
import { dateBands } from './smooth.ts';

/** The value of each place of the grid, observed or filled in; nothing before a pixel's first value or after its last. */
export function fillPixels(choice: FillChoice, days: Float64Array): PixelAnalyst {
  const places = placesOf(days, choice.step);
  return {
    bands: dateBands(places.days, 'Value'),
    analyse({ known }, out) {
      if (known.days.length < 2) return;
      const regular = regularise(known, places.step, places.origin);
      const { values, mask } = fillGaps(regular, choice) ?? regular;
      const first = places.indexOf(regular.days[0]!);
      for (let i = 0; i < values.length; i++) if (mask[i] === 1) out[first + i] = values[i]!;
    },
  };
}
