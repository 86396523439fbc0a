/** Words that `index` and `composite` share: bands, masks, calibration, how values are stored. */
import type { Command } from 'commander';
import { PlatformError } from '../../pipelines/core/errors.ts';
import { DEFAULT_SCL_MASKS, parseSclMasks, SCL_MASKS } from '../../pipelines/core/raster/scl.ts';
import { parseClassRule } from '../../pipelines/core/raster/mask-category.ts';
import type { ClassGuard } from '../../pipelines/tasks/class-mask.ts';
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
  command
    .option(
      '--mask <names>',
      `classes that become invalid: ${Object.keys(SCL_MASKS).join(',')} (default with --scl: ${DEFAULT_SCL_MASKS.join(',')})`,
    )
    .option('--classes <codes>', 'instead of --mask: numbers of a classed band that become invalid, such as 1-3,255')
    .option('--dilate <metres>', 'masked clouds, cirrus and shadows reach so far beyond their pixels')
    .option('--shadow-guard <metres>', 'the same for shadows alone (default: as --dilate)');
}

/** `red=B04.tif` → name and path. @throws {PlatformError} `usage` */
export function parseBand(text: string): BandInput {
  const match = /^([^=\s]+)=(.+)$/.exec(text);
  if (match) return { name: match[1]!, path: match[2]! };
  throw new PlatformError('usage', `--band is "${text}"; name=file is accepted, such as red=B04.tif`);
}

/** Which classes become invalid, and how far they reach. */
export interface Masking {
  readonly excluded: number[];
  readonly guards?: readonly ClassGuard[];
  readonly scheme?: 'numbers';
}

const REACHING = { cloud: [...SCL_MASKS.cloud, ...SCL_MASKS.cirrus], shadow: SCL_MASKS.shadow } as const;

/** `--mask` or `--classes`, with `--dilate` and `--shadow-guard`. @throws {PlatformError} `usage` */
export function parseMasking(options: Readonly<Record<string, unknown>>): Masking {
  const dilate = parseMetres('--dilate', options['dilate']);
  const shadowGuard = parseMetres('--shadow-guard', options['shadowGuard']);
  if (options['classes'] !== undefined) {
    if (options['mask'] !== undefined || shadowGuard !== undefined)
      throw new PlatformError('usage', '--classes names numbers; --mask and --shadow-guard go with Sentinel-2 classes');
    const excluded = parseCodes(options['classes'] as string);
    const guards =
      dilate === undefined ? [] : [{ codes: excluded.filter((c) => c !== 0 && c !== 255), metres: dilate }];
    return { excluded, scheme: 'numbers', ...(guards.length > 0 && { guards }) };
  }
  const excluded = parseExcluded(options['mask']);
  const guard = (codes: readonly number[], metres: number | undefined): ClassGuard[] => {
    const reaching = codes.filter((code) => excluded.includes(code));
    return metres === undefined || reaching.length === 0 ? [] : [{ codes: reaching, metres }];
  };
  const guards = [...guard(REACHING.cloud, dilate), ...guard(REACHING.shadow, shadowGuard ?? dilate)];
  return { excluded, ...(guards.length > 0 && { guards }) };
}

/** Is anything said of what becomes invalid? */
export function asksForMask(options: Readonly<Record<string, unknown>>): boolean {
  return ['mask', 'classes', 'dilate', 'shadowGuard'].some((name) => options[name] !== undefined);
}

/** Codes of the classes that `--mask` names; the default where it is absent. */
export function parseExcluded(mask: unknown): number[] {
  const names = typeof mask === 'string' ? parseSclMasks(mask) : DEFAULT_SCL_MASKS;
  return names.flatMap((name) => [...SCL_MASKS[name]]);
}

function parseCodes(text: string): number[] {
  return parseClassRule('values', text).any.flatMap((test) => {
    if (test.first < 0 || test.last > 255)
      throw new PlatformError('usage', `--classes is "${text}"; codes from 0 to 255 are accepted`);
    return Array.from({ length: test.last - test.first + 1 }, (_, k) => test.first + k);
  });
}

/** @throws {PlatformError} `usage` where it is no distance */
export function parseMetres(name: string, option: unknown): number | undefined {
  const metres = parseNumber(name, option);
  if (metres === undefined || (metres >= 0 && metres <= 100_000)) return metres;
  throw new PlatformError('usage', `${name} is ${metres}; metres from 0 to 100000 are accepted`);
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

export function parseNumber(name: string, option: unknown): number | undefined {
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
