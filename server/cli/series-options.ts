/** The words of `landmeter series`: which options belong to which analysis, and what they may say. */
import { PlatformError } from '../../pipelines/core/errors.ts';
import type { Analysis, SmoothChoice } from '../../pipelines/core/series/analysis.ts';
import { SMOOTH_METHODS, TREND_METHODS } from '../../pipelines/core/series/analysis.ts';
import { ANOMALY_METHODS } from '../../pipelines/core/series/anomaly.ts';
import { FILL_METHODS } from '../../pipelines/core/series/fill-gaps.ts';
import type { ForecastMethod } from '../../pipelines/core/series/forecast.ts';
import { FORECASTERS } from '../../pipelines/core/series/forecast.ts';
import type { Step } from '../../pipelines/core/series/step.ts';
import { parseStep, stepDays } from '../../pipelines/core/series/step.ts';

/** The values of options, all of them text. */
type Options = Readonly<Record<string, string | undefined>>;

/** Per analysis, the options that only some have, as commander names them. */
const OWN_OPTIONS = {
  trend: ['method'],
  smooth: ['method', 'lambda', 'window', 'degree'],
  fill: ['method', 'lambda', 'step', 'maxGap'],
  phenology: ['lambda', 'threshold'],
  breaks: ['minSegment', 'maxBreaks', 'level', 'order'],
  anomaly: ['method', 'window', 'reference'],
  forecast: ['method', 'step', 'horizon', 'period'],
} as const satisfies Record<Analysis['kind'], readonly string[]>;

export const ANALYSES = Object.keys(OWN_OPTIONS) as readonly Analysis['kind'][];

/** @throws {PlatformError} `usage` for a word that is not accepted, or an option of another analysis */
export function parseAnalysis(word: string, options: Options): Analysis {
  const kind = oneOf('The analysis', word, ANALYSES);
  checkOptions(kind, options);
  switch (kind) {
    case 'trend':
      return { kind, method: oneOf('--method', options['method'], TREND_METHODS) };
    case 'smooth':
      return { kind, choice: parseSmooth(options) };
    case 'fill':
      return {
        kind,
        choice: {
          method: oneOf('--method', options['method'], FILL_METHODS),
          lambda: parseLambda(options),
          step: parseSpan('--step', options['step']),
          maxGapDays: parseGap(options['maxGap']),
        },
      };
    case 'phenology': {
      const [startThreshold, endThreshold] = parseThresholds(options['threshold']);
      return { kind, options: { startThreshold, endThreshold, lambda: parseLambda(options) } };
    }
    case 'breaks':
      return {
        kind,
        options: {
          minSegment: parseNumber('--min-segment', options['minSegment'], { fallback: 0.15, least: 0.05, most: 0.5 }),
          maxBreaks: parseWhole('--max-breaks', options['maxBreaks'], { fallback: 5, least: 1, most: 19 }),
          level: parseNumber('--level', options['level'], { fallback: 0.05, least: 0.001, most: 1 }),
          order: parseWhole('--order', options['order'], { fallback: 3, least: 0, most: 10 }),
        },
      };
    case 'anomaly':
      return {
        kind,
        options: {
          method: oneOf('--method', options['method'], ANOMALY_METHODS),
          windowDays: parseNumber('--window', options['window'], { fallback: 15, least: 0, most: 182 }),
          reference: parseYears(options['reference']),
        },
      };
    case 'forecast':
      return { kind, choice: parseForecast(options) };
  }
}

function checkOptions(kind: Analysis['kind'], options: Options): void {
  const own: readonly string[] = OWN_OPTIONS[kind];
  for (const name of new Set<string>(Object.values(OWN_OPTIONS).flat())) {
    if (options[name] === undefined || own.includes(name)) continue;
    const users = ANALYSES.filter((other) => (OWN_OPTIONS[other] as readonly string[]).includes(name));
    throw new PlatformError('usage', `series ${kind} has no ${flagOf(name)}; it belongs to ${users.join(', ')}`);
  }
}

