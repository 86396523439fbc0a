import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { computeCoverage } from '../../../pipelines/core/geometry/zonal/coverage.ts';
import { PolygonSetBuilder } from '../../../pipelines/core/geometry/zonal/polygons.ts';
import { resolveOverlaps } from '../../../pipelines/core/geometry/zonal/resolve-overlaps.ts';
import { toPixels, turnOnto } from '../../../pipelines/core/geometry/zonal/to-pixels.ts';
import type { Affine } from '../../../pipelines/core/grid/affine.ts';
import { apply } from '../../../pipelines/core/grid/affine.ts';
import { createTransform } from '../../../pipelines/core/grid/crs.ts';
import { parseWkt } from '../../../pipelines/core/vector/wkt.ts';
import { createRandom } from '../../support/random.ts';
import { sharedData } from '../../support/shared-data.ts';
import { areaOf, coverageByClipping, coverageOf, rectangle, star, sumOf, toDense, toSet } from '../../support/zones.ts';
import type { Ring, Zone } from '../../support/zones.ts';

const WIDTH = 40;
const HEIGHT = 30;

function expectClose(found: Float64Array, wanted: Float64Array, tolerance = 1e-9): void {
  let worst = 0;
  for (let i = 0; i < wanted.length; i++) worst = Math.max(worst, Math.abs(found[i]! - wanted[i]!));
  expect(found.length).toBe(wanted.length);
  expect(worst).toBeLessThan(tolerance);
}

/** Shapes of every size, inside and half outside, with and without a hole. */
function randomZones(seed: number, count: number): Zone[] {
  const random = createRandom(seed);
  return Array.from({ length: count }, (_, k): Zone => {
    const [x, y] = [random() * WIDTH, random() * HEIGHT];
    const radius = 0.1 + random() ** 2 * 18;
    const shell = star(random, x, y, radius, 3 + Math.floor(random() * 30), 0.4);
    if (k % 3 > 0 || shell.length < 12) return [[shell]];
    return [[shell, star(random, x, y, radius * 0.4, 7)]];
  });
}

describe('coverage of cells', () => {
  it('is the area of what clipping to each cell leaves', () => {
    for (const zone of randomZones(1, 60))
      expectClose(coverageOf(zone, WIDTH, HEIGHT), coverageByClipping(zone, WIDTH, HEIGHT));
  });

  it('adds up to the area of the polygon', () => {
    const random = createRandom(2);
    for (let k = 0; k < 200; k++) {
      const shell = star(random, 60, 50, random() ** 3 * 45, 3 + Math.floor(random() * 60));
      const area = areaOf(shell);
      const coverage = computeCoverage(toSet([[[shell]]]), { width: 120, height: 100, tileWidth: 32, tileHeight: 16 });
      const shares = toDense(coverage, 0);
      expect(Math.abs(sumOf(shares) - area)).toBeLessThan(1e-8 + 1e-9 * area);
      expect(coverage.zoneArea[0]).toBeCloseTo(area, 9);
      expect(shares.every((share) => share >= 0 && share <= 1)).toBe(true);
    }
  });

  it('is the same in tiles of any size', () => {
    for (const zone of randomZones(3, 20)) {
      const whole = coverageOf(zone, WIDTH, HEIGHT);
      for (const tile of [1, 3, 16, 39]) expectClose(coverageOf(zone, WIDTH, HEIGHT, tile), whole, 1e-12);
    }
  });

  it('does not depend on where a ring starts, which way it runs, or whether it is closed', () => {
    for (const [part] of randomZones(4, 20)) {
      const wanted = coverageOf([part!], WIDTH, HEIGHT);
      const turned = part!.map((ring) => [...ring.slice(2), ...ring.slice(0, 2)].toReversed());
      const closed = part!.map((ring) => [...ring, ring[0]!]);
      expectClose(coverageOf([turned], WIDTH, HEIGHT), wanted);
      expectClose(coverageOf([closed], WIDTH, HEIGHT), wanted);
    }
  });

  it('moves with the polygon by whole cells', () => {
    for (const zone of randomZones(5, 20)) {
      const moved = zone.map((part) => part.map((ring) => ring.map(([x, y]) => [x + 40, y + 30] as const)));
      const before = coverageOf(zone, WIDTH, HEIGHT);
      const after = coverageOf(moved, 80, 60);
      for (let row = 0; row < HEIGHT; row++)
        for (let col = 0; col < WIDTH; col++)
          expect(Math.abs(after[(row + 30) * 80 + col + 40]! - before[row * WIDTH + col]!)).toBeLessThan(1e-9);
    }
  });

  it('of two halves adds up to that of the whole', () => {
    const random = createRandom(6);
    for (let k = 0; k < 30; k++) {
      const convex = star(random, 20, 15, 12, 12, 0);
      const cut = 3 + Math.floor(random() * 6);
      const halves: Ring[] = [convex.slice(0, cut + 1), [convex[0]!, ...convex.slice(cut)]];
      const [a, b] = halves.map((ring) => coverageOf([[ring]], WIDTH, HEIGHT));
      expectClose(
        a!.map((share, i) => share + b![i]!),
        coverageOf([[convex]], WIDTH, HEIGHT),
      );
      expectClose(coverageOf([[halves[0]!], [halves[1]!]], WIDTH, HEIGHT), coverageOf([[convex]], WIDTH, HEIGHT));
    }
  });

  it('of polygons beyond the grid is what lies in it', () => {
    const far = coverageOf([[rectangle(-1e6, -1e6, 1e6, 1e6)]], WIDTH, HEIGHT);
    expect(far.every((share) => share === 1)).toBe(true);
    expect(sumOf(coverageOf([[rectangle(-50, -20, -10, 80)]], WIDTH, HEIGHT))).toBe(0);
    expect(sumOf(coverageOf([[rectangle(WIDTH, 0, 90, HEIGHT)]], WIDTH, HEIGHT))).toBe(0);
    const wedge = coverageOf(
      [
        [
          [
            [-10, 15],
            [30, -25],
            [30, 55],
          ],
        ],
      ],
      WIDTH,
      HEIGHT,
    );
    expectClose(
      wedge,
      coverageByClipping(
        [
          [
            [
              [-10, 15],
              [30, -25],
              [30, 55],
            ],
          ],
        ],
        WIDTH,
        HEIGHT,
      ),
    );
  });

  it('knows cells that lie along an edge from those it cuts', () => {
    const aligned = computeCoverage(toSet([[[rectangle(3, 4, 9, 8)]]]), {
      width: 20,
      height: 20,
      tileWidth: 20,
      tileHeight: 20,
    });
    expect([aligned.cutCell.length, [...aligned.runLength]]).toEqual([0, [6, 6, 6, 6]]);
    const row = coverageOf([[rectangle(2, 4.25, 12, 4.75)]], 20, 20);
    expect(Array.from(row.slice(80, 100))).toEqual(
      Array.from({ length: 20 }, (_, col) => (col >= 2 && col < 12 ? 0.5 : 0)),
    );
  });
});

