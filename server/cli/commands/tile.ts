import { Option } from 'commander';
import type { Command } from 'commander';
import { COLORMAP_IDS } from '../../../pipelines/core/color/colormaps.ts';
import { parseRescale } from '../../../pipelines/core/color/rescale.ts';
import { PlatformError } from '../../../pipelines/core/errors.ts';
import { parseResampling, RESAMPLINGS } from '../../../pipelines/core/raster/resample.ts';
import { parseSclMasks, SCL_MASKS } from '../../../pipelines/core/raster/scl.ts';
import { IMAGE_FORMAT_IDS, parseImageFormat } from '../../../pipelines/io/encode/registry.ts';
import { isFeatureFile } from '../../../pipelines/io/features/detect.ts';
import type { TileRasterReport } from '../../../pipelines/runs/tile-raster.ts';
import type { TileSceneReport } from '../../../pipelines/runs/tile-scene.ts';
import type { Action, CliContext, CommandModule } from '../command.ts';
import { produce } from '../produce.ts';
import { tileFeatures } from '../tile-features.ts';

function define(command: Command): void {
  command
    .argument(
      '<input>',
      'a raster (GeoTIFF, COG, JPEG 2000, or an http(s) URL), a file of features, or with --index a scene',
    )
    .requiredOption('-o, --output <file>', 'the archive to write, .pmtiles')
    .option('--minzoom <n>', 'lowest zoom (default: the raster in about one tile)')
    .option('--maxzoom <n>', "highest zoom (default: the raster's own resolution)")
    .option('--name <text>', 'name of the layer (default: the file without its ending)')
    .option('--attribution <text>', 'licence and source, shown on the map')
    .optionsGroup('Rasters:')
    .option('--format <name>', `${IMAGE_FORMAT_IDS.join(' or ')} (default: png for values, webp for pictures)`)
    .addOption(new Option('--tile-size <pixels>', 'side of a tile').choices(['256', '512']).default('256'))
    .option('--colormap <name>', `pictures in ${COLORMAP_IDS.join(', ')}; without it: value tiles`)
    .option('--rescale <min,max>', 'values at the ends of the colour map, or the range that value tiles span')
    .addOption(
      new Option('--precision <bits>', 'of value tiles (default: 8 for indices and bytes, else 16)').choices([
        '8',
        '16',
      ]),
    )
    .option('--resampling <name>', `${RESAMPLINGS.join(', ')} (default: bilinear for values, nearest for classes)`)
    .optionsGroup('Scenes:')
    .option(
      '--index <formula>',
      'an index or expression, drawn from the bands of a scene (SAFE, zip of one, STAC item)',
    )
    .option('--mask <names>', `classes that become transparent: ${Object.keys(SCL_MASKS).join(', ')}`)
    .optionsGroup('Features:')
    .option('--layer <name>', 'name of the layer inside the tiles')
    .optionsGroup('Options:')
    .addHelpText(
      'after',
      '\nClasses are bytes with few different values, such as SCL.' +
        '\n\nExamples:' +
        '\n  landmeter tile ndvi.tif -o ndvi.pmtiles' +
        '\n  landmeter tile ndvi.tif -o ndvi.pmtiles --colormap vegetation --rescale -0.2,0.9' +
        '\n  landmeter tile S2B_MSIL2A.SAFE --index ndvi --mask cloud,shadow -o ndvi.pmtiles --colormap vegetation' +
        '\n  landmeter tile parcels.geojson -o parcels.pmtiles --layer parcels',
    );
}

const run: Action = async (context, [input], options) => {
  const text = (name: string) => options[name] as string | undefined;
  const words = {
    input: input!,
    output: text('output')!,
    minZoom: zoom('minzoom', text('minzoom')),
    maxZoom: zoom('maxzoom', text('maxzoom')),
    name: text('name'),
    attribution: text('attribution'),
  };
  if (options['index'] === undefined && (await isFeatureFile(input!))) return tileFeatures(context, words, options);
  if (options['index'] === undefined && options['mask'] !== undefined)
    throw new PlatformError('usage', '--mask goes with --index and a scene; leave it out');
  if (options['layer'] !== undefined)
    throw new PlatformError('usage', `--layer is for features, and ${input} holds a raster; leave it out`);
  const look = {
    tileSize: Number(options['tileSize']) as 256 | 512,
    format: given(text('format'), parseImageFormat),
    colormap: text('colormap'),
    rescale: given(text('rescale'), parseRescale),
    precision: given(text('precision'), Number) as 8 | 16 | undefined,
    resampling: given(text('resampling'), parseResampling),
  };
  if (options['index'] === undefined) return print(context, await produce(context, 'tile', { ...words, ...look }));
  const { input: scene, ...others } = words;
  const excluded = given(text('mask'), (names) => parseSclMasks(names).flatMap((name) => [...SCL_MASKS[name]])) ?? null;
  const request = { ...others, ...look, scene, formula: text('index')!, excluded };
  print(context, await produce(context, 'tile-scene', request));
};

function given<T>(text: string | undefined, parse: (text: string) => T): T | undefined {
  return text === undefined ? undefined : parse(text);
}

function zoom(name: string, text: string | undefined): number | undefined {
  if (text === undefined || /^\d+$/.test(text)) return given(text, Number);
  throw new PlatformError('usage', `--${name} is "${text}"; a zoom is a whole number, such as 12`);
}

function print(context: CliContext, report: TileRasterReport | TileSceneReport): void {
  if (context.json) return context.printJson(report);
  const { output, tiles, kind, format, minZoom, maxZoom, sizeBytes } = report;
  const megabytes = (sizeBytes / 1e6).toFixed(1);
  context.print(`${output}: ${tiles} ${kind} tiles, zoom ${minZoom} to ${maxZoom}, ${format}, ${megabytes} MB`);
}

export const command: CommandModule = { define, run };
