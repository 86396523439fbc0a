/** Processes that end a graph: files, layers of the map, tables of zones. */
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
import type { Label } from '../../graph/value.ts';
import type { Arguments } from '../arguments.ts';
import { defineCubeProcess } from '../cube-process.ts';
import type { CubeProcess, Planning, ZoneValues } from '../cube-process.ts';
import type { Cube } from '../cube.ts';
import { gridOf, linesAlong } from '../cube.ts';
import type { RasterOptions, ZonesProduct } from '../products.ts';
import type { CubeProgram, Dimension } from '../program.ts';
import { isZoneValues } from '../planned.ts';

const OPTIONS = parameter('options', 'How it is stored.', { type: 'object' }, {});

export const saveResult = defineCubeProcess(
  {
    id: 'save_result',
    summary: 'Writes the cube: rasters (GTiff, a COG; PNG), or the table of zones (CSV, JSON, Parquet, GeoJSON).',
    parameters: [
      parameter('data', 'The data cube, or statistics of zones.', { type: 'object', subtype: 'datacube' }),
      aText('format', 'GTiff, PNG, CSV, JSON, Parquet or GeoJSON.'),
      OPTIONS,
    ],
    returns: { type: 'boolean' },
    limits: 'Options of GTiff: dtype, scale, offset, title, and per_date (default true: a file for each time).',
  },
  (args, planning) => {
    const data = args.any('data');
    if (isZoneValues(data)) saveZones(args, planning, data);
    else saveRaster(args, planning, args.cube('data'));
    return true;
  },
);

function saveRaster(args: Arguments, planning: Planning, cube: Cube): void {
  const format = RASTER_FORMATS[args.text('format').toLowerCase()];
  if (!format) args.fault('format', 'GTiff or PNG for a data cube of pixels');
  const options = args.record('options');
  for (const { part, program } of filesOf(planning, cube, options['per_date'] !== false))
    planning.products.push({
      nodeId: planning.nodeId,
      kind: 'raster',
      format: format!,
      part,
      program,
      options: rasterOptions(args, options, program),
    });
}

const RASTER_FORMATS: Readonly<Record<string, 'GTiff' | 'PNG'>> = {
  gtiff: 'GTiff',
  cog: 'GTiff',
  geotiff: 'GTiff',
  png: 'PNG',
};
const DTYPES = ['float32', 'int16', 'uint16', 'uint8', 'int32'] as const;

function rasterOptions(
  args: Arguments,
  options: Readonly<Record<string, unknown>>,
  { dimensions, planes }: CubeProgram,
): RasterOptions {
  const dtype = DTYPES.find((known) => known === (options['dtype'] ?? 'float32'));
  const { scale = dtype === 'int16' ? 1 / 10_000 : 1, offset = 0, title = null } = options;
  if (!dtype || typeof scale !== 'number' || !(scale > 0) || typeof offset !== 'number')
    return args.fault('options', `dtype (${DTYPES.join(', ')}), a scale above 0 and an offset`);
  return {
    dtype,
    scale,
    offset,
    title: typeof title === 'string' ? title : null,
    bandNames: bandNames(dimensions, planes.length),
  };
}

/** The labels of all dimensions that have more than one, or the label of the last. */
function bandNames(dimensions: readonly Dimension[], count: number): string[] {
  const telling = dimensions.filter(({ labels }) => labels.length > 1);
  const shown = telling.length > 0 ? telling : dimensions.slice(-1);
  if (shown.length === 0) return ['value'];
  const names = shown.reduce<string[]>(
    (before, { type, labels }) =>
      before.flatMap((prefix) =>
        labels.map((label) => `${prefix} ${type === 'temporal' ? shortTime(label) : label}`.trim()),
      ),
    [''],
  );
  return names.length === count ? names : Array.from({ length: count }, (_, k) => `band ${k + 1}`);
}

/** `2024-06-01T00:00:00.000Z` → `2024-06-01`; another time of day stays. */
function shortTime(label: Label): string {
  return String(label)
    .replace(/T00:00:00(?:\.0+)?Z$/, '')
    .replace(/\.0+Z$/, 'Z');
}

interface CubeFile {
  readonly part: string | null;
  readonly program: CubeProgram;
}

