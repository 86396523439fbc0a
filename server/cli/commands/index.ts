import type { Command } from 'commander';
import { PlatformError } from '../../../pipelines/core/errors.ts';
import type { DateInput, SceneInput } from '../../../pipelines/runs/band-inputs.ts';
import type { Action, CommandModule } from '../command.ts';
import { produce } from '../produce.ts';
import {
  addFormulaOptions,
  addMaskOptions,
  asksForMask,
  listOf,
  parseBand,
  parseCalibration,
  parseDtype,
  parseMasking,
} from '../raster-options.ts';

function define(command: Command): void {
  command.argument('<formula>', 'an index (landmeter indices lists them) or an expression over bands');
  addFormulaOptions(command);
  addMaskOptions(command);
  command
    .option('--scl <file>', 'scene classification that lies over the bands')
    .requiredOption('-o, --output <file>', 'the COG to write')
    .addHelpText(
      'after',
      `
Bands of other resolution are brought onto the finest grid by the nearest pixel.

Examples:
  landmeter index ndvi --band red=B04.tif --band nir=B08.tif --dtype int16 -o ndvi.tif
  landmeter index ndvi --scene S2A_MSIL2A_….SAFE --mask cloud,shadow -o ndvi.tif
  landmeter index "(nir - red) / (nir + red + 0.5) * 1.5" --band red=B04.tif --band nir=B08.tif --scale 10000 -o savi.tif`,
    );
}

const run: Action = async (context, [formula], options) => {
  const report = await produce(context, 'index', {
    formula: formula!,
    date: parseDate(options),
    calibration: parseCalibration(options),
    dtype: parseDtype(options['dtype']),
    output: String(options['output']),
  });
  if (context.json) return context.printJson(report);
  const { output, width, height, validShare, sizeBytes } = report;
  context.print(
    `${output}: ${width} × ${height} pixels, ${(100 * validShare).toFixed(1)} % valid, ${(sizeBytes / 1e6).toFixed(1)} MB`,
  );
};

function parseDate(options: Readonly<Record<string, unknown>>): DateInput | SceneInput {
  const bands = listOf(options['band']).map(parseBand);
  const scenes = listOf(options['scene']);
  const scl = options['scl'] as string | undefined;
  if (scenes.length > 1) throw new PlatformError('usage', 'index takes one --scene; composite --index takes many');
  if (scenes.length === 1 && bands.length > 0)
    throw new PlatformError('usage', 'Give either --scene or --band; a scene has its own bands');
  const masking = scl !== undefined || asksForMask(options) ? parseMasking(options) : null;
  if (scenes.length === 1) return { scene: scenes[0]!, scl: scl ?? null, ...(masking ?? { excluded: null }) };
  if (masking && scl === undefined)
    throw new PlatformError(
      'usage',
      '--mask, --classes and --dilate need the classes to mask by: name them with --scl, or give a --scene',
    );
  return { bands, classes: scl === undefined || !masking ? null : { path: scl, ...masking }, notes: [] };
}

export const command: CommandModule = { define, run };
