/** Processes that begin a cube with scenes: of the catalogue, or by their paths. */
import { openScene } from '../../catalog/scene.ts';
import { PlatformError } from '../../core/errors.ts';
import { aText, anArray, CUBE, METADATA_FILTER, parameter } from '../../graph/define-process.ts';
import { isRecord } from '../../graph/graph.ts';
import type { Arguments } from '../arguments.ts';
import { defineCubeProcess } from '../cube-process.ts';
import type { CubeProcess, Planning } from '../cube-process.ts';
import type { Cube } from '../cube.ts';
import { gridOf } from '../cube.ts';
import { lonLatOf, parseBox, polygonsOn, windowAround, windowInBox } from '../geometry.ts';
import { parseInterval } from '../interval.ts';
import { loadCube } from '../load.ts';
import { datesOf, filterByProperties, toCubeScene } from '../load-scenes.ts';
import type { CubeScene, SceneQuery } from '../load-scenes.ts';
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
  const { bands: names, dates } = datesOf(scenes, bands, planning.notes);
  const cube = await loadCube(planning, names, dates);
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

export const LOADING: readonly CubeProcess[] = [loadCollection, loadStac, lmLoadScenes];
