/** What a request asks of a raster, out of the words of its query. Each refusal names the parameter and what came. */
import { isPlatformError, PlatformError } from '../../../pipelines/core/errors.ts';
import type { Formula } from '../../../pipelines/core/indices/resolve.ts';
import { resolveFormula } from '../../../pipelines/core/indices/resolve.ts';
import { parseResampling } from '../../../pipelines/core/raster/resample.ts';
import type { Resampling } from '../../../pipelines/core/raster/resample.ts';
import { parseSclMasks, SCL_MASKS } from '../../../pipelines/core/raster/scl.ts';
import { MOSAIC_RULES } from '../../../pipelines/render/render-input.ts';
import type { MosaicRule, Relief } from '../../../pipelines/render/render-input.ts';
import { parseColors } from './colors.ts';
import type { Colors } from './colors.ts';
import { parseRange } from './range.ts';
import type { Range } from './range.ts';

/** What is shown or measured, without how it looks. */
export interface Subject {
  /** Null: bands as they are. */
  readonly formula: Formula | null;
  /** Names or codes; null: the raster's own choice, or those of the formula. */
  readonly bands: readonly string[] | null;
  /** Numbers of the scene classification that become invalid; null: none do. */
  readonly excluded: readonly number[] | null;
}

export interface Wish extends Subject {
  readonly colors: Colors | null;
  /** Null: what looks right. */
  readonly range: Range | null;
  /** Null: nearest for classes, else bilinear. */
  readonly resampling: Resampling | null;
  /** Numbers instead of a picture, in so many bits. */
  readonly precision: 8 | 16 | null;
  /** Of heights; null or absent: the values themselves. */
  readonly relief?: Relief | null;
  /** Ids of other items that are laid under the first one. */
  readonly others: readonly string[];
  readonly rule: MosaicRule;
}

export type Query = Readonly<Record<string, unknown>>;

export const SUBJECT_WORDS = ['index', 'expression', 'bands', 'mask'] as const;
export const LOOK_WORDS = ['colormap', 'rescale', 'resampling', 'format', 'precision', 'relief'] as const;
/** Several items in one picture. */
export const MOSAIC_WORDS = ['with', 'mosaic'] as const;
export const WISH_WORDS = [...SUBJECT_WORDS, ...LOOK_WORDS, ...MOSAIC_WORDS] as const;
export const MOST_OTHERS = 24;

/** @throws {PlatformError} `parameter-invalid`, `index-unknown`, `expression-invalid` */
export function parseSubject(query: Query): Subject {
  const [index, expression, bands] = [wordOf(query, 'index'), wordOf(query, 'expression'), wordOf(query, 'bands')];
  const given = ['index', 'expression', 'bands'].filter((name) => query[name] !== undefined);
  if (given.length > 1)
    throw refusal(given[1]!, String(query[given[1]!]), `${given.join(' and ')} exclude each other; give one of them`);
  const mask = wordOf(query, 'mask');
  return {
    formula: parseFormula(index, expression),
    bands: bands ? named('bands', bands, () => parseBands(bands)) : null,
    excluded:
      mask === null ? null : named('mask', mask, () => parseSclMasks(mask).flatMap((word) => [...SCL_MASKS[word]])),
  };
}

export function parseWish(query: Query): Wish {
  const [colors, rescale] = [wordOf(query, 'colormap'), wordOf(query, 'rescale')];
  const resampling = wordOf(query, 'resampling');
  return {
    ...parseSubject(query),
    colors: colors === null ? null : named('colormap', colors, () => parseColors(colors)),
    range: rescale === null ? null : named('rescale', rescale, () => parseRange(rescale)),
    resampling: resampling === null ? null : named('resampling', resampling, () => parseResampling(resampling)),
    relief: parseRelief(wordOf(query, 'relief')),
    others: parseOthers(wordOf(query, 'with')),
    rule: parseRule(wordOf(query, 'mosaic')),
    precision: parsePrecision(wordOf(query, 'format'), wordOf(query, 'precision')),
  };
}

/** A parameter that is given once, or null. @throws {PlatformError} `parameter-invalid` */
export function wordOf(query: Query, name: string): string | null {
  const value = query[name];
  if (value === undefined) return null;
  if (typeof value === 'string') return value;
  throw refusal(
    name,
    JSON.stringify(value).slice(0, 100),
    `${name} is given more than once, or in parts; give it once`,
  );
}

