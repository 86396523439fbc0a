/** Statistics of a raster inside a polygon, or of all of it, each pixel weighed by the share of it that is inside. */
import { addPieces, createZoneMoments } from '../core/geometry/zonal/moments.ts';
import { PolygonSetBuilder } from '../core/geometry/zonal/polygons.ts';
import { describeList, isObjectStatistic, momentColumn, parseStatistics } from '../core/geometry/zonal/statistics.ts';
import type { ListStatistic } from '../core/geometry/zonal/statistics.ts';
import { ValueCollector } from '../core/geometry/zonal/weighted-values.ts';
import { PlatformError } from '../core/errors.ts';
import type { ZonalGrid } from '../io/zones/zone-coverage.ts';
import { computeOn } from '../io/zones/zone-coverage.ts';
import type { TaskContext } from '../runner.ts';
import type { Layer } from './layer.ts';
import { dtypeOf } from './zonal-values.ts';
import { run as measureTiles } from './zonal-tiles.ts';

export interface RenderStatisticsInput {
  readonly layer: Layer;
  readonly grid: ZonalGrid;
  /** A GeoJSON Polygon or MultiPolygon. */
  readonly geometry: object;
  /** CRS of its coordinates. */
  readonly epsg: number;
  /** By the names of `zonal`. */
  readonly statistics: string;
}

/** A number, null where there is none, or what a statistic of many numbers is. */
export type StatisticValue = number | null | object;

const VALUES = { scale: 1, offset: 0 };
/** Cells whose values are held to be sorted: 16 bytes each. */
const MOST_LISTED_CELLS = 2 ** 23;

/** @throws {PlatformError} `too-large` where values would have to be sorted that do not fit; what reading throws */
export async function run(
  input: RenderStatisticsInput,
  context: TaskContext,
): Promise<Readonly<Record<string, StatisticValue>>> {
  const builder = new PolygonSetBuilder();
  builder.add(input.geometry);
  const coverage = computeOn({ polygons: builder.finish(), epsg: input.epsg }, input.grid);
  const statistics = parseStatistics(input.statistics);
  const wanted = statistics.filter((one): one is ListStatistic => one.kind !== 'moment');
  if (wanted.length > 0 && coverage.zoneCells[0]! > MOST_LISTED_CELLS)
    throw new PlatformError(
      'too-large',
      `${wanted[0]!.name} of ${coverage.zoneCells[0]} pixels is not computed at once, of ${MOST_LISTED_CELLS} it is; ask for a smaller area, or for count, sum, mean, std, min, max only`,
    );
  const values = { kind: 'layer', layer: input.layer } as const;
  const tiles = { firstTile: 0, endTile: coverage.tiles.length, firstZone: 0, endZone: 1 };
  const found = await measureTiles({ values, coverage, ...tiles, statistics: wanted }, context);
  const moments = createZoneMoments(1);
  addPieces(moments, found.pieceZone, found.moments);
  const cells =
    found.described[0]?.cells ??
    (found.lists.length > 0
      ? describeList(wanted, new ValueCollector(dtypeOf(values)).merge([...found.lists]), VALUES)
      : wanted.map(() => null));
  const entries = statistics.map((one): [string, StatisticValue] => {
    if (one.kind !== 'moment') return [one.name, toJson(one.name, cells[wanted.indexOf(one)] ?? null)];
    const [value] = momentColumn(one.name, moments, coverage.zoneArea, VALUES);
    return [one.name, Number.isFinite(value) ? value! : null];
  });
  return Object.fromEntries(entries);
}

function toJson(name: string, cell: number | string | null): StatisticValue {
  return typeof cell === 'string' && isObjectStatistic(name) ? (JSON.parse(cell) as object) : (cell as number | null);
}
