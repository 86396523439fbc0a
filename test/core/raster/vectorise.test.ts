/** Components, sieve and polygons, against GDAL and against what must hold for any raster. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { Window } from '../../../pipelines/core/grid/window.ts';
import { split } from '../../../pipelines/core/grid/window.ts';
import { borderOf, sizesAcross } from '../../../pipelines/core/raster/component-borders.ts';
import type { Connectedness } from '../../../pipelines/core/raster/components.ts';
import { CONNECTEDNESS, findComponents } from '../../../pipelines/core/raster/components.ts';
import type { PixelRing } from '../../../pipelines/core/raster/rings.ts';
import { findRuns, joinRuns } from '../../../pipelines/core/raster/runs.ts';
import { sieve, sieveRegion } from '../../../pipelines/core/raster/sieve.ts';
import type { PixelComponent } from '../../../pipelines/core/raster/vectorise.ts';
import { createVectoriser } from '../../../pipelines/core/raster/vectorise.ts';
import { createRandom } from '../../support/random.ts';

interface Reference {
  readonly polygons: Readonly<Record<string, readonly (readonly number[])[]>>;
  readonly sieve: readonly {
    readonly value: number;
    readonly minPixels: number;
    readonly connectedness: Connectedness;
    readonly rows: readonly string[];
  }[];
}

const reference = JSON.parse(readFileSync(new URL('reference/polygonize.json', import.meta.url), 'utf8')) as Reference;
const [WIDTH, HEIGHT] = [97, 83];

/** The raster of `reference/polygonize.py`. */
function referenceClasses(): Uint8Array {
  const random = createRandom(20240611);
  const noise = Float64Array.from({ length: (WIDTH + 2) * (HEIGHT + 2) }, random);
  return Uint8Array.from({ length: WIDTH * HEIGHT }, (_, i) => {
    const [col, row] = [i % WIDTH, Math.floor(i / WIDTH)];
    let sum = 0;
    for (let r = 0; r < 3; r++) for (let c = 0; c < 3; c++) sum += noise[(row + r) * (WIDTH + 2) + col + c]!;
    return sum / 9 > 0.58 ? 1 : sum / 9 < 0.44 ? 2 : 0;
  });
}

function randomClasses(seed: number, width: number, height: number, kinds: number): Int8Array {
  const random = createRandom(seed);
  return Int8Array.from({ length: width * height }, () => Math.floor(random() * kinds) - 1);
}

const whole = (width: number, height: number): Window => ({ col: 0, row: 0, width, height });

function vectorise(classes: Uint8Array | Int8Array, width: number, height: number, connectedness: Connectedness) {
  const vectoriser = createVectoriser({ connectedness });
  return [...vectoriser.add(findRuns(classes, whole(width, height))), ...vectoriser.finish()];
}

/** Twice the area to the left of the ring as the raster is seen: positive for outer rings. */
function signedArea(ring: PixelRing): number {
  let sum = 0;
  for (let i = 0; i < ring.length; i += 2) {
    const j = (i + 2) % ring.length;
    sum += ring[j]! * ring[i + 1]! - ring[i]! * ring[j + 1]!;
  }
  return sum / 2;
}

function perimeter(ring: PixelRing): number {
  let sum = 0;
  for (let i = 0; i < ring.length; i += 2) {
    const j = (i + 2) % ring.length;
    sum += Math.abs(ring[j]! - ring[i]!) + Math.abs(ring[j + 1]! - ring[i + 1]!);
  }
  return sum;
}

const sumOf = (numbers: readonly number[]) => numbers.reduce((sum, n) => sum + n, 0);

function compareRows(a: readonly number[], b: readonly number[]): number {
  const at = a.findIndex((n, i) => n !== b[i]);
  return at < 0 ? 0 : a[at]! - b[at]!;
}

/** Paints components by even and odd crossings of their vertical edges. */
function paint(components: readonly PixelComponent[], width: number, height: number): Float64Array {
  const out = new Float64Array(width * height);
  for (const { value, polygons } of components)
    for (const rings of polygons)
      for (const ring of rings)
        for (let i = 0; i < ring.length; i += 2) {
          const j = (i + 2) % ring.length;
          const sign = Math.sign(ring[j + 1]! - ring[i + 1]!); // down: the inside begins
          for (let row = Math.min(ring[i + 1]!, ring[j + 1]!); row < Math.max(ring[i + 1]!, ring[j + 1]!); row++)
            for (let col = ring[i]!; col < width; col++) out[row * width + col]! += sign * value;
        }
  return out;
}

describe('polygons of GDAL', () => {
  const classes = referenceClasses();

  test.each(CONNECTEDNESS)('have the same areas and outlines, connectedness %i', (connectedness) => {
    const rows = vectorise(classes, WIDTH, HEIGHT, connectedness).map(({ value, pixels, polygons }) => [
      value,
      pixels,
      sumOf(polygons.flat().map(perimeter)),
    ]);
    const expected = reference.polygons[connectedness]!.map(([value, area, , length]) => [value!, area!, length!]);
    expect(rows.toSorted(compareRows)).toEqual(expected.toSorted(compareRows));
  });

  test('have the same holes', () => {
    const rows = vectorise(classes, WIDTH, HEIGHT, 4).map(({ value, pixels, polygons }) => [
      value,
      pixels,
      polygons[0]!.length - 1,
    ]);
    const expected = reference.polygons['4']!.map((row) => row.slice(0, 3));
    expect(rows.toSorted(compareRows)).toEqual(expected.toSorted(compareRows));
    expect(sumOf(rows.map(([, , holes]) => holes!))).toBe(10);
  });
});

