/** Processes that begin a cube: scenes of the catalogue, or files. */
import { basename } from 'node:path';
import { dateInName } from '../../catalog/date-in-name.ts';
import { PlatformError } from '../../core/errors.ts';
import { aText, anArray, CUBE, METADATA_FILTER, parameter } from '../../graph/define-process.ts';
import { isRecord } from '../../graph/graph.ts';
import { openBands } from '../../runs/align.ts';
import type { Arguments } from '../arguments.ts';
import { defineCubeProcess } from '../cube-process.ts';
import type { CubeProcess, Planning } from '../cube-process.ts';
import type { Cube } from '../cube.ts';
import { gridOf } from '../cube.ts';
import { lonLatOf, parseBox, polygonsOn, windowAround, windowInBox } from '../geometry.ts';
import { parseInterval } from '../interval.ts';
import { loadCube } from '../load.ts';
import type { DateFiles, TileFiles } from '../load.ts';
import { datesOf, filterByProperties } from '../load-scenes.ts';
import type { SceneQuery } from '../load-scenes.ts';
import type { BandFile } from '../open-sources.ts';
import { timeOf } from '../periods.ts';
import { cropCube, maskByPolygons } from './space.ts';

export const loadCollection = defineCubeProcess(
  {
    id: 'load_collection',
    summary: 'The scenes of a collection of the catalogue.',
    parameters: [
      aText('id', 'Of the collection, such as `sentinel-2-l2a`.'),
      parameter('spatial_extent', 'A box or polygons (GeoJSON); null: all.', [
        { type: 'object', subtype: 'bounding-box' },
        { type: 'object', subtype: 'geojson' },
        { type: 'null' },
      ]),
      parameter('temporal_extent', 'Start (inclusive) and end (exclusive); null: all.', [
        { type: 'array', subtype: 'temporal-interval' },
        { type: 'null' },
      ]),
      parameter(
        'bands',
        'Names or ESA codes; null: all.',
        [{ type: 'array', items: { type: 'string' } }, { type: 'null' }],
        null,
      ),
      parameter(
        'properties',
        'Conditions on scenes, such as `eo:cloud_cover`.',
        [METADATA_FILTER, { type: 'null' }],
        null,
      ),
    ],
    returns: CUBE,
    limits: 'The scenes of one cube lie in one UTM zone.',
  },
  async (args, planning) => {
    const id = args.text('id');
    const place = args.any('spatial_extent');
    const interval = args.has('temporal_extent')
      ? parseInterval(args.list('temporal_extent'), 'load_collection')
      : null;
    const query = { ...boxQuery(place), ...timeQuery(interval) };
    const found = await planning.context.findScenes(id, query);
    const inTime = found.filter(({ datetime }) => !interval || Date.parse(datetime) < interval.end);
    const scenes = filterByProperties(inTime, args.record('properties'));
    if (scenes.length === 0) throw nothingFound(id, query, inTime.length);
    const bands = args.has('bands') ? args.labels('bands').map(String) : null;
    const { bands: names, dates } = datesOf(scenes, bands);
    const cube = await loaded(planning, names, dates);
    return place === null ? cube : cutTo(planning, cube, place);
  },
);

function boxQuery(place: unknown): Pick<SceneQuery, 'bbox'> {
  if (!isRecord(place)) return {};
  if (!('type' in place)) return { bbox: lonLatOf(parseBox(place, 'load_collection')) };
  // Polygons are placed on a grid of degrees to learn the box around them
  const polygons = polygonsOn(
    { width: 1, height: 1, transform: [1, 0, 0, 0, 1, 0], epsg: 4326 },
    place,
    'load_collection',
  );
  let [west, south, east, north] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const ring of polygons.flat())
    for (let i = 0; i < ring.length; i += 2) {
      [west, east] = [Math.min(west, ring[i]!), Math.max(east, ring[i]!)];
      [south, north] = [Math.min(south, ring[i + 1]!), Math.max(north, ring[i + 1]!)];
    }
  return { bbox: [west, south, east, north] };
}

function timeQuery(interval: { readonly start: number; readonly end: number } | null): Pick<SceneQuery, 'from' | 'to'> {
  if (!interval) return {};
  const { start, end } = interval;
  return {
    ...(Number.isFinite(start) && { from: new Date(start).toISOString() }),
    ...(Number.isFinite(end) && { to: new Date(end).toISOString() }),
  };
}

function nothingFound(id: string, { bbox, from, to }: SceneQuery, before: number): PlatformError {
  if (before > 0)
    return new PlatformError(
      'not-found',
      `None of the ${before} scenes of ${id} there meets the properties that are asked for`,
    );
  const where = bbox ? ` in ${bbox.map((side) => Number(side.toFixed(4))).join(', ')}` : '';
  const when = from || to ? ` from ${from?.slice(0, 10) ?? 'the beginning'} to ${to?.slice(0, 10) ?? 'today'}` : '';
  return new PlatformError('not-found', `The catalogue has no scene of ${id}${where}${when}; ingest some first`, {
    detail: { collection: id, bbox, from, to },
  });
}

