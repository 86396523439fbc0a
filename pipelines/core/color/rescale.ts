/** The range of values that is spread over a ramp. */
import { PlatformError } from '../errors.ts';
import { PALETTE_STEPS } from './ramp.ts';

export interface Rescale {
  /** Value at the ramp's lowest colour. */
  readonly min: number;
  /** Value at the ramp's highest colour; larger than `min`. */
  readonly max: number;
}

/**
 * Reads `MIN,MAX`.
 * @throws {PlatformError} `parameter-invalid` saying what came and what is accepted.
 */
export function parseRescale(text: string): Rescale {
  const numbers = text.split(',').map((part) => (part.trim() === '' ? Number.NaN : Number(part)));
  const [min, max] = numbers;
  if (numbers.length !== 2 || !Number.isFinite(min) || !Number.isFinite(max) || min! >= max!)
    throw new PlatformError(
      'parameter-invalid',
      `The range "${text}" is not MIN,MAX with MIN below MAX, such as -0.2,0.9`,
      {
        detail: { parameter: 'rescale', value: text },
      },
    );
  return { min: min!, max: max! };
}

/** The palette entry, 1 to 255, of a valid value; values beyond the range take the end's entry. */
export function paletteIndex(value: number, { min, max }: Rescale): number {
  const t = (value - min) / (max - min);
  if (t >= 1) return PALETTE_STEPS;
  return t > 0 ? 1 + Math.round(t * (PALETTE_STEPS - 1)) : 1;
}