/** @throws {PlatformError} `parameter-invalid` for a word that nobody would listen to */
export function checkWords(query: Query, accepted: readonly string[]): void {
  const other = Object.keys(query).find((name) => !accepted.includes(name));
  if (other !== undefined)
    throw new PlatformError(
      'parameter-invalid',
      `There is no parameter "${other.slice(0, 60)}" here; accepted are ${accepted.join(', ')}`,
      { detail: { parameter: other.slice(0, 60), value: String(query[other]).slice(0, 1000), accepted } },
    );
}

export function refusal(parameter: string, value: string, why: string): PlatformError {
  return new PlatformError('parameter-invalid', why, { detail: { parameter, value: value.slice(0, 1000) } });
}

function parseFormula(index: string | null, expression: string | null): Formula | null {
  if (index !== null)
    return named('index', index, () => {
      const formula = resolveFormula(index);
      if (formula.id !== null) return formula;
      throw new PlatformError('index-unknown', `"${index.slice(0, 60)}" is no index; a formula goes into expression`);
    });
  return expression === null ? null : named('expression', expression, () => resolveFormula(expression));
}

function parseBands(text: string): string[] {
  const names = text.split(',').map((name) => name.trim());
  if ((names.length !== 1 && names.length !== 3) || names.includes(''))
    throw new PlatformError(
      'parameter-invalid',
      `bands "${text.slice(0, 60)}" is neither one band nor three (red, green, blue) between commas`,
    );
  return names;
}

/** Light from the north-west, halfway up: where readers of maps expect it. */
const LIGHT = [315, 45] as const;

/** `slope`, `hillshade`, `hillshade,AZIMUTH,ALTITUDE`, or `contours,INTERVAL`. */
function parseRelief(text: string | null): Relief | null {
  if (text === null) return null;
  if (text === 'slope') return { kind: 'slope' };
  const [, interval] = /^contours,(\d+(?:\.\d+)?)$/.exec(text) ?? [];
  if (Number(interval) > 0) return { kind: 'contours', interval: Number(interval) };
  const match = /^hillshade(?:,(\d+(?:\.\d+)?),(\d+(?:\.\d+)?))?$/.exec(text);
  const [azimuth, altitude] = match?.[1] === undefined ? LIGHT : [Number(match[1]), Number(match[2])];
  if (match && azimuth <= 360 && altitude <= 90) return { kind: 'hillshade', azimuth, altitude };
  throw refusal(
    'relief',
    text,
    `relief "${text.slice(0, 60)}" is neither slope nor hillshade, nor hillshade,AZIMUTH,ALTITUDE in degrees (to 360, to 90), nor contours,INTERVAL`,
  );
}

function parseOthers(text: string | null): string[] {
  const ids = text === null ? [] : text.split(',').map((id) => id.trim());
  if (ids.length <= MOST_OTHERS && !ids.includes('')) return ids;
  throw refusal('with', text!, `with names ${ids.length} items; 1 to ${MOST_OTHERS} ids between commas are accepted`);
}

function parseRule(text: string | null): MosaicRule {
  const found = MOSAIC_RULES.find((rule) => rule === (text ?? 'first'));
  if (found) return found;
  throw refusal('mosaic', text!, `mosaic "${text!.slice(0, 60)}" is unknown; it is one of ${MOSAIC_RULES.join(', ')}`);
}

function parsePrecision(format: string | null, precision: string | null): 8 | 16 | null {
  if (format !== null && format !== 'value' && format !== 'picture')
    throw refusal('format', format, `format "${format.slice(0, 60)}" is neither picture nor value`);
  if (precision !== null && precision !== '8' && precision !== '16')
    throw refusal('precision', precision, `precision "${precision.slice(0, 60)}" is neither 8 nor 16`);
  if (format !== 'value' && precision === null) return null;
  return precision === '8' ? 8 : 16;
}

/** What a parser of the command line refuses, in the words of a request: the parameter, its value, one sentence. */
function named<T>(parameter: string, value: string, parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    if (!isPlatformError(error)) throw error;
    const message = error.message.replace(/\n[\s\S]*$/, '').replace(/^--/, '');
    const code = error.code === 'usage' ? 'parameter-invalid' : error.code;
    throw new PlatformError(code, message, {
      detail: { ...error.detail, parameter, value: value.slice(0, 1000) },
      cause: error,
    });
  }
}