/** `maxGap` → `--max-gap`. */
export function flagOf(name: string): string {
  return `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

function parseSmooth(options: Options): SmoothChoice {
  const method = oneOf('--method', options['method'], SMOOTH_METHODS);
  const foreign = method === 'savgol' ? ['lambda'] : ['window', 'degree'];
  for (const name of foreign)
    if (options[name] !== undefined) throw new PlatformError('usage', `--method ${method} has no --${name}`);
  if (method === 'whittaker') return { method, lambda: parseLambda(options) };
  const window = parseWhole('--window', options['window'], { fallback: 7, least: 3, most: 9999 });
  const degree = parseWhole('--degree', options['degree'], { fallback: 2, least: 0, most: 10 });
  if (window % 2 === 0) throw new PlatformError('usage', `--window is ${window}; it must be odd, to have a middle`);
  if (degree < window) return { method, window, degree };
  throw new PlatformError('usage', `--degree is ${degree}; it must be less than --window, which is ${window}`);
}

function parseForecast(options: Options): Extract<Analysis, { kind: 'forecast' }>['choice'] {
  if (options['horizon'] === undefined)
    throw new PlatformError('usage', 'series forecast needs --horizon, the number of steps ahead');
  return {
    horizon: parseWhole('--horizon', options['horizon'], { fallback: 1, least: 1, most: 10_000 }),
    method: oneOf('--method', options['method'], ['auto', ...(Object.keys(FORECASTERS) as ForecastMethod[])]),
    step: parseSpan('--step', options['step']),
    period: parseSpan('--period', options['period']),
  };
}

/** The first is what is taken where nothing is said. */
function oneOf<T extends string>(name: string, option: string | undefined, accepted: readonly T[]): T {
  const found = option === undefined ? accepted[0] : accepted.find((word) => word === option);
  if (found !== undefined) return found;
  throw new PlatformError('usage', `${name} is "${option}"; ${accepted.join(', ')} are accepted`);
}

function parseLambda({ lambda }: Options): number | 'auto' {
  if (lambda === undefined || lambda === 'auto') return 'auto';
  return parseNumber('--lambda', lambda, { fallback: 1, least: 1e-6, most: 1e12 });
}

function parseSpan(name: string, option: string | undefined): Step | null {
  if (option === undefined) return null;
  const step = parseStep(option);
  if (step) return step;
  throw new PlatformError('usage', `${name} is "${option}"; a time such as 10d, 12h, 2w, 1mo or 1y is accepted`);
}

function parseGap(option: string | undefined): number | null {
  const longest = parseSpan('--max-gap', option);
  return longest && stepDays(longest);
}

function parseThresholds(option: string | undefined): [start: number, end: number] {
  const words = option === undefined ? ['0.2'] : option.split('/');
  const shares = words.map(Number);
  if (words.length <= 2 && shares.every((share) => share > 0 && share < 1)) return [shares[0]!, shares.at(-1)!];
  throw new PlatformError(
    'usage',
    `--threshold is "${option}"; a share between 0 and 1 is accepted, or two as start/end, such as 0.2/0.5`,
  );
}

function parseYears(option: string | undefined): { firstYear: number; lastYear: number } | null {
  if (option === undefined) return null;
  const match = /^(\d{4})-(\d{4})$/.exec(option);
  const [firstYear, lastYear] = [Number(match?.[1]), Number(match?.[2])];
  if (firstYear <= lastYear) return { firstYear, lastYear };
  throw new PlatformError('usage', `--reference is "${option}"; two years are accepted, such as 2017-2022`);
}

interface NumberBounds {
  readonly fallback: number;
  readonly least: number;
  readonly most: number;
}

function parseNumber(name: string, option: string | undefined, { fallback, least, most }: NumberBounds): number {
  if (option === undefined) return fallback;
  const value = Number(option);
  if (option.trim() !== '' && value >= least && value <= most) return value;
  throw new PlatformError('usage', `${name} is "${option}"; a number from ${least} to ${most} is accepted`);
}

function parseWhole(name: string, option: string | undefined, bounds: NumberBounds): number {
  const value = parseNumber(name, option, bounds);
  if (Number.isInteger(value)) return value;
  throw new PlatformError('usage', `${name} is "${option}"; a whole number is accepted`);
}
