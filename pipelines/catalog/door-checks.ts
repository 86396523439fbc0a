/**
 * What is found out about a scene before it enters the catalogue: whether its numbers can be trusted, and whether it lies
 * where its neighbours in time lie. Findings are kept with the scene; only what makes it unusable refuses it.
 */
import { apply } from '../core/grid/affine.ts';
import { measureShift } from '../core/raster/image-shift.ts';
import type { BandSample } from './door-sample.ts';
import { comparableBands, pairSamples, readAround, readSample } from './door-sample.ts';
import type { SceneCandidate } from './read-candidate.ts';
import type { Finding, RecordedBand, SceneRecord } from './scene-record.ts';

/** Reflectance below 0 is possible over dark water after atmospheric correction, but not for a hundredth of all pixels at this. */
const IMPOSSIBLE_REFLECTANCE = -0.03;
/** The offset of processing baseline 04.00 in reflectance, and how near a jump must come to look like it. */
const OFFSET_JUMP = 0.1;
const JUMP_TOLERANCE = 0.035;
/** Pixels that two scenes must share for their values to be compared. */
const LEAST_SHARED = 500;
/** Window for the alignment, pixels; a power of two. */
const SIDE = 256;
const LEAST_STRENGTH = 0.15;
/** Beyond half a pixel, statistics of narrow fields mix with what lies beside. */
const TOLERATED_SHIFT = 0.5;
const LEAST_VALID = 0.8;

export function checkNodata(sample: BandSample): Finding {
  const share = Math.round(1000 * sample.validShare) / 10;
  const { name, nodata } = sample.band;
  const stated = nodata === null ? 'no nodata value is stated' : `nodata is ${nodata}`;
  return {
    check: 'nodata',
    level: sample.validShare > 0 ? 'ok' : 'warning',
    text: sample.validShare > 0 ? `${share} % of ${name} is valid; ${stated}` : `${name} has no valid pixel; ${stated}`,
    values: { validPercent: share, nodata },
  };
}

/** What the metadata prove, and whether the pixels contradict it. */
export function checkCalibration(candidate: SceneCandidate, sample: BandSample): Finding {
  const { calibration, baseline, collection } = candidate;
  const dark = percentile(valid(sample), 0.01);
  const values = {
    offset: calibration.addOffset,
    quantification: calibration.quantification,
    origin: calibration.origin,
    darkest: rounded(dark),
  };
  const finding = (level: Finding['level'], text: string): Finding => ({ check: 'calibration', level, text, values });
  if (collection === 'rasters') return finding('unknown', calibration.explanation);
  if (Number.isFinite(dark) && dark < IMPOSSIBLE_REFLECTANCE)
    return finding(
      'warning',
      `${calibration.explanation}; but a hundredth of ${sample.band.name} would then reflect less than ${rounded(dark)}: perhaps the offset was taken off already`,
    );
  if (calibration.addOffset === 0 && calibration.origin !== 'metadata' && dark >= OFFSET_JUMP)
    return finding(
      'warning',
      `${calibration.explanation}; but nothing in ${sample.band.name} is darker than ${rounded(dark)}: perhaps an offset of 1000 is still in it (baseline ${baseline ?? 'not stated'})`,
    );
  return finding(calibration.origin === 'none' ? 'unknown' : 'ok', calibration.explanation);
}

/**
 * The median difference to the scene that is nearest in time. Clouds and harvest change some pixels; an offset that was
 * forgotten, or taken off twice, moves all of them by 0.1.
 */
export async function checkNeighbour(
  sample: BandSample,
  neighbour: SceneRecord,
  signal?: AbortSignal,
): Promise<Finding> {
  const bands = neighbour.bands.filter((band) => band.name === sample.band.name).sort((a, b) => a.gsd - b.gsd);
  const { first, second } = pairSamples(sample, await readSample(bands, signal));
  const differences = first.map((value, i) => value - second[i]!);
  const median = percentile(differences, 0.5);
  const spread = percentile(differences, 0.75) - percentile(differences, 0.25);
  const values = { scene: neighbour.id, pixels: first.length, median: rounded(median), spread: rounded(spread) };
  const finding = (level: Finding['level'], text: string): Finding => ({ check: 'neighbour', level, text, values });
  if (first.length < LEAST_SHARED)
    return finding('unknown', `${neighbour.id} is the nearest in time, but shares too few valid pixels to compare`);
  const words = `${sample.band.name} differs from ${neighbour.id} by ${rounded(median)} in the median`;
  const isJump = Math.abs(Math.abs(median) - OFFSET_JUMP) < JUMP_TOLERANCE && spread < OFFSET_JUMP;
  if (isJump)
    return finding('warning', `${words}, nearly everywhere: one of them has an offset of 0.1 too many or too few`);
  return finding('ok', words);
}

