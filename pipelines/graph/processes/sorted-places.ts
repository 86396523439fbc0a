import type { Value } from '../value.ts';
import { parseTime } from './times.ts';

/**
 * Places of items in sorted order: numbers by size, dates by their instant, other texts by their letters; equal ones
 * keep their order.
 *
 * @param nodata  Missing items: null drops them, true puts them last, false first.
 */
export function sortedPlaces(items: readonly Value[], ascending: boolean, nodata: boolean | null): readonly number[] {
  const missing: number[] = [];
  const present: number[] = [];
  for (const [place, item] of items.entries()) (item === null || item === undefined ? missing : present).push(place);
  const keys = items.map(keyOf);
  const sign = ascending ? 1 : -1;
  present.sort((a, b) => sign * compare(keys[a]!, keys[b]!));
  if (nodata === null) return present;
  return nodata ? [...present, ...missing] : [...missing, ...present];
}

function keyOf(item: Value): number | string {
  if (typeof item === 'number') return item;
  if (typeof item === 'boolean') return Number(item);
  if (typeof item !== 'string') return '';
  return parseTime(item)?.instant ?? item;
}

/** Numbers before texts, NaN after all other numbers. */
function compare(a: number | string, b: number | string): number {
  if (typeof a !== typeof b) return typeof a === 'number' ? -1 : 1;
  if (typeof a === 'string') return a < b ? -1 : Number(a > b);
  if (Number.isNaN(a) || Number.isNaN(b)) return Number(Number.isNaN(a)) - Number(Number.isNaN(b));
  return a - (b as number);
}