function cutTo({ builder }: Planning, cube: Cube, place: unknown): Cube {
  const grid = gridOf(cube, 'load_collection');
  const isBox = isRecord(place) && !('type' in place);
  const window = isBox
    ? windowInBox(grid, parseBox(place, 'load_collection'))
    : windowAround(grid, polygonsOn(grid, place, 'load_collection'));
  if (window.width === 0 || window.height === 0)
    throw new PlatformError('outside', 'load_collection: no pixel of the scenes lies in the spatial extent');
  const cropped = cropCube(builder, cube, window);
  return isBox ? cropped : maskByPolygons(builder, cropped, place, 'outside', null, 'load_collection');
}

async function loaded(
  { builder, notes, context }: Planning,
  bands: readonly string[],
  dates: readonly DateFiles[],
): Promise<Cube> {
  const { cube, notes: said } = await loadCube(builder, bands, dates, context.signal);
  for (const note of said) notes.add(note);
  return cube;
}

export const lmLoadFiles = defineCubeProcess(
  {
    id: 'lm_load_files',
    summary: 'Rasters by their paths; files of one time are bands of one date.',
    parameters: [
      anArray('paths', 'GeoTIFF or JPEG 2000, `#3` behind one for its third band.'),
      anArray('times', 'One for each path; by default the date in its name.', []),
      anArray('bands', 'Names for the bands of a date, in the order of its files; by default what the files say.', []),
      anArray('classes', 'Scene classifications (SCL), one for each date, for lm_cloud_mask.', []),
    ],
    returns: CUBE,
  },
  async (args, planning) => {
    const paths = args.labels('paths').map(String);
    if (paths.length === 0) args.fault('paths', 'at least one path');
    const times = timesOf(args, paths);
    const groups = new Map<string, string[]>();
    for (const [k, path] of paths.entries()) groups.set(times[k]!, [...(groups.get(times[k]!) ?? []), path]);
    const classes = args.labels('classes', []).map(String);
    if (classes.length > 0 && classes.length !== groups.size)
      args.fault('classes', `one classification for each of the ${groups.size} dates`);
    const names = args.labels('bands', []).map(String);
    const dates: DateFiles[] = [];
    const sorted = [...groups].sort(([a], [b]) => (a < b ? -1 : 1));
    for (const [k, [time, files]] of sorted.entries())
      dates.push({ time, tiles: [await tileOf(files, names, time, classes[k], planning.context.signal)] });
    const bands = names.length > 0 ? names : [...new Set(dates.flatMap(({ tiles }) => [...tiles[0]!.bands.keys()]))];
    return loaded(planning, bands, dates);
  },
);

function timesOf(args: Arguments, paths: readonly string[]): string[] {
  const given = args.labels('times', []);
  if (given.length > 0 && given.length !== paths.length)
    args.fault('times', `one time for each of the ${paths.length} paths`);
  return paths.map((path, k) => {
    const time = given[k] ?? dateInName(path.replace(/#\w+$/, ''));
    if (time === null)
      throw new PlatformError(
        'parameter-invalid',
        `Nothing tells when ${path} was taken: put a date into its name (ndvi_20240601.tif), or give times`,
      );
    return timeOf(time).toISOString();
  });
}

async function tileOf(
  files: readonly string[],
  names: readonly string[],
  time: string,
  classes: string | undefined,
  signal?: AbortSignal,
): Promise<TileFiles> {
  const bands = new Map<string, BandFile>();
  for (const file of files)
    for (const { path, band, info, raster } of await openBands(file, signal)) {
      const own = info.name ?? (raster.bands.length === 1 ? nameIn(path) : null) ?? `band${band + 1}`;
      const name = names[bands.size] ?? own;
      if (bands.has(name))
        throw new PlatformError(
          'parameter-invalid',
          `Two bands of ${time.slice(0, 10)} are called ${name}, one of them in ${path}; give bands, or times that differ`,
        );
      bands.set(name, { role: `${time.slice(0, 10)} ${name}`, path: `${path}#${band + 1}` });
    }
  const scl =
    classes === undefined
      ? null
      : { role: `${time.slice(0, 10)} scl`, path: classes, calibration: { scale: 1, offset: 0 } };
  return { bands, classes: scl };
}

/** `T31UFT_20240601_B04_10m.tif` → `B04`. */
function nameIn(path: string): string | null {
  return /(?:^|[^A-Za-z0-9])(B\d[\dA]|SCL)(?:[_.-]\d\dm)?\.\w+$/i.exec(basename(path))?.[1]?.toUpperCase() ?? null;
}

export const LOADING: readonly CubeProcess[] = [loadCollection, lmLoadFiles];
