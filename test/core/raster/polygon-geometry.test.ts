/** Outlines on the globe and their areas; the numbers come from `reference/areas.py`. */
import { describe, expect, test } from 'vitest';
import type { Affine } from '../../../pipelines/core/grid/affine.ts';
import { areaMeasure, toLonLat } from '../../../pipelines/core/raster/polygon-geometry.ts';
import type { PixelGrid } from '../../../pipelines/core/raster/polygon-geometry.ts';
import { findRuns } from '../../../pipelines/core/raster/runs.ts';
import { createVectoriser } from '../../../pipelines/core/raster/vectorise.ts';

/** A square of `side` pixels with a hole of one pixel in it. */
function square(side: number) {
  const classes = new Uint8Array(side * side).fill(1);
  classes[side + 1] = 0;
  const vectoriser = createVectoriser({ connectedness: 4 });
  const window = { col: 0, row: 0, width: side, height: side };
  const [component] = [...vectoriser.add(findRuns(classes, window)), ...vectoriser.finish()];
  return component!;
}

const one = { pixels: 1, polygons: [[[0, 0, 0, 1, 1, 1, 1, 0]]] };
const gridOf = (epsg: number, cell: number, x: number, y: number, side = 1): PixelGrid => ({
  width: side,
  height: side,
  transform: [cell, 0, x, 0, -cell, y],
  epsg,
});

describe('areas', () => {
  test.each([
    { epsg: 4326, cell: 0.01, x: 5, y: 52.5, expected: 755768.6518665832 },
    { epsg: 3857, cell: 1000, x: 600_000, y: 6_900_000, expected: 370454.7059704764 },
  ])('are those on the ellipsoid in EPSG:$epsg', ({ epsg, cell, x, y, expected }) => {
    const measure = areaMeasure(gridOf(epsg, cell, x, y));
    expect(measure.kind).toBe('ellipsoid');
    expect(measure.pixelArea / expected).toBeCloseTo(1, 8);
    expect(measure.areaOf(one)).toBe(measure.pixelArea);
  });

  test.each([
    { epsg: 28992, x: 120_000, y: 480_000, scale: 0.99984 },
    { epsg: 32631, x: 600_000, y: 5_800_000, scale: 0.9994460059760373 },
    { epsg: 3035, x: 3_962_000, y: 3_260_000, scale: 0.9999989367223343 },
  ])('are planar in EPSG:$epsg, with the scale beside', ({ epsg, x, y, scale }) => {
    const measure = areaMeasure(gridOf(epsg, 10, x, y));
    expect([measure.kind, measure.pixelArea, measure.areaOf({ ...one, pixels: 7 })]).toEqual(['planar', 100, 700]);
    expect(measure.scale).toBeCloseTo(scale, 5);
  });

  test('leave holes out and add up over parts', () => {
    const [grid, { pixels, polygons }] = [gridOf(3857, 10, 600_000, 6_900_000, 8), square(8)];
    const measure = areaMeasure(grid);
    expect(pixels).toBe(63);
    expect(measure.areaOf({ pixels, polygons }) / (63 * measure.pixelArea)).toBeCloseTo(1, 4);
    expect(measure.areaOf({ pixels, polygons: [polygons[0]!, polygons[0]!] })).toBeCloseTo(
      2 * measure.areaOf({ pixels, polygons }),
      6,
    );
  });
});

describe('outlines in WGS 84', () => {
  const turn = (ring: number[][]) =>
    ring.slice(1).reduce((sum, [x, y], i) => sum + ring[i]![0]! * y! - x! * ring[i]![1]!, 0);

  test.each<{ name: string; transform: Affine }>([
    { name: 'north up', transform: [10, 0, 120_000, 0, -10, 480_000] },
    { name: 'south up', transform: [10, 0, 120_000, 0, 10, 480_000] },
  ])('are closed and turn as RFC 7946 wants, $name', ({ transform }) => {
    const geometry = toLonLat(square(5), { width: 5, height: 5, transform, epsg: 28992 });
    expect(geometry.type).toBe('Polygon');
    const [outer, hole] = geometry.coordinates as number[][][];
    for (const ring of [outer!, hole!]) expect(ring.at(-1)).toEqual(ring[0]);
    expect([outer!.length, hole!.length]).toEqual([5, 5]);
    expect(turn(outer!)).toBeGreaterThan(0);
    expect(turn(hole!)).toBeLessThan(0);
    expect(outer![0]![0]).toBeCloseTo(4.874, 4); // PROJ
    expect(outer![0]![1]).toBeCloseTo(52.30685, 4);
  });

  test('split long sides where every neighbour splits them', () => {
    const classes = new Uint8Array(200 * 2).fill(1, 0, 200).fill(2, 200);
    const vectoriser = createVectoriser({ connectedness: 4 });
    const window = { col: 0, row: 0, width: 200, height: 2 };
    const components = [...vectoriser.add(findRuns(classes, window)), ...vectoriser.finish()];
    const [upper, lower] = components.map((c) => toLonLat(c, gridOf(32631, 10, 600_000, 5_800_000)));
    const corners = (geometry: typeof upper) => new Set((geometry!.coordinates as number[][][])[0]!.map(String));
    expect(corners(upper).size).toBe(4 + 2 * 3);
    expect([...corners(upper)].filter((c) => corners(lower).has(c)).length).toBe(5);
  });
});
