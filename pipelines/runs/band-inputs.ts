/** The bands that a formula needs, out of those that the user gave. */
import { SENTINEL2_BANDS } from '../catalog/bands.ts';
import { openScene, selectBands, selectClasses } from '../catalog/scene.ts';
import { PlatformError } from '../core/errors.ts';
import type { Calibration } from '../core/expression/codegen.ts';
import type { BandInfo } from '../io/raster-source.ts';
import type { SpecialValues } from '../tasks/aligned-band.ts';
import type { ClassGuard } from '../tasks/class-mask.ts';

/** A band as a user or a scene names it. */
export interface BandInput {
  /** A common name (`red`) or a Sentinel code (`B04`); case matters. */
  readonly name: string;
  /** File path or URL; see `BandRequest`. */
  readonly path: string;
  /** What the product's metadata says; absent: what the file says. */
  readonly calibration?: Calibration;
  readonly special?: SpecialValues;
}

/** Scene classes beside the bands: SCL's file and the codes that become invalid. */
export interface ClassInput {
  readonly path: string;
  readonly excluded: readonly number[];
  /** Margins in metres around some of the classes; absent: none. */
  readonly guards?: readonly ClassGuard[];
  /** The numbers are not those of SCL; absent: they are. */
  readonly scheme?: 'numbers';
}

/** What one date brings. */
export interface DateInput {
  readonly bands: readonly BandInput[];
  readonly classes: ClassInput | null;
  /** The product's metadata, where the bands are those of a scene. */
  readonly metadata?: string;
  /** When the scene was taken, RFC 3339; absent: the files tell. */
  readonly time?: string;
  /** What a user should know, such as a band taken for another. */
  readonly notes: readonly string[];
}

/** A date by its scene: a SAFE folder, a zip of one, or a STAC item. */
export interface SceneInput {
  readonly scene: string;
  /** Classes that become invalid; null: all stay. */
  readonly excluded: readonly number[] | null;
  /** A classification to take instead of the scene's own. */
  readonly scl: string | null;
  readonly guards?: readonly ClassGuard[];
  readonly scheme?: 'numbers';
}

/**
 * The bands of a scene that a formula needs, calibrated by the product's metadata; bands that were given are passed on.
 * @param wanted  What the formula reads.
 * @throws {PlatformError} as `openScene` and `selectBands`; `band-missing` where the scene has no classification
 */
export async function resolveDate(
  input: DateInput | SceneInput,
  wanted: readonly string[],
  signal?: AbortSignal,
): Promise<DateInput> {
  if ('bands' in input) return input;
  const scene = await openScene(input.scene, signal ? { signal } : {});
  const { bands, gsd, notes } = selectBands(scene, wanted);
  const scl = input.scl ?? selectClasses(scene, gsd)?.path;
  if (input.excluded && !scl)
    throw new PlatformError(
      'band-missing',
      `${input.scene} has no scene classification (SCL) to mask by; leave out --mask`,
    );
  return {
    bands: wanted.map((name) => {
      const { path, scale, offset, nodata, saturated } = bands.get(name)!;
      return { name, path, calibration: { scale, offset }, special: { nodata, saturated } };
    }),
    classes: input.excluded && {
      path: scl!,
      excluded: input.excluded,
      ...(input.guards && { guards: input.guards }),
      ...(input.scheme && { scheme: input.scheme }),
    },
    metadata: scene.metadataPath,
    ...(scene.datetime !== '' && { time: scene.datetime }),
    notes,
  };
}

/** As users state it: reflectance = (DN + offset) / scale. */
export interface CalibrationWords {
  readonly scale?: number;
  readonly offset?: number;
}

/** Both names of a band of Sentinel-2; B8A and B08 are different bands. */
function namesOf(name: string): readonly string[] {
  const band = SENTINEL2_BANDS.find((b) => b.name === name || b.code === name);
  return band ? [name, band.name === name ? band.code : band.name] : [name];
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
