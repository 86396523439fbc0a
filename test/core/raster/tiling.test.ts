import { describe, expect, it } from 'vitest';
import { mercatorToLonLat, MERCATOR_HALF, pixelSize } from '../../../pipelines/core/grid/tile-matrix-set.ts';
import type { DataType, Samples } from '../../../pipelines/core/raster/block.ts';
import { createSamples } from '../../../pipelines/core/raster/block.ts';
import {
  addSamples,
  distinctSamples,
  emptyDistribution,
  mergeDistribution,
  quantile,
  toStatistics,
} from '../../../pipelines/core/raster/distribution.ts';
import { planTiles } from '../../../pipelines/core/raster/tile-plan.ts';
import { halve, hasData } from '../../../pipelines/core/raster/tile-pyramid.ts';
import {
  codingOfRange,
  codingOfType,
  paletteTable,
  tileCodeTable,
  tileCoding,
  toCodes,
} from '../../../pipelines/core/raster/value-code.ts';

function noise(dtype: DataType, n: number, low: number, high: number): Samples {
  let seed = 11;
  const data = createSamples(dtype, n);
  for (let i = 0; i < n; i++) {
    seed = (seed * 1103515245 + 12345) & 0x7fffffff;
    data[i] = low + (high - low) * (seed / 0x7fffffff);
  }
  return data;
}

const CASES = [
  ['uint8', 3, 250],
  ['int8', -100, 90],
  ['int16', -4000, 9000],
  ['uint16', 0, 65535],
  ['int32', -2e6, 5e6],
  ['float32', -0.4, 1.3],
  ['float64', 1e-9, 3e-9],
] as const;

describe.each(CASES)('distribution of %s', (dtype, low, high) => {
  const data = noise(dtype, 5000, low, high);
  const mask = Uint8Array.from({ length: 5000 }, (_, i) => (i % 7 === 3 ? 0 : 1));
  const valid = [...data].filter((_, i) => mask[i] === 1);
  const whole = emptyDistribution(dtype);
  addSamples(whole, data, mask);

  it('agrees with plain sums', () => {
    const mean = valid.reduce((a, b) => a + b, 0) / valid.length;
    const std = Math.sqrt(valid.reduce((a, b) => a + (b - mean) ** 2, 0) / valid.length);
    const got = toStatistics(whole, 2, 0)!;
    expect(got.count).toBe(valid.length);
    expect(got.min).toBe(Math.min(...valid) * 2);
    expect(got.max).toBe(Math.max(...valid) * 2);
    expect(got.mean / 2 / mean).toBeCloseTo(1, 9);
    expect(got.std / 2 / std).toBeCloseTo(1, 9);
    expect(got.histogram.reduce((a, b) => a + b, 0)).toBe(valid.length);
    const step = (high - low) / 64;
    const inFirstHalf = valid.filter((v) => v < Math.min(...valid) + (Math.max(...valid) - Math.min(...valid)) / 2);
    const counted = got.histogram.slice(0, 32).reduce((a, b) => a + b, 0);
    expect(Math.abs(counted - inFirstHalf.length)).toBeLessThan(valid.length * Math.max(0.01, 1 / step / 64));
  });

  it('is the same from parts, in any order', () => {
    const merged = emptyDistribution(dtype);
    for (const [from, to] of [[3000, 5000] as const, [0, 1] as const, [1, 3000] as const]) {
      const part = emptyDistribution(dtype);
      addSamples(part, data.subarray(from, to), mask.subarray(from, to));
      mergeDistribution(merged, part);
    }
    expect(Buffer.compare(Buffer.from(merged.bins.buffer), Buffer.from(whole.bins.buffer))).toBe(0);
    expect([merged.count, merged.min, merged.max]).toEqual([whole.count, whole.min, whole.max]);
    expect(merged.mean / whole.mean).toBeCloseTo(1, 12);
    expect(merged.deviation / whole.deviation).toBeCloseTo(1, 9);
  });

  it('knows quantiles to its resolution', () => {
    const sorted = valid.toSorted((a, b) => a - b);
    for (const q of [0.02, 0.5, 0.98]) {
      const exact = sorted[Math.ceil(q * sorted.length) - 1]!;
      expect(Math.abs(quantile(whole, q) - exact)).toBeLessThanOrEqual(Math.max(Math.abs(exact) * 0.002, 1e-12));
    }
  });

  it('becomes codes and values within half a step', () => {
    const range = { min: Math.min(...valid), max: Math.max(...valid) };
    for (const precision of [8, 16] as const) {
      const coding = codingOfRange(range, dtype);
      const calibration = { scale: 0.5, offset: 10 };
      const tile = tileCoding(range, dtype, precision, calibration);
      const table = tileCodeTable(coding, calibration, tile);
      const codes = toCodes(data, mask, coding);
      let wrong = 0;
      for (let i = 0; i < data.length; i++) {
        const code = table[codes[i]!]!;
        const error = Math.abs(tile.offset + tile.scale * code - (data[i]! * 0.5 + 10));
        const near = error <= (tile.scale + coding.step * 0.5) * 0.5001 + 1e-13;
        const fits = code >= 1 && code <= (precision === 8 ? 255 : 65535);
        if (mask[i] === 0 ? code !== 0 : !near || !fits) wrong++;
      }
      expect(wrong).toBe(0);
    }
  });
});