/** How far the scene lies beside a reference, measured in full resolution at the place where that goes best. */
export async function checkAlignment(
  candidate: SceneCandidate,
  sample: BandSample,
  reference: SceneRecord,
  signal?: AbortSignal,
): Promise<Finding> {
  const [band] = comparableBands(candidate.bands);
  const other = reference.bands.filter(({ name }) => name === band!.name).sort((a, b) => a.gsd - b.gsd)[0];
  const values = { scene: reference.id, dx: null, dy: null, strength: null };
  const unknown = (why: string): Finding => ({
    check: 'alignment',
    level: 'unknown',
    text: `Not measured against ${reference.id}: ${why}`,
    values,
  });
  if (!other || Math.abs(other.gsd / band!.gsd - 1) > 0.01) return unknown('its pixels are of another size');
  const best = await bestShift(band!, other, sample, signal);
  if (!best) return unknown('too few places are valid in both');
  const figures = { scene: reference.id, dx: rounded(best.dx), dy: rounded(best.dy), strength: rounded(best.strength) };
  if (best.strength < LEAST_STRENGTH)
    return {
      ...unknown('clouds, water or the season leave nothing to recognise'),
      values: { ...values, strength: figures.strength },
    };
  const isFar = Math.hypot(best.dx, best.dy) > TOLERATED_SHIFT;
  return {
    check: 'alignment',
    level: isFar ? 'warning' : 'ok',
    text: `Lies ${figures.dx}, ${figures.dy} pixels (right, down) beside ${reference.id}`,
    values: figures,
  };
}

/** Places within the scene, as shares of its width and height: the middle and four around it. */
const PLACES = [
  [0.5, 0.5],
  [0.3, 0.3],
  [0.7, 0.7],
  [0.3, 0.7],
  [0.7, 0.3],
] as const;
const GOOD_ENOUGH = 0.4;

async function bestShift(band: RecordedBand, other: RecordedBand, sample: BandSample, signal?: AbortSignal) {
  let best: { dx: number; dy: number; strength: number } | null = null;
  for (const [u, v] of PLACES) {
    const place = apply(sample.transform, u * sample.width, v * sample.height);
    const [a, b] = [await readAround(other, place, SIDE, signal), await readAround(band, place, SIDE, signal)];
    if (!a || !b) return null;
    const both = a.mask.map((value, i) => value & b.mask[i]!);
    if (both.reduce((sum, value) => sum + value, 0) < LEAST_VALID * both.length) continue;
    const shift = measureShift(a.values, b.values, both, SIDE);
    // The windows begin at whole pixels of their own grids, which may lie a part of a pixel beside each other.
    const gridDx = (b.transform[2] - a.transform[2]) / a.transform[0];
    const gridDy = (b.transform[5] - a.transform[5]) / a.transform[4];
    if (!best || shift.strength > best.strength)
      best = { dx: shift.dx + gridDx, dy: shift.dy + gridDy, strength: shift.strength };
    if (best.strength > GOOD_ENOUGH) break;
  }
  return best;
}

function valid({ values, mask }: BandSample): Float32Array {
  return values.filter((_, i) => mask[i] === 1);
}

/** NaN where there is none. */
function percentile(values: Float32Array, share: number): number {
  if (values.length === 0) return Number.NaN;
  return values.slice().sort()[Math.min(values.length - 1, Math.floor(share * values.length))]!;
}

/** JSON has no NaN. */
function rounded(value: number): number {
  return Number.isFinite(value) ? Math.round(value * 1000) / 1000 : 0;
}
