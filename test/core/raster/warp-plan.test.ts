import { assert as assertProperty, constantFrom, double, integer, property } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { apply, invert } from '../../../pipelines/core/grid/affine.ts';
import { createTransform } from '../../../pipelines/core/grid/crs.ts';
import {
  DEFAULT_MAX_ERROR_PIXELS,
  overallScale,
  planWarp,
  positionsAt,
  sourceWindow,
} from '../../../pipelines/core/raster/warp-plan.ts';
import type { RasterGrid, WarpPlan } from '../../../pipelines/core/raster/warp-plan.ts';

/** A Sentinel-2 scene. */
const SCENE: RasterGrid = { transform: [10, 0, 600_000, 0, -10, 5_800_020], epsg: 32631, width: 10980, height: 10980 };
const RD: RasterGrid = { transform: [25, 0, 100_000, 0, -25, 500_000], epsg: 28992, width: 4000, height: 4000 };

function exact(plan: WarpPlan, col: number, row: number): [number, number] {
  const through = createTransform(plan.target.epsg, plan.source.epsg);
  return apply(invert(plan.source.transform)!, ...through.point(...apply(plan.target.transform, col, row)));
}

function at(plan: WarpPlan, col: number, row: number): [number, number] {
  const [x, y] = [new Float64Array(1), new Float64Array(1)];
  positionsAt(plan, row, col, 1, x, y);
  return [x[0]!, y[0]!];
}

describe('planWarp', () => {
  it('keeps every position within the error that it states, and that within the bound', () => {
    const bound = constantFrom(0.125, 0.01, 0.5);
    const size = integer({ min: 1, max: 400 });
    const pixel = constantFrom(1, 10, 152.9, 1222);
    const place = double({ min: 0, max: 1, noNaN: true });
    assertProperty(
      property(bound, size, size, pixel, place, place, place, place, (limit, width, height, side, u, v, s, t) => {
        const [x, y] = [480_000 + u * 300_000, 6_700_000 + v * 200_000];
        const target: RasterGrid = { transform: [side, 0, x, 0, -side, y], epsg: 3857, width, height };
        const plan = planWarp({ source: SCENE, target, maxErrorPixels: limit });
        expect(plan.maxErrorPixels).toBeLessThanOrEqual(limit);
        const [col, row] = [s * width, t * height];
        const [ex, ey] = exact(plan, col, row);
        const [px, py] = at(plan, col, row);
        // a cell whose own extent never meets the source is not refined for it
        const nearby = ex > -100 && ey > -100 && ex < SCENE.width + 100 && ey < SCENE.height + 100;
        if (nearby) expect(Math.hypot(px - ex, py - ey)).toBeLessThanOrEqual(Math.max(plan.maxErrorPixels, 1e-6));
      }),
      { seed: 5, numRuns: 60 },
    );
  });

  it('needs few nodes for a map tile', () => {
    const tile: RasterGrid = {
      transform: [9.55, 0, 560_000, 0, -9.55, 6_800_000],
      epsg: 3857,
      width: 256,
      height: 256,
    };
    const { nodes, maxErrorPixels } = planWarp({ source: SCENE, target: tile });
    expect(nodes.x.length).toBeLessThanOrEqual(81);
    expect(maxErrorPixels).toBeLessThan(DEFAULT_MAX_ERROR_PIXELS);
  });

  it('is exact within one CRS', () => {
    const target: RasterGrid = { transform: [25, 0, 600_100, 0, -25, 5_800_000], epsg: 32631, width: 100, height: 90 };
    const plan = planWarp({ source: SCENE, target });
    expect(plan.maxErrorPixels).toBe(0);
    expect(plan.scale).toEqual([0.4, 0.4]);
    expect(at(plan, 33.5, 17.5)).toEqual([10 + 33.5 * 2.5, 2 + 17.5 * 2.5]);
  });

  it('is exact at centres and corners where the map tears', () => {
    const world: RasterGrid = { transform: [0.5, 0, -180, 0, -0.5, 90], epsg: 4326, width: 720, height: 360 };
    const target: RasterGrid = {
      transform: [5000, 0, 200_000, 0, -5000, 7_500_000],
      epsg: 32601,
      width: 80,
      height: 90,
    };
    const plan = planWarp({ source: world, target });
    for (const [col, row] of [[0, 0] as const, [10.5, 20.5] as const, [33, 77] as const, [79.5, 89.5] as const]) {
      const [ex, ey] = exact(plan, col, row);
      const [px, py] = at(plan, col, row);
      expect(Math.hypot(px - ex, py - ey)).toBeLessThan(1e-9);
    }
  });

  it('gives no position where the target has no place in the source', () => {
    const target: RasterGrid = { transform: [1e6, 0, -2e7, 0, -1e6, 1e7], epsg: 3857, width: 40, height: 20 };
    const plan = planWarp({ source: SCENE, target });
    expect(at(plan, 38.5, 10.5)).toEqual([NaN, NaN]);
    expect(at(plan, 20.5, 4.5).every(Number.isFinite)).toBe(true);
  });

  it('refuses a source that has no area', () => {
    const source: RasterGrid = { ...SCENE, transform: [0, 0, 1, 0, 0, 1] };
    expect(() => planWarp({ source, target: RD })).toThrow(/without area/);
  });
});

describe('sourceWindow', () => {
  it('holds all positions with the radius around them, cut to the raster', () => {
    const plan = planWarp({
      source: SCENE,
      target: { ...RD, transform: [25, 0, 130_000, 0, -25, 470_000], width: 300, height: 200 },
    });
    const window = sourceWindow(plan, 2)!;
    for (const [col, row] of [[0, 0] as const, [300, 0] as const, [0, 200] as const, [300, 200] as const]) {
      const [x, y] = exact(plan, col, row);
      expect(x).toBeGreaterThanOrEqual(window.col + Math.min(2, window.col));
      expect(x).toBeLessThanOrEqual(window.col + window.width - 2);
      expect(y).toBeGreaterThanOrEqual(window.row + Math.min(2, window.row));
      expect(y).toBeLessThanOrEqual(window.row + window.height - 2);
    }
    expect(window.col).toBeGreaterThanOrEqual(0);
  });

  it('is null where the target lies elsewhere', () => {
    const elsewhere: RasterGrid = { ...RD, transform: [25, 0, 250_000, 0, -25, 600_000], width: 10, height: 10 };
    expect(sourceWindow(planWarp({ source: SCENE, target: elsewhere }), 2)).toBeNull();
  });
});

describe('overallScale', () => {
  it('counts columns by columns where that makes sense', () => {
    const target: RasterGrid = {
      transform: [40, 0, 600_000, 0, -40, 5_800_020],
      epsg: 32631,
      width: 2745,
      height: 2745,
    };
    expect(overallScale(planWarp({ source: SCENE, target }))).toEqual([0.25, 0.25]);
  });

  it('falls back on the middle where most of the target is empty', () => {
    const target: RasterGrid = {
      transform: [37, 0, 500_000, 0, -37, 5_900_000],
      epsg: 32631,
      width: 9000,
      height: 9000,
    };
    expect(overallScale(planWarp({ source: SCENE, target }))[0]).toBeCloseTo(10 / 37, 10);
  });
});