it('counts different samples', () => {
  const bytes = emptyDistribution('uint8');
  addSamples(bytes, Uint8Array.of(4, 4, 9, 200, 9), Uint8Array.of(1, 1, 1, 0, 1));
  expect(distinctSamples(bytes)).toBe(2);
});

describe('value codes', () => {
  it('are the bytes themselves where 0 is free, and exact where one code per byte suffices', () => {
    const plain = { scale: 1, offset: 0 };
    expect(tileCoding({ min: 1, max: 250 }, 'uint8', 8, plain)).toEqual({ precision: 8, scale: 1, offset: 0 });
    expect(tileCoding({ min: 0, max: 254 }, 'uint8', 8, plain)).toEqual({ precision: 8, scale: 1, offset: -1 });
    expect(tileCoding({ min: -20, max: 90 }, 'int8', 8, plain)).toEqual({ precision: 8, scale: 1, offset: -21 });
    expect(tileCoding({ min: 7, max: 60000 }, 'uint16', 16, plain)).toEqual({ precision: 16, scale: 1, offset: 0 });
  });

  it('make infinite and NaN samples nodata, and stand a range of one value', () => {
    const coding = codingOfRange({ min: 2, max: 2 }, 'float32');
    expect([...toCodes(Float32Array.of(2, NaN, Infinity, -Infinity), null, coding)]).toEqual([1, 0, 0, 0]);
    const tile = tileCoding({ min: 2, max: 2 }, 'float32', 8, { scale: 1, offset: 0 });
    expect(tile.offset + tile.scale).toBe(2);
  });

  it('exist without a known range for 8 and 16 bits only', () => {
    for (const [dtype, low, high] of CASES) {
      const coding = codingOfType(dtype);
      expect(coding !== null).toBe(/^u?int(8|16)$/.test(dtype));
      if (!coding) continue;
      const data = noise(dtype, 1000, low, high);
      const codes = toCodes(data, null, coding);
      expect(codes.every((code, i) => Math.abs(coding.low + code - 1 - data[i]!) <= 1)).toBe(true);
      expect(codes.every((code) => code > 0)).toBe(true);
    }
  });

  it('go along the palette by value', () => {
    const table = paletteTable({ low: -10000, step: 1 }, { scale: 1e-4, offset: 0 }, { min: -0.2, max: 0.9 });
    const at = (value: number) => table[Math.round(value * 1e4) + 10001];
    expect([table[0], at(-1), at(-0.2), at(0.35), at(0.9), at(1)]).toEqual([0, 1, 1, 128, 255, 255]);
  });
});

describe('halve', () => {
  const four = (a: number, b: number, c: number, d: number) => Uint16Array.of(a, b, c, d);

  it('means the valid ones, rounded', () => {
    expect([...halve(four(10, 20, 30, 41), 2, 'mean')]).toEqual([25]);
    expect([...halve(four(0, 20, 0, 41), 2, 'mean')]).toEqual([31]);
    expect([...halve(four(0, 0, 7, 0), 2, 'mean')]).toEqual([7]);
    expect([...halve(four(65535, 65535, 65535, 65535), 2, 'mean')]).toEqual([65535]);
    expect([...halve(four(0, 0, 0, 0), 2, 'mean')]).toEqual([0]);
  });

  it('takes the most frequent, of equals the first, never nodata', () => {
    expect([...halve(four(5, 3, 3, 9), 2, 'mode')]).toEqual([3]);
    expect([...halve(four(5, 3, 5, 3), 2, 'mode')]).toEqual([5]);
    expect([...halve(four(0, 0, 0, 8), 2, 'mode')]).toEqual([8]);
    expect([...halve(four(4, 6, 7, 7), 2, 'mode')]).toEqual([7]);
    expect([...halve(four(4, 6, 7, 8), 2, 'mode')]).toEqual([4]);
  });

  it('keeps the place of data for every part above it', () => {
    const codes = new Uint16Array(64 * 64);
    codes[40 * 64 + 17] = 9;
    const top = halve(halve(codes, 64, 'mean'), 32, 'mean');
    const has = (col: number, row: number) => hasData({ planes: [top], stride: 16, col, row, size: 4 });
    expect([has(4, 8), has(0, 8), has(4, 4), has(8, 8)]).toEqual([true, false, false, false]);
  });
});

