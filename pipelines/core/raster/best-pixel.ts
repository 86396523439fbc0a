/**
 * How good an observation of a pixel is: far from clouds, near the middle of the period, of a class that is trusted. A
 * parametric score in the manner of P. Griffiths et al., A Pixel-Based Landsat Compositing Algorithm for Large Area Land
 * Cover Mapping, IEEE JSTARS 6 (5), 2013, and of the weights of WASP (O. Hagolle et al., 2018, Sentinel-2 Level-3A ATBD);
 * the weights are ours.
 */
import { SCL_MASKS } from './scl.ts';

export const BEST_WEIGHTS = { cloud: 0.5, day: 0.3, class: 0.2 } as const;

/** Beyond this distance a cloud does no harm: the ramp of the cloud score ends here. Metres. */
export const CLOUD_RAMP_METRES = 1000;

/** How much a class of SCL is trusted, 0 to 1; those not named here entirely. */
const CLASS_TRUST: readonly (readonly [codes: readonly number[], trust: number])[] = [
  [[...SCL_MASKS.nodata, ...SCL_MASKS.cloud], 0],
  [SCL_MASKS.shadow, 0.1],
  [SCL_MASKS.cirrus, 0.25],
  [[...SCL_MASKS.dark, ...SCL_MASKS.unclassified], 0.5],
];

/** The weighted class score by code of SCL. */
export function sclScores(): Float32Array {
  const scores = new Float32Array(256).fill(BEST_WEIGHTS.class);
  for (const [codes, trust] of CLASS_TRUST) for (const code of codes) scores[code] = BEST_WEIGHTS.class * trust;
  return scores;
}

/**
 * The weighted day score: a bell around the middle of the period whose deviation is a quarter of its length, so that the
 * first and the last day have a seventh of the middle's.
 * @param day  Days since 1970, as are the bounds.
 */
export function dayScore(day: number, first: number, last: number): number {
  const middle = (first + last) / 2;
  const deviation = Math.max(1, (last - first) / 4);
  return BEST_WEIGHTS.day * Math.exp(-0.5 * ((day - middle) / deviation) ** 2);
}

/**
 * Scores of one date, in place.
 * @param metres  In: distance to the nearest cloud or shadow. Out: the score.
 * @param codes  Classes, and their weighted scores; null: all are trusted.
 * @param day  The weighted day score.
 */
export function scorePixels(
  metres: Float32Array,
  codes: { readonly data: ArrayLike<number>; readonly scores: Float32Array } | null,
  day: number,
): void {
  const ramp = BEST_WEIGHTS.cloud / CLOUD_RAMP_METRES;
  if (!codes) for (let i = 0; i < metres.length; i++) metres[i] = metres[i]! * ramp + BEST_WEIGHTS.class + day;
  else
    for (let i = 0; i < metres.length; i++) metres[i] = metres[i]! * ramp + codes.scores[codes.data[i]! & 255]! + day;
}