describe('the sieve of GDAL', () => {
  test.each(reference.sieve)('keeps the same pixels of class $value, $minPixels of them or more', (one) => {
    const { value, minPixels, connectedness, rows } = one;
    const classes = referenceClasses().map((c) => (c === value ? 1 : 0));
    const before = sumOf([...classes]);
    const removed = sieve(classes, WIDTH, HEIGHT, minPixels, connectedness);
    const found = Array.from({ length: HEIGHT }, (_, row) =>
      BigInt(`0b${classes.subarray(row * WIDTH, (row + 1) * WIDTH).join('')}`).toString(16),
    );
    expect(found).toEqual(rows);
    expect(removed).toBe(before - sumOf([...classes]));
    expect(removed).toBeGreaterThan(0);
  });
});

describe.each([
  { width: 1, height: 1, kinds: 3 },
  { width: 31, height: 1, kinds: 4 },
  { width: 1, height: 23, kinds: 3 },
  { width: 40, height: 37, kinds: 3 },
  { width: 40, height: 37, kinds: 5 },
])('any raster, $width × $height of $kinds classes', ({ width, height, kinds }) => {
  const seeds = [1, 2, 3, 4, 5, 6];

  test.each(CONNECTEDNESS)('is painted again by its polygons, connectedness %i', (connectedness) => {
    for (const seed of seeds) {
      const classes = randomClasses(seed, width, height, kinds);
      const components = vectorise(classes, width, height, connectedness);
      expect(paint(components, width, height)).toEqual(Float64Array.from(classes));
      for (const { pixels, polygons } of components) expect(sumOf(polygons.flat().map(signedArea))).toBe(pixels);
    }
  });

  test('has rings that turn the right way and pass no corner twice', () => {
    for (const seed of seeds) {
      const components = vectorise(randomClasses(seed, width, height, kinds), width, height, 8);
      for (const [outer, ...holes] of components.flatMap(({ polygons }) => polygons)) {
        expect(signedArea(outer!)).toBeGreaterThan(0);
        for (const hole of holes) expect(signedArea(hole)).toBeLessThan(0);
        for (const ring of [outer!, ...holes]) {
          const corners = Array.from({ length: ring.length / 2 }, (_, i) => `${ring[2 * i]},${ring[2 * i + 1]}`);
          expect(new Set(corners).size).toBe(corners.length);
        }
      }
    }
  });

  test.each(CONNECTEDNESS)('has the same components as a whole and by regions, connectedness %i', (connectedness) => {
    for (const seed of seeds) {
      const classes = randomClasses(seed, width, height, kinds);
      const windows = split(width, height, 9);
      const cut = ({ col, row, width: w, height: h }: Window) =>
        Int8Array.from({ length: w * h }, (_, i) => classes[(row + Math.floor(i / w)) * width + col + (i % w)]!);
      const regions = windows.map((window) => {
        const part = cut(window);
        const runs = findRuns(part, window, [part]);
        const components = findComponents(runs, connectedness);
        return { window, part, runs, components, border: borderOf(runs, components, window) };
      });
      const sizes = sizesAcross(
        regions.map(({ border }) => border),
        connectedness,
      );
      const minPixels = 4;
      const expected = classes.slice();
      sieve(expected, width, height, minPixels, connectedness);
      for (const [r, { window, part, runs, components }] of regions.entries()) {
        sieveRegion(part, window, runs, components, (label) => {
          return (sizes[r]!.get(label) ?? components.sizes[label]!) < minPixels;
        });
        const kept = expected.filter((_, i) => {
          const [col, row] = [i % width, Math.floor(i / width)];
          return (
            col >= window.col &&
            col < window.col + window.width &&
            row >= window.row &&
            row < window.row + window.height
          );
        });
        expect([...part]).toEqual([...kept]);
      }
      const vectoriser = createVectoriser({ connectedness });
      const found: PixelComponent[] = [];
      for (const row of new Set(windows.map((w) => w.row)))
        found.push(
          ...vectoriser.add(joinRuns(regions.filter(({ window }) => window.row === row).map(({ runs }) => runs))),
        );
      found.push(...vectoriser.finish());
      const sorted = (components: readonly PixelComponent[]) =>
        components.map(({ value, pixels, polygons }) => JSON.stringify([value, pixels, polygons])).toSorted();
      expect(sorted(found)).toEqual(sorted(vectorise(classes, width, height, connectedness)));
      for (const { sums, value, pixels } of found) expect(sums).toEqual([value * pixels]);
    }
  });
});

test('components smaller than the least are left out, also where their parts touch by corners alone', () => {
  const classes = Uint8Array.from([1, 0, 0, 0, 0, 0, 1, 0, 0, 1, 1, 0, 0, 0, 0, 0]);
  const components = (connectedness: Connectedness) => {
    const vectoriser = createVectoriser({ connectedness, minPixels: 3 });
    return [...vectoriser.add(findRuns(classes, whole(4, 4))), ...vectoriser.finish()];
  };
  expect(components(4).map(({ pixels }) => pixels)).toEqual([3]);
  expect(components(8).map(({ pixels }) => pixels)).toEqual([3]);
  const diagonal = Uint8Array.from([1, 0, 0, 0, 1, 0, 0, 0, 1]);
  const vectoriser = createVectoriser({ connectedness: 8, minPixels: 3 });
  const [one, ...others] = [...vectoriser.add(findRuns(diagonal, whole(3, 3))), ...vectoriser.finish()];
  expect(others).toEqual([]);
  expect(one!.polygons.map((rings) => rings.map((ring) => [...ring]))).toEqual([
    [[0, 0, 0, 1, 1, 1, 1, 0]],
    [[1, 1, 1, 2, 2, 2, 2, 1]],
    [[2, 2, 2, 3, 3, 3, 3, 2]],
  ]);
});