describe('polygons that cross or overlap themselves', () => {
  const bowTie: Ring = [
    [2, 2],
    [10, 10],
    [10, 2],
    [2, 10],
  ];

  it.each<[string, Zone, number]>([
    ['both wings of a bow tie', [[bowTie]], 32],
    ['parts that overlap once', [[rectangle(1, 1, 7.5, 7.5)], [rectangle(5, 5, 11, 11)]], 6.5 ** 2 + 36 - 6.25],
    ['a part twice, once', [[rectangle(1.5, 1, 7, 7)], [rectangle(1.5, 1, 7, 7)]], 33],
    [
      'a part in the hole of another, as an island',
      [[rectangle(1, 1, 11, 11), rectangle(3, 3, 9, 9)], [rectangle(5, 5, 7, 7)]],
      68,
    ],
    ['a hole outside of its shell, as area', [[rectangle(1, 1, 4, 4), rectangle(6, 6, 8, 8)]], 13],
    [
      'rings that touch in a point',
      [
        [
          rectangle(1, 1, 10, 10),
          [
            [1, 5],
            [4, 3],
            [4, 7],
          ],
        ],
      ],
      75,
    ],
  ])('count %s', (_, zone, area) => {
    expect(sumOf(coverageOf(zone, 12, 12))).toBeCloseTo(area, 7);
    expect(sumOf(coverageOf(zone, 12, 12, 5))).toBeCloseTo(area, 7);
  });

  it('are told of, with their true area', () => {
    const grid = { width: 12, height: 12, tileWidth: 12, tileHeight: 12 };
    const { resolved, zoneArea } = computeCoverage(toSet([[[rectangle(1, 1, 2, 2)]], [[bowTie]]]), grid);
    expect([resolved, zoneArea[0], zoneArea[1]]).toEqual([[1], 1, 32]);
  });
});

