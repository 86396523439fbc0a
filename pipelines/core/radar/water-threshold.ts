/**
 * The threshold between water and land of a whole scene, from those of its tiles that hold both: in a scene of a few per
 * cent of water the histogram of the whole has one hump, that of a tile at a shore has two.
 * @see Martinis, Twele & Voigt (2009), NHESS 9, 303–314, https://doi.org/10.5194/nhess-9-303-2009; Twele et al. (2016), IJRS
 *   37(13) 2990–3004, https://doi.org/10.1080/01431161.2016.1192304
 */
import { judgeBimodality } from './bimodality.ts';
import type { Histogram } from './histogram.ts';
import type { ThresholdMethod } from './threshold.ts';
import { findThreshold } from './threshold.ts';

/** What a tile says; plain numbers. */
export interface TileVerdict {
  readonly pixels: number;
  /** Two humps, of which the dark one is dark enough for water. */
  readonly isUsed: boolean;
  /** Decibels. */
  readonly threshold: number;
  readonly darkMean: number;
  readonly brightMean: number;
  /** Ashman's D. */
  readonly separation: number;
}

/** Calm water lies below, decibels: by co- or cross-polarised channel; dry land lies above, but for smooth sand and tarmac. */
const DARKEST_LAND = { co: -15, cross: -21 };

/** The brightest mean of a dark class that may be water. @param channel  Name of the band, such as `vv` or `Sigma0_VH`. */
export function darkLimitOf(channel: string | null, isCalibrated: boolean): number {
  if (!isCalibrated) return Infinity;
  return /(^|[^a-z])(vh|hv)([^a-z]|$)/i.test(channel ?? '') ? DARKEST_LAND.cross : DARKEST_LAND.co;
}

/** @param darkLimit  Decibels: see `darkLimitOf`. */
export function judgeTile(counts: Histogram, method: ThresholdMethod, darkLimit: number): TileVerdict {
  const { isBimodal, dark, bright, separation } = judgeBimodality(counts);
  return {
    pixels: counts.reduce((a, b) => a + b, 0),
    isUsed: isBimodal && dark.mean <= darkLimit,
    threshold: isBimodal ? findThreshold(counts, method) : NaN,
    darkMean: dark.mean,
    brightMean: bright.mean,
    separation,
  };
}

export interface SceneThreshold {
  /** Decibels: the median of the tiles' thresholds. */
  readonly threshold: number;
  /** Median of Ashman's D over the tiles. */
  readonly separation: number;
  /** Half of the tiles' thresholds lie between these. */
  readonly quartiles: readonly [number, number];
  readonly tiles: number;
}

/** Dark humps this much above the darkest are of something else: water is the darkest that there is, decibels. */
const WATER_RANGE = 4;

/**
 * The median over the tiles with two humps whose dark one is about as dark as the darkest (the tenth part of them).
 * @returns null where no tile has two: a threshold would be a guess.
 */
export function chooseThreshold(verdicts: readonly TileVerdict[]): SceneThreshold | null {
  const bimodal = verdicts.filter(({ isUsed }) => isUsed);
  if (bimodal.length === 0) return null;
  const darkest = quantile(
    bimodal.map(({ darkMean }) => darkMean).toSorted((a, b) => a - b),
    0.1,
  );
  const used = bimodal.filter(({ darkMean }) => darkMean <= darkest + WATER_RANGE);
  const thresholds = used.map(({ threshold }) => threshold).toSorted((a, b) => a - b);
  const separations = used.map(({ separation }) => separation).toSorted((a, b) => a - b);
  return {
    threshold: quantile(thresholds, 0.5),
    separation: quantile(separations, 0.5),
    quartiles: [quantile(thresholds, 0.25), quantile(thresholds, 0.75)],
    tiles: used.length,
  };
}

function quantile(sorted: readonly number[], p: number): number {
  const place = p * (sorted.length - 1);
  const [low, high] = [sorted[Math.floor(place)]!, sorted[Math.ceil(place)]!];
  return low + (high - low) * (place % 1);
}
