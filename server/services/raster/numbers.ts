/** Numbers of raster items: statistics of polygons, values at places, and those of a place through time. */
import { listScenes } from '../../../pipelines/catalog/scenes-repository.ts';
import { PlatformError } from '../../../pipelines/core/errors.ts';
import { apply, invert } from '../../../pipelines/core/grid/affine.ts';
import { createTransform, findCrs } from '../../../pipelines/core/grid/crs.ts';
import type { RasterGrid } from '../../../pipelines/core/raster/warp-plan.ts';
import type { Queries } from '../../../pipelines/database/database.ts';
import { planLayers } from '../../../pipelines/render/plan-layers.ts';
import type { LayerPlan } from '../../../pipelines/render/plan-layers.ts';
import { itemOfScene } from '../../../pipelines/render/raster-item.ts';
import type { RasterItem } from '../../../pipelines/render/raster-item.ts';
import { gridOf as zonalGridOf } from '../../../pipelines/runs/zonal-coverage.ts';
import type { TaskRunner } from '../../../pipelines/runner.ts';
import type { PointRead } from '../../../pipelines/tasks/render-points.ts';
import type { StatisticValue } from '../../../pipelines/tasks/render-statistics.ts';
import { bandsOf, finestGsd, maskOf } from './plan.ts';
import type { Subject } from './wish.ts';

export type StatisticsRecord = Readonly<Record<string, StatisticValue>>;

export interface PointAnswer {
  readonly lon: number;
  readonly lat: number;
  /** What the values are of, in their order. */
  readonly names: readonly string[];
  readonly values: readonly (number | null)[];
}

export interface SeriesPoint {
  readonly item: string;
  readonly datetime: string;
  readonly values: readonly (number | null)[];
}

/** Pixels of the box of a polygon: beyond, an answer would take too long to wait for. */
const MOST_PIXELS = 2 ** 27;
/** Dates of a series that are read for one request. */
const MOST_DATES = 1000;

/** The layers of a subject on the item's own grid. @throws {PlatformError} as `planLayers` */
export function layersOf(item: RasterItem, subject: Subject, signal?: AbortSignal): Promise<LayerPlan> {
  const bands = bandsOf(item, subject);
  const classes = maskOf(item, subject.excluded, finestGsd(bands));
  return planLayers({ name: item.id, bands, expression: subject.formula?.expression ?? null, classes }, signal);
}

/**
 * Statistics by their names as in `zonal`; of several bands by the bands' names.
 * @param geometry  GeoJSON Polygon or MultiPolygon in degrees; null: the whole raster.
 * @throws {PlatformError} `too-large`, and what planning and reading throw
 */
export async function statisticsOf(
  item: RasterItem,
  subject: Subject,
  { geometry, statistics }: { readonly geometry: object | null; readonly statistics: string },
  runner: TaskRunner,
  signal: AbortSignal,
): Promise<StatisticsRecord> {
  const { grid, finest, layersOn } = await layersOf(item, subject, signal);
  if (grid.width * grid.height > MOST_PIXELS * (geometry ? 64 : 1))
    throw new PlatformError(
      'too-large',
      `${item.id} has ${grid.width} × ${grid.height} pixels, which is too much for one answer; ask for a polygon (POST), or run zonal`,
    );
  const zonal = zonalGridOf({ ...finest.raster, ...grid, name: item.id });
  const place = geometry ? { geometry, epsg: 4326 } : { geometry: boxOf(grid), epsg: grid.epsg };
  const layers = layersOn(grid);
  const found: StatisticsRecord[] = [];
  for (const layer of layers)
    found.push(await runner.run('render-statistics', { layer, grid: zonal, ...place, statistics }, { signal }));
  if (found.length === 1) return found[0]!;
  const names = bandsOf(item, subject).map(({ name }) => name);
  return Object.fromEntries(names.map((name, b) => [name, found[b]!]));
}

function boxOf({ transform, width, height }: RasterGrid): object {
  const corners = [
    [0, 0] as const,
    [width, 0] as const,
    [width, height] as const,
    [0, height] as const,
    [0, 0] as const,
  ];
  return { type: 'Polygon', coordinates: [corners.map(([col, row]) => apply(transform, col, row))] };
}

/**
 * One value for a formula, else one for each band; null where there is none.
 * @throws {PlatformError} `outside`, and what planning and reading throw
 */
export async function valuesAt(
  item: RasterItem,
  subject: Subject,
  place: { readonly lon: number; readonly lat: number },
  runner: TaskRunner,
  signal: AbortSignal,
): Promise<PointAnswer> {
  const reads = await readsAt(item, subject, place, signal);
  if (!reads)
    throw new PlatformError('outside', `Longitude ${place.lon}, latitude ${place.lat} lies outside ${item.id}`, {
      detail: { ...place, item: item.id, bbox: item.bbox },
    });
  const values = await runner.run('render-points', { reads }, { signal });
  return { ...place, names: namesAsked(item, subject), values };
}

/** Null where the place is outside the item. */
async function readsAt(
  item: RasterItem,
  subject: Subject,
  { lon, lat }: { readonly lon: number; readonly lat: number },
  signal: AbortSignal,
): Promise<PointRead[] | null> {
  const all = subject.formula || subject.bands ? subject : { ...subject, bands: namesOf(item) };
  const { grid, layersOn } = await layersOf(item, all, signal);
  const inverse = invert(grid.transform);
  const toGrid = createTransform(4326, grid.epsg);
  for (const turn of findCrs(grid.epsg).units === 'degree' ? [0, 360, -360] : [0]) {
    const [x, y] = toGrid.point(lon + turn, lat);
    const [col, row] = apply(inverse!, x, y).map(Math.floor) as [number, number];
    if (col >= 0 && row >= 0 && col < grid.width && row < grid.height)
      return layersOn(grid).map((layer) => ({ layer, col, row }));
  }
  return null;
}

/** Of the values that a subject gives at a place. */
function namesAsked(item: RasterItem, { formula, bands }: Subject): readonly string[] {
  return formula ? [formula.id ?? formula.expression] : (bands ?? namesOf(item));
}

/** Every band once. */
export function namesOf({ bands }: RasterItem): string[] {
  return [...new Set(bands.map(({ code }) => code))];
}

/**
 * The values of a place in all scenes of the item's collection and tile, oldest first; of a product its own alone.
 * @throws {PlatformError} as `valuesAt`
 */
export async function seriesAt(
  queries: Queries,
  item: RasterItem,
  subject: Subject,
  place: { readonly lon: number; readonly lat: number },
  runner: TaskRunner,
  signal: AbortSignal,
): Promise<SeriesPoint[]> {
  const points: SeriesPoint[] = [];
  for (const one of await siblingsOf(queries, item)) {
    const reads = await readsAt(one, subject, place, signal);
    if (!reads) continue;
    const values = await runner.run('render-points', { reads }, { signal });
    points.push({ item: one.id, datetime: one.datetime!, values });
  }
  return points;
}

async function siblingsOf(queries: Queries, item: RasterItem): Promise<RasterItem[]> {
  if (item.collection === null) return item.datetime === null ? [] : [item];
  const filter = { collection: item.collection, limit: MOST_DATES, ...(item.tile !== null && { tile: item.tile }) };
  const scenes = await listScenes(queries, item.tile === null ? { ...filter, bbox: item.bbox } : filter);
  return scenes.map(itemOfScene);
}