describe('planTiles', () => {
  const utm = (size: number, pixel = 10) =>
    ({ transform: [pixel, 0, 600000, 0, -pixel, 5800020], epsg: 32631, width: size, height: size }) as const;
  const request = (size: number, pixel = 10) => {
    const grid = utm(size, pixel);
    return { name: 'x.tif', grid, levels: [grid], resampling: 'bilinear', tileSize: 256 } as const;
  };

  it('ends where pixels are no larger than the raster’s and begins at about one tile', () => {
    // 10 m at 52° is 16.2 m on the map: zoom 13 has 19.1 m, zoom 14 9.6 m. A Sentinel-2 tile is 180 km there.
    expect(planTiles(request(10980))).toMatchObject({ minZoom: 7, maxZoom: 14, level: 0, renderZoom: 14 });
    expect(planTiles({ ...request(10980), tileSize: 512 })).toMatchObject({ maxZoom: 13 });
  });

  it('keeps the zoom of a raster that is a zoom already', () => {
    const size = pixelSize(13, 256);
    const transform = [size, 0, 4096 * size - MERCATOR_HALF, 0, -size, MERCATOR_HALF - 4096 * size] as const;
    const grid = { transform, epsg: 3857, width: 512, height: 512 };
    const plan = planTiles({ ...request(1), grid, levels: [grid] });
    expect(plan).toMatchObject({ minZoom: 12, maxZoom: 13 });
    const [west, , , north] = plan.bounds;
    expect([west, north]).toEqual(mercatorToLonLat(transform[2], transform[5]).map((v) => expect.closeTo(v, 9)));
  });

  it('reads the coarsest level that is fine enough, and averages what no level offers', () => {
    const levels = [10980, 5490, 2745].map((n) => ({ width: n, height: n }));
    const at = (maxZoom: number, size: typeof levels = levels) =>
      planTiles({ ...request(10980), maxZoom, levels: size });
    expect(at(13)).toMatchObject({ level: 0, renderZoom: 13 });
    expect(at(12)).toMatchObject({ level: 1, renderZoom: 12 });
    expect(at(10)).toMatchObject({ level: 2, renderZoom: 11 });
    expect(at(10, levels.slice(0, 1))).toMatchObject({ level: 0, renderZoom: 13 });
    expect(planTiles({ ...request(10980), resampling: 'nearest', maxZoom: 10, levels })).toMatchObject({
      level: 0,
      renderZoom: 10,
    });
  });

  it('follows the Hilbert curve: brothers are together', () => {
    const parents = planTiles(request(10980)).roots.map(({ z, x, y }) => `${z - 1}/${x >> 1}/${y >> 1}`);
    const changes = parents.filter((parent, i) => parent !== parents[i - 1]).length;
    expect(changes).toBe(new Set(parents).size);
  });

  it('refuses what cannot be', () => {
    expect(() => planTiles({ ...request(100), maxZoom: 99 })).toThrow(/maxzoom is 99.*0 to 24/);
    expect(() => planTiles({ ...request(100), minZoom: 12, maxZoom: 9 })).toThrow(
      /--minzoom 12 lies above --maxzoom 9/,
    );
    expect(() => planTiles({ ...request(10980), maxZoom: 24 })).toThrow(
      /x\.tif would be some [\d,]{9,} tiles.*--maxzoom 14/,
    );
    const far = { ...utm(100), epsg: 4326 }; // metres taken for degrees
    expect(() => planTiles({ ...request(100), grid: far, levels: [far] })).toThrow(
      /x\.tif does not lie on the Web Mercator map/,
    );
  });
});
