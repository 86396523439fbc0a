/** Words that `index` and `composite` share: bands, masks, calibration, how values are stored. */
import type { Command } from 'commander';
import { PlatformError } from '../../pipelines/core/errors.ts';
import { DEFAULT_SCL_MASKS, parseSclMasks, SCL_MASKS } from '../../pipelines/core/raster/scl.ts';
import type { BandInput, CalibrationWords } from '../../pipelines/runs/band-inputs.ts';

/** Commander's way to take an option many times. */
export function collect(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}

export function addFormulaOptions(command: Command): void {
  command
    .option('--band <name=file>', 'a band by its name (red, B04); file#2 is the second band of a file', collect)
    .option('--scene <path>', 'SAFE folder or .zip, or a STAC item, whose bands are found by name', collect)
    .option('--scale <number>', 'reflectance = (DN + offset) / scale (default: from the metadata, else 1)')
    .option('--offset <number>', '(default: from the metadata, else 0)')
    .option('--dtype <type>', 'int16 stores round(value * 10000), float32 the value (default: float32)');
}

export function addMaskOptions(command: Command): void {
  command.option(
    '--mask <names>',
    `classes that become invalid: ${Object.keys(SCL_MASKS).join(',')} (default with --scl: ${DEFAULT_SCL_MASKS.join(',')})`,
  );
}

/** `red=B04.tif` → name and path. @throws {PlatformError} `usage` */
export function parseBand(text: string): BandInput {
  const match = /^([^=\s]+)=(.+)$/.exec(text);
  if (match) return { name: match[1]!, path: match[2]! };
  throw new PlatformError('usage', `--band is "${text}"; name=file is accepted, such as red=B04.tif`);
}

/** Codes of the classes that `--mask` names; the default where it is absent. */
export function parseExcluded(mask: unknown): number[] {
  const names = typeof mask === 'string' ? parseSclMasks(mask) : DEFAULT_SCL_MASKS;
  return names.flatMap((name) => [...SCL_MASKS[name]]);
}

export function parseCalibration(options: Readonly<Record<string, unknown>>): CalibrationWords {
  const scale = parseNumber('--scale', options['scale']);
  const offset = parseNumber('--offset', options['offset']);
  return { ...(scale !== undefined && { scale }), ...(offset !== undefined && { offset }) };
}

export function parseDtype(option: unknown): 'int16' | 'float32' {
  const text = option as string | undefined;
  if (text === undefined) return 'float32';
  if (text === 'int16' || text === 'float32') return text;
  throw new PlatformError('usage', `--dtype is "${text}"; int16 and float32 are accepted`);
}

function parseNumber(name: string, option: unknown): number | undefined {
  const text = option as string | undefined;
  if (text === undefined) return undefined;
  const value = Number(text);
  if (text.trim() !== '' && Number.isFinite(value)) return value;
  throw new PlatformError('usage', `${name} is "${text}"; a number is accepted`);
}

/** What commander collected for an option that may be given many times. */
export function listOf(option: unknown): readonly string[] {
  return Array.isArray(option) ? (option as string[]) : [];
}
