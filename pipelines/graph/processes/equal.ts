import type { Value } from '../value.ts';

/**
 * Whether two values are equal after openEO's `eq`: of one type, with nodata equal to nothing. Texts are texts, also
 * where they hold dates; arrays and objects are equal to nothing.
 *
 * @returns null where either is nodata.
 */
export function equal(x: Value, y: Value, delta: number | null = null, caseSensitive = true): boolean | null {
  if (x === null || y === null || x === undefined || y === undefined) return null;
  if (typeof x !== typeof y || typeof x === 'object') return false;
  if (typeof x === 'number' && delta !== null) return Math.abs(x - (y as number)) <= delta;
  if (typeof x === 'string' && !caseSensitive) return x.toLowerCase() === (y as string).toLowerCase();
  return x === y;
}
