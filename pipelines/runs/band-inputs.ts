/** The bands that a formula needs, out of those that the user gave. */
import { PlatformError } from '../core/errors.ts';
import type { Calibration } from '../core/expression/codegen.ts';
import type { BandInfo } from '../io/raster-source.ts';

/** A band as a user or a scene names it. */
export interface BandInput {
  /** A common name (`red`) or a Sentinel code (`B04`); case matters. */
  readonly name: string;
  /** File path or URL; see `BandRequest`. */
  readonly path: string;
  /** What the product's metadata says; absent: what the file says. */
  readonly calibration?: Calibration;
}

/** As users state it: reflectance = (DN + offset) / scale. */
export interface CalibrationWords {
  readonly scale?: number;
  readonly offset?: number;
}

/** Sentinel-2's codes of the common names. B8A and B08 are different bands. */
const CODES: Readonly<Record<string, string>> = {
  coastal: 'B01',
  blue: 'B02',
  green: 'B03',
  red: 'B04',
  rededge1: 'B05',
  rededge2: 'B06',
  rededge3: 'B07',
  nir: 'B08',
  nir08: 'B8A',
  nir09: 'B09',
  swir16: 'B11',
  swir22: 'B12',
};

/** Both names of a band. */
function namesOf(name: string): readonly string[] {
  const common = Object.keys(CODES).find((key) => CODES[key] === name);
  return [name, CODES[name] ?? common ?? name];
}

/**
 * One input per name, in their order; a band may be given by either of its names.
 * @param wanted  What the formula reads.
 * @param formula  What the user asked for, for the message.
 * @throws {PlatformError} `band-missing` with what is missing, what was given and what is accepted
 */
export function chooseBands<T extends { readonly name: string }>(
  wanted: readonly string[],
  given: readonly T[],
  formula: string,
): T[] {
  const find = (name: string) => namesOf(name).flatMap((n) => given.filter((band) => band.name === n))[0];
  const missing = wanted.filter((name) => !find(name));
  if (missing.length === 0) return wanted.map((name) => find(name)!);
  const accepted = missing.map((name) =>
    namesOf(name)
      .filter((n, i, all) => all.indexOf(n) === i)
      .join(' or '),
  );
  const have = given.length === 0 ? 'none was given' : `given: ${given.map(({ name }) => name).join(', ')}`;
  throw new PlatformError(
    'band-missing',
    `${formula} needs the bands ${wanted.join(', ')}; missing: ${accepted.join(', ')} (${have})`,
    {
      detail: { wanted, missing, given: given.map(({ name }) => name) },
    },
  );
}

/**
 * How numbers of a band become values. What the user says goes before the product's metadata, that before the file's
 * tags; classes are never scaled.
 * @throws {PlatformError} `calibration-invalid`
 */
export function calibrationOf(input: BandInput, info: BandInfo, words: CalibrationWords): Calibration {
  if (input.name === 'scl') return { scale: 1, offset: 0 };
  const known = input.calibration ?? { scale: info.scale, offset: info.offset };
  const { scale, offset } = words;
  if (scale === undefined && offset === undefined) return known;
  if (scale !== undefined && !(Number.isFinite(scale) && scale > 0))
    throw new PlatformError(
      'calibration-invalid',
      `--scale is ${scale}; reflectance = (DN + offset) / scale needs a positive number`,
    );
  const divisor = scale ?? 1 / known.scale;
  const added = offset ?? 0;
  return { scale: 1 / divisor, offset: added / divisor };
}
