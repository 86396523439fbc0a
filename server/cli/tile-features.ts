/** `landmeter tile` on a file of features. */
import { PlatformError } from '../../pipelines/core/errors.ts';
import type { CliContext } from './command.ts';
import { produce } from './produce.ts';

/** Options of the command that only a raster has a use for. */
const RASTER_OPTIONS = ['format', 'colormap', 'rescale', 'precision', 'resampling'];

export interface TileFeaturesWords {
  readonly input: string;
  readonly output: string;
  readonly minZoom: number | undefined;
  readonly maxZoom: number | undefined;
  readonly name: string | undefined;
  readonly attribution: string | undefined;
}

/** @throws {PlatformError} `usage` for an option of rasters, and as `tileVector` does */
export async function tileFeatures(
  context: CliContext,
  { input, output, minZoom, maxZoom, name, attribution }: TileFeaturesWords,
  options: Readonly<Record<string, unknown>>,
): Promise<void> {
  const stray = RASTER_OPTIONS.find((option) => options[option] !== undefined);
  if (stray) throw new PlatformError('usage', `--${stray} is for rasters, and ${input} holds features; leave it out`);
  const layer = options['layer'] as string | undefined;
  const report = await produce(context, 'tile-features', {
    layers: [{ source: input, ...(layer === undefined ? {} : { name: layer }) }],
    output,
    ...(minZoom === undefined ? {} : { minZoom }),
    ...(maxZoom === undefined ? {} : { maxZoom }),
    ...(name === undefined ? {} : { name }),
    ...(attribution === undefined ? {} : { attribution }),
  });
  if (context.json) return context.printJson(report);
  const megabytes = (report.bytes / 1e6).toFixed(1);
  const zooms = `zoom ${report.minZoom} to ${report.maxZoom}`;
  context.print(`${output}: ${report.features} features in ${report.tiles} vector tiles, ${zooms}, ${megabytes} MB`);
}
