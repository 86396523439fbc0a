import type { Command } from 'commander';
import type { Action, CommandModule } from '../command.ts';
import { produce } from '../produce.ts';

const DEFAULT_STATISTICS = 'count,min,max,mean,std,sum';

function define(command: Command): void {
  command
    .argument('<raster...>', 'GeoTIFF or JPEG 2000: paths or http(s) URLs; file#2 is the second band of a file')
    .requiredOption('--zones <file>', 'polygons: GeoJSON (also line by line), or CSV with well-known text')
    .option('--stats <names>', 'statistics, with commas between them', DEFAULT_STATISTICS)
    .option('--id <field>', 'property that names a zone (default: the feature’s id, property id, or its number)')
    .option('--zones-crs <epsg>', 'CRS of the zones (default: their crs member, else WGS 84)')
    .requiredOption('-o, --output <file>', 'the table to write: .csv, .json, .parquet or .geojson')
    .addHelpText(
      'after',
      `
Each cell counts by the share of it that a zone covers. Statistics: count, valid_share, sum, mean, std, min, max,
median, any percentile (p10, p2.5), majority, minority, variety, shares and share_CLASS, histogram.

Examples:
  landmeter zonal ndvi.tif --zones fields.geojson --id parcel --stats count,mean,p10,median,p90 -o fields.csv
  landmeter zonal ndvi-*.tif --zones fields.geojson --zones-crs EPSG:28992 -o series.parquet
  landmeter zonal landcover.tif --zones towns.geojson --stats majority,share_4,share_7,shares -o towns.json`,
    );
}

const run: Action = async (context, rasters, options) => {
  const word = (name: string) => (options[name] as string | undefined) ?? null;
  const report = await produce(context, 'zonal', {
    rasters,
    zones: String(options['zones']),
    statistics: String(options['stats']),
    idField: word('id'),
    zonesCrs: word('zonesCrs'),
    output: String(options['output']),
  });
  if (context.json) return context.printJson(report);
  const { output, rows, zones } = report;
  context.print(
    `${output}: ${rows} rows, ${zones} zones on ${rasters.length} ${rasters.length === 1 ? 'raster' : 'rasters'}`,
  );
};

export const command: CommandModule = { define, run };
