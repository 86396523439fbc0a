/** The words of an expression: the bands it may name and the functions it may call. */

/** Bands by the names of STAC's `eo:common_name`, with the three red-edge bands numbered as they are ordered. */
export const COMMON_BANDS = [
  'coastal',
  'blue',
  'green',
  'red',
  'rededge1',
  'rededge2',
  'rededge3',
  'nir',
  'nir08',
  'nir09',
  'swir16',
  'swir22',
  'vv',
  'vh',
  'scl',
] as const;

/** The same bands of Sentinel-2 by ESA's codes; B10 (cirrus) has no common name here. */
export const SENTINEL_BANDS = [
  'B01',
  'B02',
  'B03',
  'B04',
  'B05',
  'B06',
  'B07',
  'B08',
  'B8A',
  'B09',
  'B10',
  'B11',
  'B12',
] as const;

export type BandName = (typeof COMMON_BANDS)[number] | (typeof SENTINEL_BANDS)[number];

const BANDS: ReadonlySet<string> = new Set([...COMMON_BANDS, ...SENTINEL_BANDS]);

export function isBandName(word: string): word is BandName {
  return BANDS.has(word);
}

/** The band that a word nearly spells: `Red` is red, `B4` and `b04` are B04. */
export function bandLike(word: string): BandName | null {
  const spelled = word.toLowerCase().replace(/^b(\d)$/, 'b0$1');
  return [...COMMON_BANDS, ...SENTINEL_BANDS].find((band) => band.toLowerCase() === spelled) ?? null;
}

/** Functions with the least and the greatest number of arguments. */
export const FUNCTIONS = {
  min: [2, 16],
  max: [2, 16],
  abs: [1, 1],
  sqrt: [1, 1],
  exp: [1, 1],
  log: [1, 1],
  where: [3, 3],
} as const satisfies Record<string, readonly [number, number]>;

export type FunctionName = keyof typeof FUNCTIONS;

export function isFunctionName(word: string): word is FunctionName {
  return Object.hasOwn(FUNCTIONS, word);
}
