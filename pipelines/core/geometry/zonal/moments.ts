/** Sums over the cells of zones, weighed by coverage, from tiles in any order. */
import type { Samples } from '../../raster/block.ts';
import type { Pieces } from './coverage.ts';
import { SHARE_UNIT } from './covered-cells.ts';
import { isShort, measureIntegers } from './integer-moments.ts';

/** Numbers per piece: weight, reference, weighted sums of the differences from it and of their squares, lowest, highest. */
export const PIECE_MOMENTS = 6;

/**
 * The moments of pieces of one tile. Differences are taken from the piece's first valid value, so that a small spread
 * around a large number keeps its digits.
 * @param data  Finite where valid: the tile's samples, row-major.
 * @param mask  1 = valid; null: all are.
 * @param out  `PIECE_MOMENTS` numbers for each piece.
 */
export function measurePieces(pieces: Pieces, data: Samples, mask: Uint8Array | null, out: Float64Array): void {
  if (isShort(data)) return measureIntegers(pieces, data, mask, out);
  const measure = mask ? measureMasked : measureAll;
  for (let piece = 0; piece < pieces.pieceZone.length; piece++)
    measure(pieces, piece, data, mask!, out, PIECE_MOMENTS * piece);
}

function measureAll(
  { pieceRange, runStart, runLength, cutCell, cutShare }: Pieces,
  piece: number,
  data: Samples,
  _mask: Uint8Array,
  out: Float64Array,
  at: number,
): void {
  const firstRun = pieceRange[4 * piece]!;
  const endRun = pieceRange[4 * piece + 1]!;
  const firstCut = pieceRange[4 * piece + 2]!;
  const endCut = pieceRange[4 * piece + 3]!;
  const reference = data[firstRun < endRun ? runStart[firstRun]! : cutCell[firstCut]!]!;
  let min = reference;
  let max = reference;
  let weight = 0;
  let sum = 0;
  let sum2 = 0;
  let squares = 0;
  let squares2 = 0;
  for (let run = firstRun; run < endRun; run++) {
    let i = runStart[run]!;
    const end = i + runLength[run]!;
    weight += end - i;
    // Two sums side by side: an addition need not wait for the one before.
    for (const last = end - 1; i < last; i += 2) {
      const a = data[i]!;
      const b = data[i + 1]!;
      if (a < min) min = a;
      if (a > max) max = a;
      if (b < min) min = b;
      if (b > max) max = b;
      const d = a - reference;
      const e = b - reference;
      sum += d;
      sum2 += e;
      squares += d * d;
      squares2 += e * e;
    }
    if (i < end) {
      const a = data[i]!;
      if (a < min) min = a;
      if (a > max) max = a;
      sum += a - reference;
      squares += (a - reference) * (a - reference);
    }
  }
  sum += sum2;
  squares += squares2;
  for (let cut = firstCut; cut < endCut; cut++) {
    const value = data[cutCell[cut]!]!;
    const share = cutShare[cut]! * SHARE_UNIT;
    if (value < min) min = value;
    if (value > max) max = value;
    const d = value - reference;
    weight += share;
    sum += share * d;
    squares += share * d * d;
  }
  put(out, at, weight, reference, sum, squares, min, max);
}

function measureMasked(
  { pieceRange, runStart, runLength, cutCell, cutShare }: Pieces,
  piece: number,
  data: Samples,
  mask: Uint8Array,
  out: Float64Array,
  at: number,
): void {
  let min = Infinity;
  let max = -Infinity;
  let reference = 0;
  let weight = 0;
  let sum = 0;
  let squares = 0;
  const endRun = pieceRange[4 * piece + 1]!;
  const endCut = pieceRange[4 * piece + 3]!;
  for (let run = pieceRange[4 * piece]!; run < endRun; run++) {
    const start = runStart[run]!;
    const end = start + runLength[run]!;
    for (let i = start; i < end; i++) {
      if (mask[i] === 0) continue;
      const value = data[i]!;
      if (weight === 0) reference = value;
      if (value < min) min = value;
      if (value > max) max = value;
      const d = value - reference;
      weight++;
      sum += d;
      squares += d * d;
    }
  }
  for (let cut = pieceRange[4 * piece + 2]!; cut < endCut; cut++) {
    const i = cutCell[cut]!;
    if (mask[i] === 0) continue;
    const value = data[i]!;
    const share = cutShare[cut]! * SHARE_UNIT;
    if (weight === 0) reference = value;
    if (value < min) min = value;
    if (value > max) max = value;
    const d = value - reference;
    weight += share;
    sum += share * d;
    squares += share * d * d;
  }
  put(out, at, weight, reference, sum, squares, min, max);
}

function put(
  out: Float64Array,
  at: number,
  weight: number,
  reference: number,
  sum: number,
  squares: number,
  min: number,
  max: number,
): void {
  out[at] = weight;
  out[at + 1] = reference;
  out[at + 2] = sum;
  out[at + 3] = squares;
  out[at + 4] = min;
  out[at + 5] = max;
}

/** The moments of whole zones, of stored samples. Where `weight` is 0 the others mean nothing. */
export interface ZoneMoments {
  /** Coverage of valid cells, in cells. */
  readonly weight: Float64Array;
  readonly sum: Float64Array;
  /** Weighted sum of squared deviations from the zone's mean. */
  readonly deviation: Float64Array;
  readonly min: Float64Array;
  readonly max: Float64Array;
}

export function createZoneMoments(zones: number): ZoneMoments {
  return {
    weight: new Float64Array(zones),
    sum: new Float64Array(zones),
    deviation: new Float64Array(zones),
    min: new Float64Array(zones).fill(Infinity),
    max: new Float64Array(zones).fill(-Infinity),
  };
}

/**
 * Adds what `measurePieces` found to the zones that the pieces belong to.
 * @see Chan, Golub and LeVeque 1979, Updating formulae and a pairwise algorithm for computing sample variances
 */
export function addPieces(to: ZoneMoments, pieceZone: Uint32Array, moments: Float64Array): void {
  for (let i = 0; i < pieceZone.length; i++) {
    const at = PIECE_MOMENTS * i;
    const weight = moments[at]!;
    if (weight === 0) continue;
    const zone = pieceZone[i]!;
    const before = to.weight[zone]!;
    const mean = moments[at + 1]! + moments[at + 2]! / weight;
    let deviation = moments[at + 3]! - (moments[at + 2]! * moments[at + 2]!) / weight;
    if (before > 0) {
      const apart = mean - to.sum[zone]! / before;
      deviation += (apart * apart * before * weight) / (before + weight);
    }
    to.weight[zone] = before + weight;
    to.sum[zone]! += moments[at + 1]! * weight + moments[at + 2]!;
    to.deviation[zone]! += deviation;
    if (moments[at + 4]! < to.min[zone]!) to.min[zone] = moments[at + 4]!;
    if (moments[at + 5]! > to.max[zone]!) to.max[zone] = moments[at + 5]!;
  }
}