describe('polygons into pixels', () => {
  it('may lie on a grid that is turned', () => {
    const turned: Affine = [8, 3, 1000, 3, -8, 2000];
    const corners = rectangle(4.3, 5.1, 17.9, 20.6).map(([col, row]) => apply(turned, col, row));
    const pixels = toPixels(toSet([[[corners]]]), 32631, { transform: turned, epsg: 32631 });
    const shares = toDense(computeCoverage(pixels, { width: 40, height: 30, tileWidth: 16, tileHeight: 16 }), 0);
    expectClose(shares, coverageOf([[rectangle(4.3, 5.1, 17.9, 20.6)]], 40, 30));
  });

  it('bends edges as the change of CRS does', () => {
    const grid = { transform: [10, 0, 130_000, 0, -10, 459_000] as Affine, epsg: 28992 };
    const corners = rectangle(5.03, 52.095, 5.2, 52.096);
    const fine = corners.flatMap(([x, y], i) => {
      const [nextX, nextY] = corners[(i + 1) % 4]!;
      return Array.from({ length: 5000 }, (_, k) => {
        const share = k / 5000;
        return createTransform(4326, 28992).point(x + (nextX - x) * share, y + (nextY - y) * share);
      });
    });
    const found = toPixels(toSet([[[corners]]]), 4326, grid);
    const wanted = toPixels(toSet([[[fine]]]), 28992, grid);
    const size = { width: 1400, height: 400, tileWidth: 512, tileHeight: 512 };
    const [a, b] = [found, wanted].map((set) => toDense(computeCoverage(set, size), 0));
    expect(sumOf(a!)).toBeGreaterThan(12_000);
    expectClose(a!, b!, 1e-3);
    expect(found.coordinates.length).toBeLessThan(400);
  });

  it('meet a raster that runs from 0 to 360 degrees', () => {
    const grid = { transform: [1, 0, 0, 0, -1, 90] as Affine, epsg: 4326 };
    const pixels = toPixels(toSet([[[rectangle(-10, 10, -5, 20)]], [[rectangle(5, 10, 6, 20)]]]), 4326, grid);
    turnOnto(pixels, 360, 360);
    const coverage = computeCoverage(pixels, { width: 360, height: 180, tileWidth: 360, tileHeight: 180 });
    expect(toDense(coverage, 0)[75 * 360 + 352]).toBe(1);
    expect([sumOf(toDense(coverage, 0)), sumOf(toDense(coverage, 1))]).toEqual([50, 10]);
  });

  it('without a place there cover nothing', () => {
    const grid = { transform: [10, 0, 600_000, 0, -10, 5_800_000] as Affine, epsg: 32631 };
    const pixels = toPixels(toSet([[[rectangle(4, 91, 5, 92)]]]), 4326, grid);
    expect(computeCoverage(pixels, { width: 9, height: 9, tileWidth: 9, tileHeight: 9 }).tiles.length).toBe(0);
  });
});

describe.skipIf(!sharedData)('real polygons that were hard for others', () => {
  it.each([
    ['antarctica', 1 / 6],
    ['russia', 1 / 6],
    ['regression4', 0.008333333333333333],
    ['regression6', 0.05],
  ])('%s: the cells add up to its area', (name, cell) => {
    const text = readFileSync(join(sharedData!, 'pairs/exactextract-geometries', `${name}.wkt`), 'utf8');
    const { type, coordinates } = parseWkt(text.replaceAll('"', ''));
    const zone = (type === 'Polygon' ? [coordinates] : coordinates) as Zone;
    const grid = { transform: [cell, 0, -180, 0, -cell, 90] as Affine, epsg: 4326 };
    const size = { width: Math.ceil(360 / cell), height: Math.ceil(180 / cell), tileWidth: 512, tileHeight: 512 };
    const coverage = computeCoverage(toPixels(toSet([zone]), 4326, grid), size);
    const { runLength, cutShare, resolved, zoneArea } = coverage;
    const cells = runLength.reduce((a, b) => a + b, 0) + cutShare.reduce((a, b) => a + b / 2 ** 32, 0);
    const area = zone.reduce(
      (a, [shell, ...holes]) => a + areaOf(shell!) - holes.reduce((b, h) => b + areaOf(h), 0),
      0,
    );
    expect(resolved).toEqual([]);
    expect(cells / zoneArea[0]!).toBeCloseTo(1, 9);
    expect((cells * cell * cell) / area).toBeCloseTo(1, 7);
  });
});

it('a drawing that crosses itself millions of times is refused before it takes memory and time', () => {
  const ring = Array.from({ length: 9000 }, (_, k) => {
    const radius = k % 2 === 0 ? 1 : 30;
    return [radius * Math.cos(k * 2.399963), radius * Math.sin(k * 2.399963)];
  });
  const builder = new PolygonSetBuilder();
  builder.add({ type: 'Polygon', coordinates: [[...ring, ring[0]!]] });
  expect(() => resolveOverlaps(builder.finish(), 0, () => {})).toThrow(/cross each other too often/);
});
