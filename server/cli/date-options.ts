/** Words that `composite` and `series` share: what many dates are made of. */
import { PlatformError } from '../../pipelines/core/errors.ts';
import type { BandInput, DateInput, SceneInput } from '../../pipelines/runs/band-inputs.ts';
import { asksForMask, listOf, parseBand, parseMasking } from './raster-options.ts';

type Options = Readonly<Record<string, unknown>>;

/** The dates of `--band` and `--scene`, with their classes. @throws {PlatformError} `usage` */
export function datesOf(options: Options): (DateInput | SceneInput)[] {
  const scenes = listOf(options['scene']);
  const dates = byDate(listOf(options['band']).map(parseBand));
  if (scenes.length > 0 && dates.length > 0)
    throw new PlatformError('usage', 'Give either --scene or --band; a scene has its own bands');
  const scl = classFiles(options, scenes.length + dates.length);
  const masking = scl || asksForMask(options) ? parseMasking(options) : { excluded: null };
  return scenes.length > 0
    ? scenes.map((scene, k) => ({ scene, scl: scl?.[k] ?? null, ...masking }))
    : dates.map((bands, k) => ({ bands, classes: scl && classesOf(scl[k]!, options), notes: [] }));
}

/** A band's first file is of the first date, its second of the second; every band has as many. */
function byDate(bands: readonly BandInput[]): BandInput[][] {
  const byName = Map.groupBy(bands, ({ name }) => name);
  const dates = Math.max(0, ...[...byName.values()].map((files) => files.length));
  for (const [name, files] of byName)
    if (files.length !== dates)
      throw new PlatformError(
        'usage',
        `--band ${name} is given ${files.length} times, another ${dates} times; give each once per date`,
      );
  return Array.from({ length: dates }, (_, k) => [...byName.values()].map((files) => files[k]!));
}

/** The files of `--scl`, one per layer; null where there is none. */
export function classFiles(options: Options, layers: number): readonly string[] | null {
  const files = listOf(options['scl']);
  const scenes = listOf(options['scene']).length > 0;
  if (files.length === 0 && asksForMask(options) && !scenes)
    throw new PlatformError(
      'usage',
      '--mask, --classes and --dilate need the classes to mask by: name them with --scl, one per raster or date',
    );
  if (files.length > 0 && files.length !== layers)
    throw new PlatformError(
      'usage',
      `--scl is given ${files.length} times for ${layers} rasters or dates; give one for each`,
    );
  return files.length === 0 ? null : files;
}

export function classesOf(path: string, options: Options) {
  return { path, ...parseMasking(options) };
}