/** One file for each time, or all in one. @throws {PlatformError} `parameter-invalid` for a cube without pixels */
export function filesOf(planning: Planning, cube: Cube, perDate: boolean): CubeFile[] {
  const index = cube.dimensions.findIndex(({ type }) => type === 'temporal');
  if (!perDate || index < 0 || cube.dimensions[index]!.labels.length === 1)
    return [{ part: null, program: programOf(planning, cube, cube.dimensions, cube.planes) }];
  const rest = cube.dimensions.filter((_, d) => d !== index);
  const lines = linesAlong(cube, index);
  return cube.dimensions[index]!.labels.map((label, k) => ({
    part: shortTime(label).replaceAll(':', ''),
    program: programOf(
      planning,
      cube,
      rest,
      lines.map((line) => line[k]!),
    ),
  }));
}

export function programOf(
  { builder }: Planning,
  cube: Cube,
  dimensions: readonly Dimension[],
  planes: readonly number[],
): CubeProgram {
  const grid = gridOf(cube, 'A file');
  if (planes.length === 0 || grid.width === 0 || grid.height === 0)
    throw new PlatformError(
      'parameter-invalid',
      `There is nothing to write: the data cube has ${grid.width} × ${grid.height} pixels and ${planes.length} planes after what was filtered`,
    );
  return { grid, dimensions, ...builder.finish(planes) };
}

const TABLES: Readonly<Record<string, ZonesProduct['format']>> = {
  csv: 'csv',
  json: 'json',
  parquet: 'parquet',
  geojson: 'geojson',
};

function saveZones(args: Arguments, planning: Planning, { cube, zones, statistics }: ZoneValues): void {
  const format = TABLES[args.text('format').toLowerCase()];
  if (!format) args.fault('format', 'CSV, JSON, Parquet or GeoJSON for statistics of zones');
  planning.products.push({
    nodeId: planning.nodeId,
    kind: 'zones',
    format: format!,
    zones,
    statistics,
    options: args.record('options'),
    program: programOf(planning, cube, cube.dimensions, cube.planes),
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
  (args): ZoneValues => {
    const reducer = reducerOf(args.callback('reducer'));
    const statistic = reducer && statisticOf(reducer);
    if (!statistic)
      args.fault('reducer', 'a single process: mean, sum, min, max, median, sd, count or quantiles of one');
    return { kind: 'zone-values', cube: args.cube('data'), zones: args.any('geometries'), statistics: statistic! };
  },
);

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
      OPTIONS,
    ],
    returns: { type: 'boolean' },
  },
  async (args, planning) => {
    const format = TABLES[args.text('format', 'csv')] ?? args.fault('format', Object.values(TABLES).join(', '));
    const statistics = args.text('statistics', 'mean,count');
    parseStatistics(statistics);
    const cube = args.cube('data');
    const zones = args.any('zones');
    const { findZones } = planning.context;
    planning.products.push({
      nodeId: planning.nodeId,
      kind: 'zones',
      format,
      zones: typeof zones === 'string' && findZones ? await findZones(zones) : zones,
      statistics,
      options: args.record('options'),
      program: programOf(planning, cube, cube.dimensions, cube.planes),
    });
    return true;
  },
);

export const lmArchive = defineCubeProcess(
  {
    id: 'lm_archive',
    summary: 'A layer of the map: an archive of tiles for each time.',
    parameters: [
      aCube('data', 'The data cube, of one band.'),
      aText('layer', 'Name of the layer.'),
      textOrNull('title', 'As the map shows it.', {}, null),
      textOrNull('colormap', 'Pictures instead of value tiles.', {}, null),
      parameter('rescale', 'Least and greatest value of the colours.', { type: ['array', 'null'] }, null),
      OPTIONS,
    ],
    returns: { type: 'boolean' },
  },
  (args, planning) => {
    const cube = args.cube('data');
    const options = args.record('options');
    for (const { part, program } of filesOf(planning, cube, true)) {
      if (program.planes.length > 1)
        throw new PlatformError(
          'parameter-invalid',
          `lm_archive makes tiles of one band, and the data cube has ${program.planes.length}; choose one with filter_bands or reduce_dimension`,
        );
      planning.products.push({
        nodeId: planning.nodeId,
        kind: 'archive',
        layer: args.text('layer'),
        part,
        program,
        raster: rasterOptions(args, options, program),
        options: {
          ...options,
          title: args.text('title', null),
          colormap: args.text('colormap', null),
          rescale: args.any('rescale'),
        },
      });
    }
    return true;
  },
);

export const SINKS: readonly CubeProcess[] = [saveResult, aggregateSpatial, lmZoneSeries, lmArchive];
