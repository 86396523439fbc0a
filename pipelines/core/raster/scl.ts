/**
 * The scene classification (SCL) of Sentinel-2 Level-2A and the masks that users make of it. Classes are names, not
 * quantities: they are never interpolated, and never read from reduced resolutions, where averaging invents classes.
 * @see ESA, Sentinel-2 Level-2A Algorithm Theoretical Basis Document, scene classification
 */
import type { Affine } from '../grid/affine.ts';
import { apply, compose, invert } from '../grid/affine.ts';
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

/** 1 where a class stays valid, 0 where one of the masks takes it: `lookup[class]`, 256 entries. */
export function sclLookup(masks: readonly SclMask[]): Uint8Array {
  const lookup = new Uint8Array(256).fill(1);
  for (const mask of masks) for (const value of SCL_MASKS[mask]) lookup[value] = 0;
  return lookup;
}

/** Classes on a grid of their own. */
export interface SclBlock {
  readonly width: number;
  readonly height: number;
  /** Class numbers, row-major. */
  readonly data: ArrayLike<number>;
  /** 1 = read, 0 = beyond the classification; null: all were read. */
  readonly mask: Uint8Array | null;
  readonly transform: Affine;
}

/** A mask to change, on its grid. */
export interface MaskBlock {
  readonly width: number;
  readonly height: number;
  /** 1 = valid, row-major; changed in place. */
  readonly mask: Uint8Array;
  readonly transform: Affine;
}

/**
 * Makes invalid what the classification under each pixel's centre says. Both grids are in the same CRS. A pixel
 * without a class below it is treated as class 0 (no data).
 * @param lookup  From `sclLookup`.
 */
export function applyScl(target: MaskBlock, scl: SclBlock, lookup: Uint8Array): void {
  const inverse = invert(scl.transform);
  if (!inverse) throw new PlatformError('grid-mismatch', 'The scene classification has a transform without area');
  const toScl = compose(inverse, target.transform);
  const valid = validity(scl, lookup);
  const outside = lookup[0]!;
  if (toScl[1] === 0 && toScl[3] === 0) applyAligned(target, scl, valid, outside, toScl);
  else applyRotated(target, scl, valid, outside, toScl);
}

/** Validity of every class pixel: the lookup is done once per class, not once per pixel of the finer target. */
function validity(scl: SclBlock, lookup: Uint8Array): Uint8Array {
  const valid = new Uint8Array(scl.width * scl.height);
  const { data, mask } = scl;
  for (let i = 0; i < valid.length; i++) valid[i] = lookup[mask && mask[i] === 0 ? 0 : data[i]!]!;
  return valid;
}

/** Rows and columns map apart: the class column of each target column is found once. 10 m over 20 m or 60 m is exact. */
function applyAligned(target: MaskBlock, scl: SclBlock, valid: Uint8Array, outside: number, t: Affine): void {
  const { width, height, mask } = target;
  const cols = new Int32Array(width);
  for (let col = 0; col < width; col++) cols[col] = indexWithin(t[0] * (col + 0.5) + t[2], scl.width);
  let copied = -1; // class row of the mask row before, whose outcome a repeated row shares
  const line = new Uint8Array(width);
  for (let row = 0, at = 0; row < height; row++) {
    const sclRow = indexWithin(t[4] * (row + 0.5) + t[5], scl.height);
    if (sclRow < 0) line.fill(outside);
    else if (sclRow !== copied) {
      const start = sclRow * scl.width;
      for (let col = 0; col < width; col++) line[col] = cols[col]! < 0 ? outside : valid[start + cols[col]!]!;
    }
    copied = sclRow;
    for (let col = 0; col < width; col++, at++) mask[at]! &= line[col]!;
  }
}

function applyRotated(target: MaskBlock, scl: SclBlock, valid: Uint8Array, outside: number, t: Affine): void {
  for (let row = 0, at = 0; row < target.height; row++)
    for (let col = 0; col < target.width; col++, at++) {
      const [x, y] = apply(t, col + 0.5, row + 0.5);
      const sclCol = indexWithin(x, scl.width);
      const sclRow = indexWithin(y, scl.height);
      target.mask[at]! &= sclCol < 0 || sclRow < 0 ? outside : valid[sclRow * scl.width + sclCol]!;
    }
}

/** Grids of other origin meet in rounding errors far below a pixel; a centre never lies that near to an edge. */
function indexWithin(position: number, size: number): number {
  const index = Math.floor(position + 1e-9);
  return index >= 0 && index < size ? index : -1;
}
