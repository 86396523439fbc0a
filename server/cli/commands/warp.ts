import { PlatformError } from '../../../pipelines/core/errors.ts';
import type { Bounds } from '../../../pipelines/core/grid/bounds.ts';
import { parseCrs } from '../../../pipelines/core/grid/crs.ts';
import { parseResampling, RESAMPLINGS } from '../../../pipelines/core/raster/resample.ts';
import type { Action, CommandModule } from '../command.ts';
import { produce } from '../produce.ts';

const run: Action = async (context, [path], options) => {
  const epsg = parseCrs(String(options['crs']));
  const report = await produce(context, 'warp', {
    path: path!,
    epsg,
    resolution: parseResolution(options['res'] as string | undefined),
    bounds: parseBounds(options['bounds'] as string | undefined, epsg),
    resampling: parseResampling(String(options['resampling'])),
    output: String(options['output']),
  });
  if (context.json) return context.printJson(report);
  const { output, width, height, resolution, maxErrorPixels } = report;
  const error =
    maxErrorPixels === 0
      ? 'at its exact place'
      : `within ${Number(maxErrorPixels.toPrecision(1))} source pixel of its exact place`;
  context.print(
    `${output}: ${width} × ${height} pixels of ${Number(resolution.toPrecision(6))} in EPSG:${epsg}, each ${error}`,
  );
};

function parseResolution(text: string | undefined): number | null {
  if (text === undefined) return null;
  const value = Number(text);
  if (value > 0 && Number.isFinite(value)) return value;
  throw new PlatformError('usage', `--res is "${text}"; a number above 0 is accepted, in units of the target CRS`);
}

function parseBounds(text: string | undefined, epsg: number): Bounds | null {
  if (text === undefined) return null;
  const parts = text.split(',');
  const [minX, minY, maxX, maxY] = parts.map((part) => (part.trim() === '' ? NaN : Number(part)));
  if (parts.length === 4 && maxX! > minX! && maxY! > minY!)
    return { minX: minX!, minY: minY!, maxX: maxX!, maxY: maxY!, epsg };
  throw new PlatformError(
    'usage',
    `--bounds is "${text}"; minX,minY,maxX,maxY in EPSG:${epsg} are accepted, with an area between them`,
  );
}

export const command: CommandModule = {
  define(command) {
    command
      .argument('<raster>', 'GeoTIFF or JPEG 2000: a path, or an http(s) URL')
      .requiredOption('--crs <epsg>', 'CRS of the result, such as EPSG:28992')
      .option('--res <size>', 'side of a pixel in units of that CRS (default: as fine as the source)')
      .option('--resampling <method>', RESAMPLINGS.join(', '), 'nearest')
      .option('--bounds <minX,minY,maxX,maxY>', 'part of the result, in its CRS (default: all of the source)')
      .requiredOption('-o, --output <file>', 'the COG to write')
      .addHelpText(
        'after',
        '\nExample:\n  landmeter warp B08.tif --crs EPSG:28992 --res 10 --resampling bilinear -o B08-rd.tif',
      );
  },
  run,
};
