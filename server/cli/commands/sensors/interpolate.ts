import { PlatformError } from '../../../../pipelines/core/errors.ts';
import { parseCrs } from '../../../../pipelines/core/grid/crs.ts';
import { parseVariogram, VARIOGRAM_MODELS } from '../../../../pipelines/core/interpolation/variogram-model.ts';
import {
  describeErrors,
  describeVariogram,
  INTERPOLATION_METHODS,
} from '../../../../pipelines/runs/interpolate-stations.ts';
import type { InterpolateRequest } from '../../../../pipelines/runs/interpolate.ts';
import type { Action, CommandModule } from '../../command.ts';
import { produce } from '../../produce.ts';
import { parseChoice, parseDecimal } from '../../radar-options.ts';

type Options = Readonly<Record<string, unknown>>;

const run: Action = async (context, [table], options) => {
  const method = parseChoice('--method', options['method'], INTERPOLATION_METHODS);
  const word = (name: string) => (options[name] as string | undefined) ?? null;
  const epsg = parseCrs(word('crs') ?? 'EPSG:4326');
  const variogram = word('variogram') ?? (method === 'idw' ? null : 'auto');
  if (variogram !== null) parseVariogram(variogram);
  const report = await produce(context, 'interpolate', {
    table: table!,
    columns: { x: word('x') ?? 'x', y: word('y') ?? 'y', value: word('value') ?? 'value' },
    epsg,
    method,
    grid: parseGrid(options, epsg),
    drift: word('drift'),
    neighbours: parseDecimal('--neighbours', options['neighbours']) ?? 16,
    variogram,
    output: String(options['output']),
  });
  if (context.json) return context.printJson(report);
  const { output, width, height, stations, neighbours, leaveOneOut } = report;
  const from = neighbours < stations ? `the ${neighbours} nearest of ${stations} stations` : `all ${stations} stations`;
  context.print(`${output}: ${width} × ${height} cells in EPSG:${report.epsg}, each from ${from}`);
  if (report.variogram)
    context.print(`Variogram${report.variogram.fitted ? ', fitted' : ''}: ${describeVariogram(report.variogram)}`);
  context.print(`Leaving out one station at a time: ${describeErrors(leaveOneOut)}`);
};

function parseGrid(options: Options, epsg: number): InterpolateRequest['grid'] {
  const [like, bounds] = [options['like'] as string | undefined, options['bounds'] as string | undefined];
  const resolution = parseDecimal('--res', options['res']);
  if (like !== undefined && bounds === undefined && resolution === null) return { like };
  if (like !== undefined || bounds === undefined || resolution === null)
    throw new PlatformError('usage', 'The grid is that of a raster (--like), or one of --bounds and --res');
  const parts = bounds.split(',').map((part) => (part.trim() === '' ? NaN : Number(part)));
  const [minX, minY, maxX, maxY] = parts as [number, number, number, number];
  if (parts.length === 4 && maxX > minX && maxY > minY && resolution > 0)
    return { bounds: { minX, minY, maxX, maxY, epsg }, resolution };
  throw new PlatformError(
    'usage',
    `--bounds is "${bounds}" and --res ${resolution}; minX,minY,maxX,maxY in EPSG:${epsg} with an area between them and a number above 0 are accepted`,
  );
}

export const command: CommandModule = {
  define(command) {
    command
      .argument('<stations>', 'CSV or Parquet with columns x, y and value')
      .requiredOption('--method <name>', INTERPOLATION_METHODS.join(', '))
      .option('--drift <raster>', 'ked: what the values follow, such as the built-up share; its first band')
      .option('--crs <epsg>', 'CRS of x and y, and of --bounds (default: EPSG:4326, x is the longitude)')
      .option('--like <raster>', 'take the grid of this raster')
      .option('--bounds <minX,minY,maxX,maxY>', 'or one of these bounds, in --crs')
      .option('--res <size>', 'with cells of this size')
      .option('--neighbours <number>', 'stations that count for a cell (default: 16)')
      .option(
        '--variogram <model>',
        `auto (default), a model to fit (${VARIOGRAM_MODELS.join(', ')}), or MODEL,NUGGET,PARTIAL_SILL,RANGE`,
      )
      .option('--x <column>', '(default: x)')
      .option('--y <column>', '(default: y)')
      .option('--value <column>', '(default: value)')
      .requiredOption('-o, --output <file>', 'the COG to write: the estimate, and for kriging its standard error')
      .addHelpText(
        'after',
        `
Examples:
  landmeter sensors interpolate no2.csv --method kriging --crs EPSG:28992 --bounds 0,300000,280000,620000 --res 1000 -o no2.tif
  landmeter sensors interpolate heat.csv --method ked --drift built-up.tif --like built-up.tif -o heat.tif
  landmeter sensors interpolate rain.csv --method idw --neighbours 12 --like radar.tif -o rain.tif`,
      );
  },
  run,
};
