/** Statistics of zones: planned here, computed by the runs of tables. */
import { PlatformError } from '../../core/errors.ts';
import { parseStatistics } from '../../core/geometry/zonal/statistics.ts';
import {
  aCallback,
  aCube,
  anything,
  aText,
  CUBE,
  parameter,
  REDUCER_PARAMETERS,
  textOrNull,
} from '../../graph/define-process.ts';
import { reducerOf } from '../../graph/reducer-of.ts';
import type { Arguments } from '../arguments.ts';
import { defineCubeProcess } from '../cube-process.ts';
import type { CubeProcess, Planning, ZoneValues } from '../cube-process.ts';
import type { ZonesProduct } from '../products.ts';
import { beginOf, dimensionOfType } from '../cube.ts';
import type { Cube } from '../cube.ts';
import { programOf } from './files.ts';

const TABLES: Readonly<Record<string, ZonesProduct['format']>> = {
  csv: 'csv',
  json: 'json',
  parquet: 'parquet',
  geojson: 'geojson',
};

export function saveZones(args: Arguments, planning: Planning, { cube, zones, statistics }: ZoneValues): void {
  const format = TABLES[args.text('format').toLowerCase()];
  if (!format) return args.fault('format', 'CSV, JSON or Parquet for statistics of zones');
  addProduct(args, planning, cube, { format, zones, statistics });
}

/** @throws {PlatformError} `parameter-invalid` where a time has not one plane, or the cube no times */
function addProduct(
  args: Arguments,
  planning: Planning,
  cube: Cube,
  words: Pick<ZonesProduct, 'format' | 'zones' | 'statistics'>,
): void {
  const index = dimensionOfType(cube, 'temporal', null);
  const dimension = cube.dimensions[index]!;
  if (cube.planes.length !== dimension.labels.length)
    throw new PlatformError(
      'parameter-invalid',
      `${args.process} takes one value for each pixel and time, and the data cube has ${cube.dimensions.map(({ name, labels }) => `${labels.length} ${name}`).join(' × ')}; choose one band with filter_bands, ndvi or lm_index`,
    );
  const times = dimension.labels.map((label, k) => {
    const time = beginOf(dimension, k);
    if (time !== null) return time;
    throw new PlatformError('parameter-invalid', `${args.process}: nothing tells when ${label} is, so it has no row`);
  });
  planning.products.push({
    ...words,
    nodeId: planning.nodeId,
    kind: 'zones',
    times,
    options: args.record('options'),
    program: programOf(planning, cube, [dimension], cube.planes),
  });
}

export const aggregateSpatial = defineCubeProcess(
  {
    id: 'aggregate_spatial',
    summary: 'A statistic of the values in each zone, weighted by exact coverage; save_result writes the table.',
    parameters: [
      aCube('data', 'The data cube.'),
      parameter('geometries', 'Polygons: GeoJSON, or a file or set of zones by its name.', [
        { type: 'object', subtype: 'geojson' },
        { type: 'string' },
      ]),
      aCallback('reducer', 'One statistic: mean, sum, min, max, median, sd, count or a quantile.', REDUCER_PARAMETERS),
      textOrNull('target_dimension', 'Not used.', {}, null),
      anything('context', 'Not used.', {}, null),
    ],
    returns: CUBE,
    limits: 'Cells count by the share that lies in the zone, where openEO takes pixels by their centres.',
  },
  async (args, planning): Promise<ZoneValues> => {
    const reducer = reducerOf(args.callback('reducer'));
    const statistic = reducer && statisticOf(reducer);
    if (!statistic)
      args.fault('reducer', 'a single process: mean, sum, min, max, median, sd, count or quantiles of one');
    return {
      kind: 'zone-values',
      cube: args.cube('data'),
      zones: await zonesOf(args.any('geometries'), planning),
      statistics: statistic!,
    };
  },
);

/** A set of zones by its name becomes a file. */
async function zonesOf(zones: unknown, { context: { findZones } }: Planning): Promise<unknown> {
  return typeof zones === 'string' && findZones ? findZones(zones) : zones;
}

function statisticOf(reducer: NonNullable<ReturnType<typeof reducerOf>>): string | null {
  switch (reducer.kind) {
    case 'mean':
    case 'sum':
    case 'min':
    case 'max':
    case 'median':
      return reducer.kind;
    case 'sd':
      return 'std';
    case 'count':
      return reducer.all ? null : 'count';
    case 'quantile':
      return `p${Number((100 * reducer.probability).toFixed(6))}`;
    default:
      return null;
  }
}

export const lmZoneSeries = defineCubeProcess(
  {
    id: 'lm_zone_series',
    summary: 'A table with a row for each zone and time, and a column for each statistic.',
    parameters: [
      aCube('data', 'The data cube.'),
      parameter('zones', 'A file or set of zones by its name, or GeoJSON.', [
        { type: 'string' },
        { type: 'object', subtype: 'geojson' },
      ]),
      aText('statistics', 'As `landmeter zonal --stats` takes them.', {}, 'mean,count'),
      aText('format', 'csv, json, parquet or geojson.', { enum: Object.values(TABLES) }, 'csv'),
      parameter('options', 'How it is stored.', { type: 'object' }, {}),
    ],
    returns: { type: 'boolean' },
  },
  async (args, planning) => {
    const format = TABLES[args.text('format', 'csv')] ?? args.fault('format', Object.values(TABLES).join(', '));
    const statistics = args.text('statistics', 'mean,count');
    parseStatistics(statistics);
    const cube = args.cube('data');
    const zones = args.any('zones');
    const path = await zonesOf(zones, planning);
    addProduct(args, planning, cube, { format, zones: path, statistics });
    return true;
  },
);

export const ZONES: readonly CubeProcess[] = [aggregateSpatial, lmZoneSeries];
