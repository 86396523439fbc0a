import type { SmoothChoice } from '../analysis.ts';
import { SavitzkyGolayKernel } from '../savitzky-golay.ts';
import { formatTime } from '../time.ts';
import { WhittakerKernel } from '../whittaker.ts';
import type { PixelAnalyst, PixelBand } from './pixel-analyst.ts';

/** The smoothed value of each date, whether the pixel was seen on it or not. */
export function smoothPixels(choice: SmoothChoice, days: Float64Array): PixelAnalyst {
  const bands = dateBands(days, 'Smoothed value');
  if (choice.method === 'savgol') {
    const kernel = new SavitzkyGolayKernel(days, choice.window, choice.degree);
    return { bands, analyse: ({ all }, out) => out.set(kernel.smooth(all.values, all.mask)) };
  }
  const kernel = new WhittakerKernel(days);
  return {
    bands,
    analyse({ all }, out) {
      const smoothed = kernel.smooth(all.values, all.mask, choice.lambda);
      if (smoothed) out.set(smoothed.values);
    },
  };
}

/** One band per date, named after it, so that the result can be read as a series again. */
export function dateBands(days: Float64Array, title: string, suffix = ''): PixelBand[] {
  const form = days.every((day) => Number.isInteger(day)) ? 'date' : 'time';
  return Array.from(days, (day) => {
    const time = formatTime(day, form);
    return { name: time + suffix, unit: 'value', title: `${title}, ${time}` };
  });
}
