/** Processes that end a graph: files, layers of the map, tables of zones. */
import { PlatformError } from '../../core/errors.ts';
import { aCube, aText, parameter, textOrNull } from '../../graph/define-process.ts';
import type { Arguments } from '../arguments.ts';
import { defineCubeProcess } from '../cube-process.ts';
import type { CubeProcess, Planning } from '../cube-process.ts';
import type { Cube } from '../cube.ts';
import { isZoneValues } from '../planned.ts';
import { filesOf, rasterOptions } from './files.ts';
import { saveZones } from './zones.ts';

const OPTIONS = parameter('options', 'How it is stored.', { type: 'object' }, {});

export const saveResult = defineCubeProcess(
  {
    id: 'save_result',
    summary: 'Writes the cube: rasters (GTiff, each a COG), or the table of zones (CSV, JSON, Parquet).',
    parameters: [
      parameter('data', 'The data cube, or statistics of zones.', { type: 'object', subtype: 'datacube' }),
      aText('format', 'GTiff, CSV, JSON or Parquet.'),
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
  if (!GEOTIFF.has(args.text('format').toLowerCase())) args.fault('format', 'GTiff for a data cube of pixels');
  const options = args.record('options');
  for (const file of filesOf(planning, cube, options['per_date'] !== false))
    planning.products.push({
      nodeId: planning.nodeId,
      kind: 'raster',
      format: 'GTiff',
      ...file,
      options: rasterOptions(args, options, file),
    });
}

const GEOTIFF: ReadonlySet<string> = new Set(['gtiff', 'geotiff', 'cog']);
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
    for (const file of filesOf(planning, cube, true)) {
      const { program } = file;
      if (program.planes.length > 1)
        throw new PlatformError(
          'parameter-invalid',
          `lm_archive makes tiles of one band, and the data cube has ${program.planes.length}; choose one with filter_bands or reduce_dimension`,
        );
      planning.products.push({
        nodeId: planning.nodeId,
        kind: 'archive',
        layer: args.text('layer'),
        ...file,
        raster: rasterOptions(args, options, file),
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

export const SINKS: readonly CubeProcess[] = [saveResult, lmArchive];
