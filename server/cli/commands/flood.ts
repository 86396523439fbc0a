import type { Command } from 'commander';
import { PlatformError } from '../../../pipelines/core/errors.ts';
import { SPATIAL_FILTERS } from '../../../pipelines/core/radar/speckle.ts';
import { THRESHOLD_METHODS } from '../../../pipelines/core/radar/threshold.ts';
import { RADAR_UNITS } from '../../../pipelines/core/radar/units.ts';
import { FLOOD_CONNECTEDNESS } from '../../../pipelines/tasks/radar-flood-classes.ts';
import type { FloodReport, FloodRequest } from '../../../pipelines/runs/flood.ts';
import { parseArea } from '../area-options.ts';
import type { Action, CommandModule } from '../command.ts';
import { produce } from '../produce.ts';
import { parseChoice, parseDecimal, parseUnit } from '../radar-options.ts';
import { collect, listOf } from '../raster-options.ts';

type Options = Readonly<Record<string, unknown>>;

function define(command: Command): void {
  command
    .argument('<raster>', 'terrain-corrected backscatter, VV best; file#2 is the second band of a file')
    .option('--before <file>', 'a scene of the same orbit without flood; may be given many times', collect)
    .option('--permanent <file>', 'where water always is: a raster that is not 0 there, or polygons')
    .option('--permanent-classes <list>', 'of that raster, such as 6 for a scene classification (default: all but 0)')
    .option('--permanent-crs <epsg>', 'CRS of the polygons (default: as the file says, else WGS 84)')
    .option(
      '--input <unit>',
      `what the numbers are: ${RADAR_UNITS.join(', ')} (default: by the metadata, else guessed)`,
    )
    .option('--threshold <dB>', 'below it is water (default: found in the tiles of the scene that hold both)')
    .option('--method <name>', `how it is found: ${THRESHOLD_METHODS.join(', ')}`, THRESHOLD_METHODS[0])
    .option('--tile <pixels>', 'side of the tiles', '256')
    .option('--filter <name>', `speckle filter: ${SPATIAL_FILTERS.join(', ')}, none`, 'refined-lee')
    .option('--looks <n>', 'equivalent number of looks (default: estimated)')
    .option('--grow <dB>', 'pixels this much above the threshold belong to water that they touch', '0')
    .option('--mmu <area>', 'minimum mapping unit: smaller floods are none; 500m2, 0.3ha')
    .option('--polygons <file>', 'also writes the areas as polygons: .geojson, .csv')
    .requiredOption('-o, --output <file>', 'the COG to write: 0 dry, 1 flood, 2 permanent water, 255 nodata')
    .addHelpText(
      'after',
      `
Without --before or --permanent all water is flood. Where no tile of the scene has two humps in its histogram there is
no threshold to be found, and the command says so.

Examples:
  landmeter flood vv.tif --permanent lakes.geojson --mmu 0.3ha -o flood.tif --polygons flood.geojson
  landmeter flood june.tif --before may1.tif --before may2.tif --grow 1.5 -o flood.tif --json
  landmeter flood vv.tif --permanent SCL.tif --permanent-classes 6 --threshold -16.5 -o flood.tif`,
    );
}

const run: Action = async (context, [raster], options) => {
  const request = toRequest(raster!, options);
  const report = await produce(context, 'flood', request);
  const polygons = options['polygons'] as string | undefined;
  const outlined =
    polygons === undefined
      ? null
      : await produce(context, 'polygonize', {
          raster: report.output,
          measures: [],
          table: 'classes',
          minArea: null,
          connectedness: FLOOD_CONNECTEDNESS,
          output: polygons,
        });
  if (context.json) return context.printJson(outlined ? { ...report, polygons: outlined } : report);
  context.print(describe(report));
  if (outlined) context.print(`${outlined.output}: ${outlined.polygons} polygons`);
};

function toRequest(raster: string, options: Options): FloodRequest {
  const word = (name: string) => options[name] as string | undefined;
  const filter = parseChoice('--filter', options['filter'], [...SPATIAL_FILTERS, 'none']);
  return {
    raster,
    before: listOf(options['before']),
    input: parseUnit('--input', options['input']),
    threshold: parseDecimal('--threshold', options['threshold']),
    method: parseChoice('--method', options['method'], THRESHOLD_METHODS),
    tile: parseDecimal('--tile', options['tile'])!,
    filter: filter === 'none' ? null : filter,
    looks: parseDecimal('--looks', options['looks']),
    grow: parseDecimal('--grow', options['grow'])!,
    minArea: parseArea('--mmu', options['mmu']),
    permanent: parsePermanent(word('permanent'), word('permanentClasses'), word('permanentCrs')),
    output: String(options['output']),
  };
}

function parsePermanent(
  path: string | undefined,
  classes: string | undefined,
  crs: string | undefined,
): FloodRequest['permanent'] {
  if (path === undefined) {
    if (classes === undefined && crs === undefined) return null;
    const name = classes === undefined ? 'crs' : 'classes';
    throw new PlatformError('usage', `--permanent-${name} goes with --permanent, which names the file`);
  }
  const codes = classes?.split(',').map(Number) ?? null;
  if (codes?.some((code) => !Number.isInteger(code)))
    throw new PlatformError('usage', `--permanent-classes is "${classes}"; whole numbers with commas are accepted`);
  return { path, classes: codes, crs: crs ?? null };
}

function describe(report: FloodReport): string {
  const { output, threshold, method, bimodalTiles, tiles, separation, areasHa } = report;
  const how =
    method === 'given' ? 'given' : `from ${bimodalTiles} of ${tiles} tiles, separation ${separation!.toFixed(1)}`;
  const ha = (area: number) => `${area.toFixed(1)} ha`;
  return `${output}: flood ${ha(areasHa.flood)}, permanent water ${ha(areasHa.permanent)}, dry ${ha(areasHa.dry)}; threshold ${threshold.toFixed(2)} dB (${how})`;
}

export const command: CommandModule = { define, run };
