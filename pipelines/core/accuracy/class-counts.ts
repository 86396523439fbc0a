/** Pixels and area of each class of a raster of whole numbers. */
import { PlatformError } from '../errors.ts';
import type { Samples } from '../raster/block.ts';

/** A class map has at most so many classes; more are measurements. */
const MOST_CLASSES = 256;

export interface ClassCount {
  pixels: number;
  /** m². */
  area: number;
}

export type ClassCounts = Map<number, ClassCount>;

/**
 * Counts the classes of a window.
 * @param mask  1 = valid; null: all are.
 * @param areas  m² of a pixel, per row of the window.
 * @returns null where a number is not whole, or there are too many to be classes.
 */
export function countClasses(data: Samples, mask: Uint8Array | null, areas: Float64Array): ClassCounts | null {
  const counts: ClassCounts = new Map();
  const width = data.length / areas.length;
  let [last, entry] = [NaN, { pixels: 0, area: 0 }];
  for (let row = 0, i = 0; row < areas.length; row++) {
    const area = areas[row]!;
    for (let col = 0; col < width; col++, i++) {
      if (mask !== null && mask[i] === 0) continue;
      const v = data[i]!;
      if (v !== v) continue;
      if (v !== last) {
        const found = counts.get(v) ?? addClass(counts, v);
        if (found === null) return null;
        [last, entry] = [v, found];
      }
      entry.pixels++;
      entry.area += area;
    }
  }
  return counts;
}

function addClass(counts: ClassCounts, value: number): ClassCount | null {
  if (!Number.isInteger(value) || counts.size === MOST_CLASSES) return null;
  const entry = { pixels: 0, area: 0 };
  counts.set(value, entry);
  return entry;
}

/** Adds a part to the total. @returns false where there are too many to be classes. */
export function mergeClasses(total: ClassCounts, part: ClassCounts): boolean {
  for (const [value, { pixels, area }] of part) {
    const entry = total.get(value) ?? addClass(total, value);
    if (!entry) return false;
    entry.pixels += pixels;
    entry.area += area;
  }
  return true;
}

/** @throws {PlatformError} `parameter-invalid`: `path` holds no classes */
export function refuseMeasurements(path: string): never {
  throw new PlatformError(
    'parameter-invalid',
    `${path} is no class map: it holds fractions, or more than ${MOST_CLASSES} different numbers; classify it first`,
    { detail: { path } },
  );
}
