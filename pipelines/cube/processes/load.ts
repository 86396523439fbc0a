/** Processes that begin a cube: scenes of the catalogue, or files. */
import { basename } from 'node:path';
import { dateInName, dateInText } from '../../catalog/date-in-name.ts';
import { openScene } from '../../catalog/scene.ts';
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
import type { DateFiles } from '../load.ts';
import { datesOf, filterByProperties, toCubeScene } from '../load-scenes.ts';
import type { CubeScene, SceneQuery } from '../load-scenes.ts';
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
    return cubeOf(args, planning, scenes);
  },
);

const PLACE = parameter(
  'spatial_extent',
  'A box or polygons (GeoJSON); null: all.',
  [{ type: 'object', subtype: 'bounding-box' }, { type: 'object', subtype: 'geojson' }, { type: 'null' }],
  null,
);
const BANDS = parameter(
  'bands',
  'Names or ESA codes; null: all.',
  [{ type: 'array', items: { type: 'string' } }, { type: 'null' }],
  null,
);

export const loadStac = defineCubeProcess(
  {
    id: 'load_stac',
    summary: 'A STAC item: its bands as a cube of one date.',
    parameters: [
      aText('url', 'Address or path of the item.'),
      PLACE,
      parameter(
        'temporal_extent',
        'Start (inclusive) and end (exclusive); null: all.',
        [{ type: 'array', subtype: 'temporal-interval' }, { type: 'null' }],
        null,
      ),
      BANDS,
      parameter('properties', 'Conditions, as of load_collection.', [METADATA_FILTER, { type: 'null' }], null),
    ],
    returns: CUBE,
    limits: 'Items only; collections and APIs are read by `landmeter ingest` and load_collection.',
  },
  (args, planning) => loadScenes(args, planning, [args.text('url')]),
);

export const lmLoadScenes = defineCubeProcess(
  {
    id: 'lm_load_scenes',
    summary: 'Sentinel-2 products by their paths, without the catalogue.',
    parameters: [anArray('paths', 'SAFE folders, zips of them, or STAC items.'), PLACE, BANDS],
    returns: CUBE,
    limits: 'The scenes of one cube lie in one UTM zone.',
  },
  (args, planning) => loadScenes(args, planning, args.labels('paths').map(String)),
);

async function loadScenes(args: Arguments, planning: Planning, paths: readonly string[]): Promise<Cube> {
  const { signal } = planning.context;
  const opened: CubeScene[] = [];
  for (const path of paths) opened.push(toCubeScene(await openScene(path, signal ? { signal } : {})));
  const interval = args.has('temporal_extent') ? parseInterval(args.list('temporal_extent'), args.process) : null;
  const inTime = opened.filter(({ datetime }) => {
    const time = Date.parse(datetime);
    return !interval || (time >= interval.start && time < interval.end);
  });
  const scenes = filterByProperties(inTime, args.record('properties'));
  if (scenes.length === 0)
    throw new PlatformError('not-found', `${args.process}: none of ${paths.join(', ')} is of that time and place`);
  return cubeOf(args, planning, scenes);
}

async function cubeOf(args: Arguments, planning: Planning, scenes: readonly CubeScene[]): Promise<Cube> {
  const bands = args.has('bands') ? args.labels('bands').map(String) : null;
  const { bands: names, dates } = datesOf(scenes, bands);
  const cube = await loaded(planning, names, dates);
  const place = args.any('spatial_extent');
  return place === null ? cube : cutTo(planning, cube, place, args.process);
}

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

function cutTo({ builder }: Planning, cube: Cube, place: unknown, process: string): Cube {
  const grid = gridOf(cube, process);
  const isBox = isRecord(place) && !('type' in place);
  const window = isBox
    ? windowInBox(grid, parseBox(place, process))
    : windowAround(grid, polygonsOn(grid, place, process));
  if (window.width === 0 || window.height === 0)
    throw new PlatformError('outside', `${process}: no pixel of the scenes lies in the spatial extent`);
  const cropped = cropCube(builder, cube, window);
  return isBox ? cropped : maskByPolygons(builder, cropped, place, 'outside', null, process);
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
    return loaded(planning, bands, found);
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

export const LOADING: readonly CubeProcess[] = [loadCollection, loadStac, lmLoadScenes, lmLoadFiles];
