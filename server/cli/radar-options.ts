/** Words that `radar`, `flood` and `accuracy` share. */
import { PlatformError } from '../../pipelines/core/errors.ts';
import type { RadarUnit } from '../../pipelines/core/radar/units.ts';
import { RADAR_UNITS } from '../../pipelines/core/radar/units.ts';

/** @throws {PlatformError} `usage` for what is not on the list */
export function parseChoice<T extends string>(name: string, option: unknown, choices: readonly T[]): T {
  const found = choices.find((choice) => choice === option);
  if (found !== undefined) return found;
  throw new PlatformError('usage', `${name} is "${String(option)}"; ${choices.join(', ')} are accepted`);
}

/** Null where it is not given. @throws {PlatformError} `usage` */
export function parseUnit(name: string, option: unknown): RadarUnit | null {
  return option === undefined ? null : parseChoice(name, option, RADAR_UNITS);
}

/** A number, or null where it is not given. @throws {PlatformError} `usage` */
export function parseDecimal(name: string, option: unknown): number | null {
  if (option === undefined) return null;
  const text = option as string;
  const value = Number(text);
  if (text.trim() !== '' && Number.isFinite(value)) return value;
  throw new PlatformError('usage', `${name} is "${text}"; a number is accepted`);
}
