/**
 * Models of how values at two places differ with their distance h, by the names and parameters of gstat:
 *
 *     γ(0) = 0        γ(h) = nugget + partialSill · (1 − ρ(h)) for h > 0
 *
 * | model | ρ(h), with t = h / range |
 * |---|---|
 * | spherical | 1 − 1.5 t + 0.5 t³ up to the range, 0 beyond |
 * | exponential (Matérn 1/2) | exp(−t) |
 * | gaussian | exp(−t²) |
 * | matern32 | (1 + t) exp(−t) |
 * | matern52 | (1 + t + t²/3) exp(−t) |
 *
 * @see Chilès & Delfiner, Geostatistics, 2nd ed. (2012), 2.5; Pebesma, gstat user's manual, table 4.1
 */
import { PlatformError } from '../errors.ts';

export const VARIOGRAM_MODELS = ['spherical', 'exponential', 'gaussian', 'matern32', 'matern52'] as const;
export type VariogramModel = (typeof VARIOGRAM_MODELS)[number];

export interface Variogram {
  readonly model: VariogramModel;
  /** Variance that a distance of nothing leaves: of measuring, and of what varies below the stations' spacing. */
  readonly nugget: number;
  /** Variance that distance brings. */
  readonly partialSill: number;
  /** In units of the CRS; by the table above, so that only the spherical model ends there. */
  readonly range: number;
}

/** A model that is given, or those out of which the one that fits best is taken. */
export type VariogramChoice = Variogram | { readonly fit: readonly VariogramModel[] };

const ACCEPTED = `auto, a model to fit (${VARIOGRAM_MODELS.join(', ')}), or MODEL,NUGGET,PARTIAL_SILL,RANGE such as spherical,0.4,5,6000`;

/**
 * `auto`, `exponential`, `spherical,0.4,5,6000`.
 * @throws {PlatformError} `usage`, naming what is accepted
 */
export function parseVariogram(text: string): VariogramChoice {
  const refuse = (why: string) =>
    new PlatformError('usage', `The variogram "${text}" ${why}; accepted are ${ACCEPTED}`, {
      detail: { variogram: text },
    });
  if (text === 'auto') return { fit: VARIOGRAM_MODELS };
  const [name, ...words] = text.split(',').map((word) => word.trim());
  const model = VARIOGRAM_MODELS.find((known) => known === (name === 'matern12' ? 'exponential' : name));
  if (!model) throw refuse('names no model');
  if (words.length === 0) return { fit: [model] };
  const numbers = words.map((word) => (word === '' ? NaN : Number(word)));
  if (numbers.length !== 3 || !numbers.every(Number.isFinite)) throw refuse('does not have three numbers');
  const [nugget, partialSill, range] = numbers as [number, number, number];
  if (nugget < 0 || partialSill < 0) throw refuse('has a variance below 0');
  if (nugget + partialSill === 0) throw refuse('has no variance at all');
  if (range <= 0) throw refuse('has a range that is not above 0');
  return { model, nugget, partialSill, range };
}

/** Correlation of places at a distance, nugget apart. */
export function correlationAt(model: VariogramModel, t: number): number {
  switch (model) {
    case 'spherical':
      return t < 1 ? 1 - t * (1.5 - 0.5 * t * t) : 0;
    case 'exponential':
      return Math.exp(-t);
    case 'gaussian':
      return Math.exp(-t * t);
    case 'matern32':
      return (1 + t) * Math.exp(-t);
    case 'matern52':
      return (1 + t + (t * t) / 3) * Math.exp(-t);
  }
}

/** γ(h), for drawing and fitting. */
export function semivarianceAt({ model, nugget, partialSill, range }: Variogram, h: number): number {
  return h === 0 ? 0 : nugget + partialSill * (1 - correlationAt(model, h / range));
}

/** What the loops of kriging need of a variogram: everything as a share of the sill. */
export interface Correlation {
  readonly model: VariogramModel;
  /** Correlation of two places just beside each other: 1 less the nugget's share. */
  readonly share: number;
  readonly range: number;
  /** Squared distances up to this are none. */
  readonly sameSquare: number;
}

/** A variogram without variance, of values that are all equal, weighs as one without nugget does. */
export function correlationOf({ model, nugget, partialSill, range }: Variogram, samePlace: number): Correlation {
  const sill = nugget + partialSill;
  return { model, share: sill > 0 ? partialSill / sill : 1, range, sameSquare: samePlace * samePlace };
}

/** Squared distances to correlations (1 where there is no distance), in place: the first `count` of `squares`. */
export function toCorrelations({ model, share, range, sameSquare }: Correlation, squares: Float64Array, count: number) {
  const scale = 1 / range;
  switch (model) {
    case 'spherical':
      for (let i = 0; i < count; i++) {
        const square = squares[i]!;
        const t = Math.sqrt(square) * scale;
        squares[i] = square <= sameSquare ? 1 : t < 1 ? share * (1 - t * (1.5 - 0.5 * t * t)) : 0;
      }
      return;
    case 'exponential':
      for (let i = 0; i < count; i++) {
        const square = squares[i]!;
        squares[i] = square <= sameSquare ? 1 : share * Math.exp(-Math.sqrt(square) * scale);
      }
      return;
    case 'gaussian':
      for (let i = 0; i < count; i++) {
        const square = squares[i]!;
        squares[i] = square <= sameSquare ? 1 : share * Math.exp(-square * scale * scale);
      }
      return;
    case 'matern32':
      for (let i = 0; i < count; i++) {
        const square = squares[i]!;
        const t = Math.sqrt(square) * scale;
        squares[i] = square <= sameSquare ? 1 : share * (1 + t) * Math.exp(-t);
      }
      return;
    case 'matern52':
      for (let i = 0; i < count; i++) {
        const square = squares[i]!;
        const t = Math.sqrt(square) * scale;
        squares[i] = square <= sameSquare ? 1 : share * (1 + t + (t * t) / 3) * Math.exp(-t);
      }
  }
}
