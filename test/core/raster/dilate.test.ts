import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dilate, dilationHalo } from '../../../pipelines/core/raster/dilate.ts';
import type { PixelSize } from '../../../pipelines/core/raster/dilate.ts';
import { distances } from '../../../pipelines/core/raster/distance.ts';

interface Case {
  readonly width: number;
  readonly height: number;
  readonly pixel: PixelSize;
  /** Indices of what is set. */
  readonly set: readonly number[];
  /** scipy.ndimage.distance_transform_edt. */
  readonly distance: readonly number[];
}

const CASES = JSON.parse(
  readFileSync(join(import.meta.dirname, '..', 'reference', 'distance.json'), 'utf8'),
) as readonly Case[];

function setOf({ width, height, set }: Case): Uint8Array {
  const out = new Uint8Array(width * height);
  for (const i of set) out[i] = 1;
  return out;
}

function cut(from: Uint8Array, width: number, col: number, row: number, w: number, h: number): Uint8Array {
  const out = new Uint8Array(w * h);
  const height = from.length / width;
  for (let y = 0; y < h; y++)
    for (let x = 0; x < w; x++) {
      const [c, r] = [col + x, row + y];
      if (c >= 0 && c < width && r >= 0 && r < height) out[y * w + x] = from[r * width + c]!;
    }
  return out;
}

describe('dilation', () => {
  it.each(CASES)('sets what scipy finds within the radius, pixels of $pixel.width by $pixel.height m', (input) => {
    const set = setOf(input);
    for (const radius of [0, 5, 20, 30, 60, 99.9, 100, 250, 1e4]) {
      const want = input.distance.map((d) => (d <= radius + 1e-5 ? 1 : 0));
      expect([...dilate(set, input.width, radius, input.pixel)]).toEqual(want);
    }
  });

  it('reaches a centre that is exactly as far as the radius', () => {
    const set = Uint8Array.of(1, 0, 0, 0, 0, 0, 0);
    const pixel = { width: 0.1, height: 0.1 }; // 0.3 is no multiple of 0.1 in binary
    expect([...dilate(set, 7, 0.3, pixel)]).toEqual([1, 1, 1, 1, 0, 0, 0]);
    expect(dilationHalo(0.3, pixel)).toEqual({ cols: 3, rows: 3 });
  });

  it('can be done in place, and leaves what has nothing set', () => {
    const set = new Uint8Array(12);
    expect(dilate(set, 4, 100, { width: 10, height: 10 }, set)).toBe(set);
    expect([...set]).toEqual(Array.from({ length: 12 }, () => 0));
  });

  const window = fc.record({
    width: fc.integer({ min: 1, max: 24 }),
    height: fc.integer({ min: 1, max: 24 }),
    pixel: fc.record({ width: fc.integer({ min: 3, max: 30 }), height: fc.integer({ min: 3, max: 30 }) }),
    radius: fc.double({ min: 0, max: 200, noNaN: true }),
    share: fc.double({ min: 0, max: 0.4, noNaN: true }),
    seed: fc.integer(),
    split: fc.record({ col: fc.integer({ min: 0, max: 23 }), row: fc.integer({ min: 0, max: 23 }) }),
  });

  it('of a window with its halo is that of the whole', () => {
    fc.assert(
      fc.property(window, ({ width, height, pixel, radius, share, seed, split }) => {
        let state = seed >>> 0;
        const set = Uint8Array.from({ length: width * height }, () => {
          state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
          return state / 2 ** 32 < share ? 1 : 0;
        });
        const whole = dilate(set, width, radius, pixel);
        const halo = dilationHalo(radius, pixel);
        const [col, row] = [Math.min(split.col, width - 1), Math.min(split.row, height - 1)];
        const [w, h] = [width - col, height - row];
        const wide = w + 2 * halo.cols;
        const part = cut(set, width, col - halo.cols, row - halo.rows, wide, h + 2 * halo.rows);
        const grown = cut(dilate(part, wide, radius, pixel), wide, halo.cols, halo.rows, w, h);
        expect([...grown]).toEqual([...cut(whole, width, col, row, w, h)]);
      }),
      { seed: 7, numRuns: 400 },
    );
  });
});

describe('distances', () => {
  it.each(CASES)('are those of scipy, pixels of $pixel.width by $pixel.height m', (input) => {
    for (const limit of [1e6, 120]) {
      const got = distances(setOf(input), input.width, limit, input.pixel);
      for (const [i, want] of input.distance.entries()) expect(got[i]).toBeCloseTo(Math.min(want, limit), 3);
    }
  });

  it('to nothing are the limit', () => {
    expect([...distances(new Uint8Array(6), 3, 500, { width: 10, height: 10 })]).toEqual([
      500, 500, 500, 500, 500, 500,
    ]);
  });
});
