import type { AnomalyOptions } from '../anomaly.ts';
import { findAnomalies, isEnough, meanOf, placeAmong, yearsApart } from '../anomaly.ts';
import { toCivil } from '../time.ts';
import type { PixelAnalyst, PixelBand, PixelSeries } from './pixel-analyst.ts';
import { COUNT_BAND } from './pixel-analyst.ts';

const BANDS: readonly PixelBand[] = [
  { name: 'anomaly', unit: 'value', title: 'Value less what the time of the year lets expect' },
  { name: 'z', unit: 'standard deviations', title: 'Anomaly over the standard deviation of the other years' },
  { name: 'percentile', unit: '%', title: 'Share of the others that are lower' },
  { name: 'expected', unit: 'value', title: 'What the time of the year lets expect' },
  { name: 'reference', unit: 'dates', title: 'How many others there were' },
  COUNT_BAND,
];

/**
 * How unusual each pixel is on one date, judged by the other years.
 * @param day  One of the dates.
 */
export function anomalyPixels(options: AnomalyOptions, days: Float64Array, day: number): PixelAnalyst {
  return {
    bands: BANDS,
    analyse: options.method === 'window' ? byWindow(options, days, day) : byHarmonic(options, day),
  };
}

/** Which dates are compared is the same for all pixels. */
function byWindow(options: AnomalyOptions, days: Float64Array, day: number): PixelAnalyst['analyse'] {
  const at = days.indexOf(day);
  const turns = days.map((other) => yearsApart(day, other, toCivil(other).year, options));
  const compared = Int32Array.from(days.keys()).filter((k) => turns[k] !== 0);
  const others = new Float64Array(days.length);
  return ({ all: { values, mask }, known }, out) => {
    out[5] = known.days.length;
    if (mask[at] !== 1) return;
    let [count, years, before] = [0, 0, 0];
    for (let c = 0; c < compared.length; c++) {
      const k = compared[c]!;
      if (mask[k] === 0) continue;
      others[count++] = values[k]!;
      if (turns[k] !== before) years++; // dates ascend, and so do the years between
      before = turns[k]!;
    }
    out[4] = count;
    if (!isEnough(count, years)) return;
    const value = values[at]!;
    const { expected, z, percentile } = placeAmong(value, meanOf(others, count), 0, others, count, count - 1);
    out[0] = value - expected;
    out[1] = z;
    out[2] = percentile;
    out[3] = expected;
  };
}

function byHarmonic(options: AnomalyOptions, day: number): PixelAnalyst['analyse'] {
  return ({ known }: PixelSeries, out) => {
    const { days, values } = known;
    out[5] = days.length;
    const i = days.indexOf(day);
    if (i < 0) return;
    const { expected, z, percentile, reference } = findAnomalies(known, options, i);
    out[0] = values[i]! - expected[i]!;
    out[1] = z[i]!;
    out[2] = percentile[i]!;
    out[3] = expected[i]!;
    out[4] = reference[i]!;
  };
}
