import type { MowingOptions } from '../mowing.ts';
import { findMowing } from '../mowing.ts';
import type { PixelAnalyst } from './pixel-analyst.ts';
import { COUNT_BAND, DAYS } from './pixel-analyst.ts';

/** Events of mowing and harvest of each pixel; where there is none, only their number, 0, and `n` have a value. */
export function mowingPixels(options: MowingOptions): PixelAnalyst {
  return {
    bands: [
      { name: 'events', unit: '1', title: 'Mowings, harvests and events of unknown kind' },
      { name: 'harvests', unit: '1', title: 'Those of them after which nothing grew again' },
      { name: 'first', unit: DAYS, title: 'Middle of the interval of the first event' },
      { name: 'last', unit: DAYS, title: 'Middle of the interval of the last event' },
      { name: 'largest_drop', unit: 'value', title: 'Largest loss against the interpolated course' },
      { name: 'confidence', unit: '1', title: 'Of the surest event, 0 to 1' },
      COUNT_BAND,
    ],
    analyse({ known }, out) {
      out[6] = known.days.length;
      if (known.days.length === 0) return;
      const events = findMowing(known, options);
      out[0] = events.length;
      out[1] = events.filter(({ kind }) => kind === 'harvest').length;
      if (events.length === 0) return;
      out[2] = events[0]!.day;
      out[3] = events.at(-1)!.day;
      out[4] = Math.max(...events.map(({ drop }) => drop));
      out[5] = Math.max(...events.map(({ confidence }) => confidence));
    },
  };
}
