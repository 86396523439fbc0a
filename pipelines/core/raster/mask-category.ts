/** What a mask says of a pixel: the categories of a mask product, whatever band they were made from. */
import { PlatformError } from '../errors.ts';

/** By name, with the number that the product stores and a colour to show it in. */
export const MASK_CATEGORIES = {
  clear: { code: 0, color: '#f2f2e9' },
  cloud: { code: 1, color: '#d7301f' },
  shadow: { code: 2, color: '#4a1486' },
  cirrus: { code: 3, color: '#fdae61' },
  snow: { code: 4, color: '#74c9e5' },
  water: { code: 5, color: '#2b6cb0' },
  dark: { code: 6, color: '#6b6b6b' },
  unclassified: { code: 7, color: '#c9b88f' },
} as const satisfies Record<string, { readonly code: number; readonly color: string }>;

export type MaskCategory = keyof typeof MASK_CATEGORIES;

/** What a pixel of a mask product holds where nothing is known. */
export const MASK_NODATA = 255;

/** One test of the number of a pixel; bits are counted from the lowest, 0. */
export type ClassTest =
  | { readonly kind: 'values'; readonly first: number; readonly last: number }
  | {
      readonly kind: 'bits';
      readonly first: number;
      readonly last: number;
      /** Compared with the number that the bits form. */
      readonly least: number;
      readonly most: number;
    };

/** Pixels that pass any of the tests are of the category; `nodata` is none. */
export interface ClassRule {
  readonly category: MaskCategory | 'nodata';
  readonly any: readonly ClassTest[];
}

/** The category's number of a pixel, by the first rule that it meets; clear where it meets none. */
export function categoryOf(value: number, rules: readonly ClassRule[]): number {
  for (const { category, any } of rules)
    for (const test of any)
      if (passes(value, test)) return category === 'nodata' ? MASK_NODATA : MASK_CATEGORIES[category].code;
  return MASK_CATEGORIES.clear.code;
}

function passes(value: number, test: ClassTest): boolean {
  if (test.kind === 'values') return value >= test.first && value <= test.last;
  const field = (value >>> test.first) & (2 ** (test.last - test.first + 1) - 1);
  return field >= test.least && field <= test.most;
}

/** The category's number for each 16-bit pattern: signed numbers are looked up by their bits. */
export function categoryTable(rules: readonly ClassRule[], signed: boolean): Uint8Array {
  return Uint8Array.from({ length: 65536 }, (_, bits) =>
    categoryOf(signed && bits > 32767 && !usesBits(rules) ? bits - 65536 : bits, rules),
  );
}

function usesBits(rules: readonly ClassRule[]): boolean {
  return rules.some(({ any }) => any.some(({ kind }) => kind === 'bits'));
}

/** `8` or `4-6`; for bits `10=1`, `8-9=3`, `8-9>=2`. */
const VALUES = /^(-?\d+)(?:-(\d+))?$/;
const BITS = /^(\d+)(?:-(\d+))?(>?=)(\d+)$/;

/**
 * `cloud:8-9` → a rule; without a name what is found is cloud.
 * @param kind  `values` reads `3,8-10`, `bits` reads `10=1,8-9>=2`.
 * @throws {PlatformError} `usage`, naming the word that is not one and what is accepted
 */
export function parseClassRule(kind: 'values' | 'bits', text: string): ClassRule {
  const match = /^(?:([a-z]+):)?(.+)$/i.exec(text.trim());
  const category = (match?.[1] ?? 'cloud').toLowerCase();
  if (category !== 'nodata' && !Object.hasOwn(MASK_CATEGORIES, category))
    throw refuse(kind, text, `"${category}" is none of ${[...Object.keys(MASK_CATEGORIES), 'nodata'].join(', ')}`);
  const any = (match?.[2] ?? '').split(',').map((word) => parseTest(kind, word.trim(), text));
  return { category: category as ClassRule['category'], any };
}

function parseTest(kind: 'values' | 'bits', word: string, text: string): ClassTest {
  const [, low, high = low, operator, right] = (kind === 'values' ? VALUES : BITS).exec(word) ?? [];
  if (low === undefined) throw refuse(kind, text, `"${word}" is no such word`);
  const [first, last] = [Number(low), Number(high)];
  if (last < first) throw refuse(kind, text, `"${word}" ends before it begins`);
  if (kind === 'values') return { kind, first, last };
  const whole = 2 ** (last - first + 1) - 1;
  const least = Number(right);
  if (last > 31) throw refuse(kind, text, 'bits are numbered from 0, the lowest, to 31');
  if (least > whole) throw refuse(kind, text, `${last - first + 1} bits do not hold ${least}`);
  return { kind, first, last, least, most: operator === '=' ? least : whole };
}

function refuse(kind: 'values' | 'bits', text: string, why: string): PlatformError {
  const [name, example] =
    kind === 'values' ? ['classes', 'cloud:8-10 or 3,8-10'] : ['bits', 'cloud:3=1 or 8-9>=2,11=1'];
  return new PlatformError('usage', `--${name} "${text}": ${why}; accepted is such as ${example}`, {
    detail: { parameter: name, value: text },
  });
}
