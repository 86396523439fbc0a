import { describe, expect, it } from 'vitest';
import { lonLatBoxesMeet, lonLatBoxOf, reprojectBounds } from '../../../pipelines/core/grid/reproject-bounds.ts';
import reference from '../reference/crs.json' with { type: 'json' };

const SQUARE = { minX: 600_000, minY: 5_690_220, maxX: 709_800, maxY: 5_800_020, epsg: 32631 };

describe('reprojectBounds', () => {
  for (const { source, target, box, expected } of reference.boxes)
    it(`EPSG:${source} to EPSG:${target} as PROJ's densified bounds`, () => {
      const [minX, minY, maxX, maxY] = box as [number, number, number, number];
      const found = reprojectBounds({ minX, minY, maxX, maxY, epsg: source }, target)!;
      // PROJ's own way to RD differs by up to 0.3 m
      const tolerance = target === 4326 ? 5e-5 : source === 28992 || target === 28992 ? 0.5 : 0.05;
      [found.minX, found.minY, found.maxX, found.maxY].forEach((v, i) =>
        expect(Math.abs(v - expected[i]!)).toBeLessThan(tolerance),
      );
    });

  it('keeps a box across the antimeridian narrow', () => {
    const zone1 = { minX: 200_000, minY: 6_900_000, maxX: 409_800, maxY: 7_009_800, epsg: 32601 };
    const degrees = reprojectBounds(zone1, 4326)!;
    expect(degrees.maxX - degrees.minX).toBeLessThan(5);
    const mercator = reprojectBounds(zone1, 3857)!;
    expect(mercator.maxX - mercator.minX).toBeLessThan(600_000);
    const [west, , east] = lonLatBoxOf(zone1)!;
    expect(west).toBeGreaterThan(170);
    expect(east).toBeLessThan(-170);
  });

  it('is null where nothing has a place', () => {
    expect(reprojectBounds({ minX: 90, minY: 0, maxX: 91, maxY: 1, epsg: 4326 }, 32660 - 30)).toBeNull();
  });

  it('contains its inside', () => {
    const { minX, minY, maxX, maxY } = reprojectBounds(SQUARE, 28992)!;
    const back = reprojectBounds({ minX, minY, maxX, maxY, epsg: 28992 }, 32631)!;
    expect(back.minX <= SQUARE.minX && back.maxX >= SQUARE.maxX).toBe(true);
    expect(back.minY <= SQUARE.minY && back.maxY >= SQUARE.maxY).toBe(true);
  });
});

describe('lonLatBoxesMeet', () => {
  it('knows the antimeridian and the margin', () => {
    expect(lonLatBoxesMeet([5, 52, 6, 53], [0, 0, 6, 84], 0)).toBe(true);
    expect(lonLatBoxesMeet([11, 52, 12, 53], [0, 0, 6, 84], 0)).toBe(false);
    expect(lonLatBoxesMeet([11, 52, 12, 53], [0, 0, 6, 84], 6)).toBe(true);
    expect(lonLatBoxesMeet([179, 0, -179, 1], [-180, 0, -174, 84], 0)).toBe(true);
    expect(lonLatBoxesMeet([179, 0, 179.5, 1], [-180, 0, -174, 84], 0)).toBe(false);
    expect(lonLatBoxesMeet([-180, -90, 180, 90], [12, -80, 18, 0], 0)).toBe(true);
    expect(lonLatBoxesMeet([14, 20, 15, 21], [12, -80, 18, 0], 6)).toBe(false);
  });
});
