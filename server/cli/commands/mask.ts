import type { Command } from 'commander';
import { isScenePath } from '../../../pipelines/catalog/scene.ts';
import { PlatformError } from '../../../pipelines/core/errors.ts';
import type { MaskGuard } from '../../../pipelines/core/raster/cloud-mask.ts';
import { MASK_CATEGORIES, parseClassRule } from '../../../pipelines/core/raster/mask-category.ts';
import type { ClassRule } from '../../../pipelines/core/raster/mask-category.ts';
import { findMaskPreset, MASK_PRESETS } from '../../../pipelines/core/raster/mask-preset.ts';
import type { MaskRequest, ShadowWords } from '../../../pipelines/runs/mask.ts';
import type { Action, CommandModule } from '../command.ts';
import { produce } from '../produce.ts';
import { collect, listOf, parseMetres, parseNumber } from '../raster-options.ts';

type Options = Readonly<Record<string, unknown>>;

/** Heights over ground that clouds have, metres, and a reflectance that lit ground seldom falls below. */
const DARK_BELOW = 0.15;

function define(command: Command): void {
  command
    .argument('<input>', 'SAFE folder or .zip, a STAC item, or a raster of classes or flags')
    .option('--preset <name>', `what the numbers mean: ${Object.keys(MASK_PRESETS).join(', ')} (default: scl)`)
    .option('--classes <rule>', 'numbers of a category: cloud:8-9, or 3,8-10 for clouds; many times', collect)
    .option('--bits <rule>', 'bits, from 0 the lowest: cloud:3=1, or 8-9>=2,11=1 for clouds; many times', collect)
    .option('--dilate <metres>', 'clouds, cirrus and shadows grow by so much')
    .option('--shadow-guard <metres>', 'shadows grow by so much (default: as --dilate)')
    .option('--project <low-high>', 'heights of clouds in metres, such as 200-8000: dark ground below becomes shadow')
    .option('--sun <azimuth,elevation>', 'degrees, with --project (default: from the metadata)')
    .option('--dark <reflectance>', `with --project: near infrared below it is dark (default: ${DARK_BELOW})`)
    .requiredOption('-o, --output <file>', 'the COG to write')
    .addHelpText(
      'after',
      `
Categories: ${Object.entries(MASK_CATEGORIES)
        .map(([name, { code }]) => `${code} ${name}`)
        .join(', ')}, 255 nodata. Of several rules the first that holds, decides.
Distances are from centre to centre of pixels. A mask is used like any class band: --scl mask.tif --classes 1-3,255.

Examples:
  landmeter mask S2A_MSIL2A_….SAFE --dilate 100 --project 200-8000 -o mask.tif
  landmeter mask SCL.tif --dilate 60 --shadow-guard 120 -o mask.tif
  landmeter mask LC08_…_QA_PIXEL.TIF --preset landsat-qa-pixel -o mask.tif
  landmeter mask flags.tif --bits cloud:10=1 --bits cirrus:11=1 -o mask.tif
  landmeter tile mask.tif --resampling nearest -o mask.pmtiles`,
    );
}

const run: Action = async (context, [input], options) => {
  const request: MaskRequest = {
    input: (await isScenePath(input!)) ? { scene: input! } : { raster: input! },
    rules: parseRules(options),
    guards: parseGuards(options),
    shadows: parseShadows(options),
    output: String(options['output']),
  };
  const report = await produce(context, 'mask', request);
  if (context.json) return context.printJson(report);
  const { output, width, height, shares } = report;
  const found = Object.entries(shares)
    .filter(([, share]) => share > 0)
    .map(([name, share]) => `${name} ${(100 * share).toFixed(1)} %`);
  context.print(`${output}: ${width} × ${height} pixels; ${found.join(', ')}`);
};

function parseRules(options: Options): readonly ClassRule[] {
  const preset = options['preset'] as string | undefined;
  const rules = [
    ...listOf(options['classes']).map((text) => parseClassRule('values', text)),
    ...listOf(options['bits']).map((text) => parseClassRule('bits', text)),
  ];
  if (rules.length > 0 && preset !== undefined)
    throw new PlatformError('usage', 'Give either --preset or rules of your own (--classes, --bits)');
  return rules.length > 0 ? rules : findMaskPreset(preset ?? 'scl').rules;
}

function parseGuards(options: Options): MaskGuard[] {
  const dilate = parseMetres('--dilate', options['dilate']) ?? 0;
  const shadow = parseMetres('--shadow-guard', options['shadowGuard']) ?? dilate;
  const guards: MaskGuard[] = [
    { category: 'cloud', metres: dilate },
    { category: 'cirrus', metres: dilate },
    { category: 'shadow', metres: shadow },
  ];
  return guards.filter(({ metres }) => metres > 0);
}

function parseShadows(options: Options): ShadowWords | null {
  const text = options['project'] as string | undefined;
  if (text === undefined) {
    for (const name of ['sun', 'dark'])
      if (options[name] !== undefined) throw new PlatformError('usage', `--${name} goes with --project`);
    return null;
  }
  const [, low, high] = /^(\d+(?:\.\d+)?)-(\d+(?:\.\d+)?)$/.exec(text) ?? [];
  const heights = { low: Number(low), high: Number(high) };
  if (!(heights.low <= heights.high && heights.high <= 20_000))
    throw new PlatformError('usage', `--project is "${text}"; heights such as 200-8000, up to 20000 m, are accepted`);
  const darkBelow = parseNumber('--dark', options['dark']) ?? DARK_BELOW;
  return { heights, sun: parseSun(options['sun'] as string | undefined), darkBelow };
}

function parseSun(text: string | undefined): ShadowWords['sun'] {
  if (text === undefined) return null;
  const [azimuth, elevation, ...rest] = text.split(',').map(Number);
  const isUsable = Number.isFinite(azimuth) && elevation! > 0 && elevation! <= 90 && rest.length === 0;
  if (isUsable) return { azimuth: azimuth!, elevation: elevation! };
  throw new PlatformError(
    'usage',
    `--sun is "${text}"; azimuth and elevation in degrees, such as 162.5,41, are accepted`,
  );
}

export const command: CommandModule = { define, run };
