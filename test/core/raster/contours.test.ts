import { describe, expect, it } from 'vitest';
import { contourLines, contourPixels } from '../../../pipelines/core/raster/contours.ts';
import gdal from './reference/contours.json' with { type: 'json' };

const { width, height, interval } = gdal;
/** Two hills, as in the reference. */
const hills = Float32Array.from({ length: width * height }, (_, i) => {
  const [col, row] = [i % width, Math.floor(i / width)];
  const hill = (top: number, x: number, y: number, wide: number) =>
    top * Math.exp(-((col - x) ** 2 + (row - y) ** 2) / wide);
  return hill(100, 26, 28, 120) + hill(75, 52, 33, 90);
});

function measure(points: Float64Array) {
  let [length, area] = [0, 0];
  for (let i = 2; i < points.length; i += 2) {
    const [x, y, toX, toY] = [points[i - 2]!, points[i - 1]!, points[i]!, points[i + 1]!];
    length += Math.hypot(toX - x, toY - y);
    area += (x * toY - toX * y) / 2;
  }
  return { length, area: Math.abs(area) };
}

describe('contour lines', () => {
  it('are those of gdal_contour', () => {
    const lines = contourLines(hills, { width, height }, interval);
    const levels = [...Map.groupBy(lines, ({ level }) => level)].map(([level, ofLevel]) => {
      const measured = ofLevel.map(({ points }) => measure(points));
      const sum = (of: 'length' | 'area') => measured.reduce((total, one) => total + one[of], 0);
      return { height: level, lines: ofLevel.length, length: sum('length'), area: sum('area') };
    });
    expect(levels.map(({ height: at, lines: count }) => [at, count])).toEqual(
      gdal.levels.map(({ height: at, lines: count }) => [at, count]),
    );
    levels.forEach(({ length, area }, k) => {
      expect(length).toBeCloseTo(gdal.levels[k]!.length, 3);
      expect(area).toBeCloseTo(gdal.levels[k]!.area, 2);
    });
  });

  it('close around a hill and end beside what has no height', () => {
    const whole = contourLines(hills, { width, height }, interval);
    for (const { points } of whole) expect(points.slice(-2)).toEqual(points.slice(0, 2));
    const torn = hills.slice();
    torn[28 * width + 26] = NaN; // the top of the first
    const cut = contourLines(torn, { width, height }, 1).filter(({ points }) => points[0] !== points.at(-2));
    expect(cut.length).toBeGreaterThan(0);
    for (const { points } of cut) for (const at of points) expect(at).toBe(at);
  });

  it('go between the high corners of a saddle where its middle is low, and the other way where it is high', () => {
    const count = (a: number, b: number) => {
      const lines = contourLines(Float32Array.of(a, b, b, a), { width: 2, height: 2 }, 10);
      return lines.map(({ points }) => [...points]);
    };
    // upper left and lower right are 14 or 18, the others 5; the level is 10
    const low = count(14, 5);
    const high = count(18, 5);
    expect(low).toHaveLength(2);
    expect(high).toHaveLength(2);
    const joins = (lines: number[][], x: number) =>
      lines.some(([x1, y1, x2, y2]) => (y1 === 0 && x2 === x) || (y2 === 0 && x1 === x));
    expect(joins(low, 0)).toBe(true); // from the top to the left: each high corner by itself
    expect(joins(high, 1)).toBe(true); // from the top to the right: each low corner by itself
  });

  it('are refused where they would be more than anybody can use', () => {
    expect(() => contourLines(hills, { width, height }, 0.001)).toThrow(/larger interval/);
  });
});

describe('the picture of contour lines', () => {
  it('is the same in two halves as in one', () => {
    const size = { width: width - 2, height: height - 2 };
    const whole = contourPixels(hills, size, interval);
    const half = 30;
    const rows = (from: number, count: number) => {
      const part = new Float32Array((half + 2) * count);
      for (let row = 0; row < count; row++)
        part.set(hills.subarray(row * width + from, row * width + from + half + 2), row * (half + 2));
      return contourPixels(part, { width: half, height: size.height }, interval);
    };
    const [left, right] = [rows(0, height), rows(half, height)];
    let lines = 0;
    for (let row = 0; row < size.height; row++)
      for (let col = 0; col < half; col++) {
        expect(left[row * half + col]).toEqual(whole[row * size.width + col]);
        expect(right[row * half + col]).toEqual(whole[row * size.width + half + col]);
        if (left[row * half + col] === left[row * half + col]) lines++;
      }
    expect(lines).toBeGreaterThan(100);
  });

  it('has a pixel wherever a line passes between it and the next one, and no other', () => {
    const size = { width: width - 2, height: height - 2 };
    const drawn = contourPixels(hills, size, interval);
    for (let row = 0; row < size.height; row++)
      for (let col = 0; col < size.width; col++) {
        const at = (row + 1) * width + col + 1;
        const band = (i: number) => Math.floor(hills[i]! / interval);
        const isLine = band(at) !== band(at + 1) || band(at) !== band(at + width);
        const level = drawn[row * size.width + col]!;
        expect(level === level).toBe(isLine);
        if (isLine) expect(level % interval).toBe(0);
      }
  });
});
