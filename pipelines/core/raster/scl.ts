/**
 * The scene classification (SCL) of Sentinel-2 Level-2A and the masks that users make of it. Classes are names, not
 * quantities: they are never interpolated, and never read from reduced resolutions, where averaging invents classes.
 * @see ESA, Sentinel-2 Level-2A Algorithm Theoretical Basis Document, scene classification
 */
import { PlatformError } from '../errors.ts';

/** Titles of the classes, by number. */
export const SCL_CLASSES = [
  'no data',
  'saturated or defective',
  'dark area (topographic shadow)',
  'cloud shadow',
  'vegetation',
  'not vegetated',
  'water',
  'unclassified',
  'cloud, medium probability',
  'cloud, high probability',
  'thin cirrus',
  'snow or ice',
] as const;

/** What `--mask` may name, and the classes that it makes invalid. */
export const SCL_MASKS = {
  cloud: [8, 9],
  shadow: [3],
  cirrus: [10],
  snow: [11],
  water: [6],
  nodata: [0, 1],
  dark: [2],
  unclassified: [7],
} as const satisfies Record<string, readonly number[]>;

export type SclMask = keyof typeof SCL_MASKS;

export const DEFAULT_SCL_MASKS: readonly SclMask[] = ['cloud', 'shadow', 'cirrus', 'nodata'];

/**
 * `cloud,shadow` → names.
 * @throws {PlatformError} `usage`, naming the word that is not one and those that are.
 */
export function parseSclMasks(text: string): SclMask[] {
  const words = text.split(',').map((word) => word.trim().toLowerCase());
  for (const word of words)
    if (!Object.hasOwn(SCL_MASKS, word))
      throw new PlatformError(
        'usage',
        `--mask takes a comma-separated list of ${Object.keys(SCL_MASKS).join(', ')}; '${word}' is none of them`,
        { detail: { parameter: 'mask', value: text, accepted: Object.keys(SCL_MASKS) } },
      );
  return [...new Set(words)] as SclMask[];
}
