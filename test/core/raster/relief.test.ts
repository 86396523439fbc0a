import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { hillshadeOf, slopeOf } from '../../../pipelines/core/raster/relief.ts';

interface Reference {
  readonly cell: number;
  readonly heights: readonly (readonly number[])[];
  readonly slope: readonly (readonly number[])[];
  readonly northWest: readonly (readonly number[])[];
  readonly south: readonly (readonly number[])[];
}

const NODATA = -9999;
/** From gdaldem; see relief.py. */
const known = JSON.parse(readFileSync(join(import.meta.dirname, 'reference', 'relief.json'), 'utf8')) as Reference;
const [height, width] = [known.slope.length, known.slope[0]!.length];
const heights = Float32Array.from(known.heights.flat(), (value) => (value === NODATA ? NaN : value));
const each = (cell: number) => new Float64Array(height).fill(cell);
const grid = { width, height, cellX: each(known.cell), cellY: each(known.cell) };

describe('relief', () => {
  it('has the slopes of gdaldem', () => {
    const found = slopeOf(heights, grid);
    for (const [i, wanted] of known.slope.flat().entries()) {
      if (wanted === NODATA) expect(found[i]).toBeNaN();
      else expect(found[i]!).toBeCloseTo(wanted, 3);
    }
    expect(Math.max(...known.slope.flat())).toBeGreaterThan(30);
  });

  it.each([
    ['northWest', { azimuth: 315, altitude: 45 }],
    ['south', { azimuth: 170, altitude: 30 }],
  ] as const)('has the brightness of gdaldem, lit from %s', (name, light) => {
    const found = hillshadeOf(heights, grid, light);
    for (const [i, wanted] of known[name].flat().entries()) {
      if (wanted === 0) expect(found[i]).toBeNaN();
      else expect(Math.abs(1 + 254 * found[i]! - wanted)).toBeLessThan(1); // gdaldem keeps whole numbers from 1 to 255
    }
  });

  it('of a plane is the same everywhere: its slope, and the sine of the light above level ground', () => {
    const ramp = Float32Array.from({ length: 25 }, (_, i) => (i % 5) * 10);
    const small = { width: 3, height: 3, cellX: new Float64Array(3).fill(10), cellY: new Float64Array(3).fill(10) };
    for (const slope of slopeOf(ramp, small)) expect(slope).toBeCloseTo(45, 5);
    const level = hillshadeOf(new Float32Array(25), small, { azimuth: 90, altitude: 30 });
    for (const brightness of level) expect(brightness).toBeCloseTo(0.5, 6);
  });
});
