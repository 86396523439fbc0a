/** A cube of rasters by their paths. */
import { basename } from 'node:path';
import { dateInName, dateInText } from '../../catalog/date-in-name.ts';
import { PlatformError } from '../../core/errors.ts';
import { anArray, CUBE } from '../../graph/define-process.ts';
import { openBands } from '../../runs/align.ts';
import { defineCubeProcess } from '../cube-process.ts';
import type { CubeProcess } from '../cube-process.ts';
import { loadCube } from '../load.ts';
import type { DateFiles } from '../load.ts';
import type { BandFile } from '../open-sources.ts';
import { timeOf } from '../periods.ts';

export const lmLoadFiles = defineCubeProcess(
  {
    id: 'lm_load_files',
    summary: 'Rasters by their paths; files of one time are bands of one date.',
    parameters: [
      anArray('paths', 'GeoTIFF or JPEG 2000, `#3` behind one for its third band.'),
      anArray('times', 'One for each path; by default what the file or its name says.', []),
      anArray('bands', 'Names for the bands of a date, in the order of its files; by default what the files say.', []),
      anArray('classes', 'Scene classifications (SCL), one for each date, for lm_cloud_mask.', []),
    ],
    returns: CUBE,
  },
  async (args, planning) => {
    const { signal } = planning.context;
    const paths = args.labels('paths').map(String);
    if (paths.length === 0) args.fault('paths', 'at least one path');
    const times = args.labels('times', []);
    if (times.length > 0 && times.length !== paths.length)
      args.fault('times', `one time for each of the ${paths.length} paths`);
    const dates = new Map<string, NamedFile[]>();
    for (const [k, path] of paths.entries())
      for (const { time, ...file } of await filesIn(path, times[k] ?? null, signal))
        dates.set(time, [...(dates.get(time) ?? []), file]);
    const classes = args.labels('classes', []).map(String);
    if (classes.length > 0 && classes.length !== dates.size)
      args.fault('classes', `one classification for each of the ${dates.size} dates`);
    const names = args.labels('bands', []).map(String);
    const sorted = [...dates].sort(([a], [b]) => (a < b ? -1 : 1));
    const found = sorted.map(([time, files], k) => dateOf(time, files, names, classes[k]));
    const bands = names.length > 0 ? names : [...new Set(found.flatMap(({ tiles }) => [...tiles[0]!.bands.keys()]))];
    return loadCube(planning, bands, found);
  },
);

interface NamedFile {
  readonly path: string;
  readonly name: string;
}

/** The bands of a file with their times: of several bands by their own names, as `per_date: false` writes them. */
async function filesIn(
  path: string,
  asked: string | number | null,
  signal?: AbortSignal,
): Promise<(NamedFile & { readonly time: string })[]> {
  const bands = await openBands(path, signal);
  const dated = asked === null && bands.length > 1 && bands.every(({ info }) => info.name && dateInText(info.name));
  return bands.map((opened) => {
    const { band, info, raster } = opened;
    const own = info.name ?? (raster.bands.length === 1 ? nameIn(opened.path) : null) ?? `band${band + 1}`;
    const time = asked ?? (dated ? dateInText(own) : (raster.acquired ?? dateInName(opened.path)));
    if (time === null)
      throw new PlatformError(
        'parameter-invalid',
        `Nothing tells when ${path} was taken: put a date into its name (ndvi_20240601.tif), or give times`,
      );
    const name = dated ? own.replace(/\S*\d{4}-?\d\d-?\d\d\S*/, '').trim() || 'value' : own;
    return { path: `${opened.path}#${band + 1}`, name, time: timeOf(time).toISOString() };
  });
}

function dateOf(
  time: string,
  files: readonly NamedFile[],
  names: readonly string[],
  classes: string | undefined,
): DateFiles {
  const bands = new Map<string, BandFile>();
  const day = time.slice(0, 10);
  for (const [k, { path, name: own }] of files.entries()) {
    const name = names[k] ?? own;
    if (bands.has(name))
      throw new PlatformError(
        'parameter-invalid',
        `Two bands of ${day} are called ${name}, one of them in ${path.replace(/#1$/, '')}; give bands, or times that differ`,
      );
    bands.set(name, { role: `${day} ${name}`, path });
  }
  const scl =
    classes === undefined ? null : { role: `${day} scl`, path: classes, calibration: { scale: 1, offset: 0 } };
  return { time, tiles: [{ bands, classes: scl }] };
}

/** `T31UFT_20240601_B04_10m.tif` → `B04`. */
function nameIn(path: string): string | null {
  return /(?:^|[^A-Za-z0-9])(B\d[\dA]|SCL)(?:[_.-]\d\dm)?\.\w+$/i.exec(basename(path))?.[1]?.toUpperCase() ?? null;
}

export const FILES: readonly CubeProcess[] = [lmLoadFiles];
