import type { Command } from 'commander';
import type { Action, CommandModule } from '../command.ts';
import { produce } from '../produce.ts';
import { addConnectednessOption, areaText, parseArea, parseConnectedness } from '../area-options.ts';

function define(command: Command): void {
  command
    .argument('<raster>', 'classes as whole numbers; file#2 or file#class is a band of several')
    .option('--mean <bands>', 'bands of the same file whose means each polygon gets: names or numbers, with commas')
    .option('--min-area <area>', 'smaller ones are left out: 500m2, 0.5ha');
  addConnectednessOption(command);
  command
    .requiredOption('-o, --output <file>', 'the table to write: .geojson, or without outlines .csv, .json, .parquet')
    .addHelpText(
      'after',
      `
Polygons follow the edges of pixels exactly, with holes; 0 and nodata are background. Areas are planar in metric
CRSs and those on the ellipsoid in degrees and Web Mercator.

Examples:
  landmeter polygonize classes.tif -o classes.geojson
  landmeter polygonize change.tif#class --mean difference,z --min-area 0.1ha -o changes.geojson`,
    );
}

const run: Action = async (context, [raster], options) => {
  const means = options['mean'] as string | undefined;
  const report = await produce(context, 'polygonize', {
    raster: raster!,
    measures: means?.split(',').map((name) => name.trim()) ?? [],
    table: 'classes',
    minArea: parseArea('--min-area', options['minArea']),
    connectedness: parseConnectedness(options['connectedness']),
    output: String(options['output']),
  });
  if (context.json) return context.printJson(report);
  const total = Object.values(report.areas).reduce((sum, area) => sum + area, 0);
  context.print(`${report.output}: ${report.polygons} polygons, ${areaText(total)}`);
};

export const command: CommandModule = { define, run };
