import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { isPlatformError } from '../../../pipelines/core/errors.ts';
import type { Coverage } from '../../../pipelines/core/geometry/zonal/coverage.ts';
import { computeCoverage } from '../../../pipelines/core/geometry/zonal/coverage.ts';
import {
  addPieces,
  createZoneMoments,
  measurePieces,
  PIECE_MOMENTS,
} from '../../../pipelines/core/geometry/zonal/moments.ts';
import { sortPairs } from '../../../pipelines/core/geometry/zonal/sort-pairs.ts';
import { describeList, momentColumn, parseStatistics } from '../../../pipelines/core/geometry/zonal/statistics.ts';
import type { ValueScale } from '../../../pipelines/core/geometry/zonal/statistics.ts';
import { ValueCollector } from '../../../pipelines/core/geometry/zonal/weighted-values.ts';
import type { DataType, Samples } from '../../../pipelines/core/raster/block.ts';
import { createSamples } from '../../../pipelines/core/raster/block.ts';
import { createRandom } from '../../support/random.ts';
import { rectangle, star, toSet } from '../../support/zones.ts';
import type { Zone } from '../../support/zones.ts';

const reference = JSON.parse(readFileSync(join(import.meta.dirname, '../reference/zonal.json'), 'utf8')) as Record<
  'plain' | 'holes',
  Record<string, number | null>[]
> & { width: number; height: number; zones: Zone[] };
const { width, height } = reference;

/** The raster of `reference/zonal.py`. */
function pattern(dtype: DataType): Samples {
  const data = createSamples(dtype, width * height);
  for (let row = 0; row < height; row++)
    for (let col = 0; col < width; col++) data[row * width + col] = (row * 37 + col * 11 + row * col) % 101;
  return data;
}

const everySeventh = Uint8Array.from({ length: width * height }, (_, i) =>
  (Math.floor(i / width) * 3 + (i % width) * 5) % 7 === 0 ? 0 : 1,
);

/** Statistics of all zones of one tile, by name. */
function statisticsOf(
  coverage: Coverage,
  data: Samples,
  dtype: DataType,
  mask: Uint8Array | null,
  names: string,
  scale: ValueScale = { scale: 1, offset: 0 },
): Record<string, number | string | null>[] {
  const pieces = coverage.pieceZone.length;
  const moments = new Float64Array(PIECE_MOMENTS * pieces);
  measurePieces(coverage, data, mask, moments);
  const zones = createZoneMoments(coverage.zoneArea.length);
  addPieces(zones, coverage.pieceZone, moments);
  const collector = new ValueCollector(dtype);
  const rows = Array.from(coverage.zoneArea, (): Record<string, number | string | null> => ({}));
  for (const statistic of parseStatistics(names)) {
    if (statistic.kind === 'moment') {
      const column = momentColumn(statistic.name, zones, coverage.zoneArea, scale);
      for (const [zone, row] of rows.entries()) row[statistic.name] = Number.isNaN(column[zone]) ? null : column[zone]!;
      continue;
    }
    for (let piece = 0; piece < pieces; piece++) {
      const list = collector.collect(coverage, piece, data, mask);
      const row = rows[coverage.pieceZone[piece]!]!;
      row[statistic.name] = list.length === 0 ? null : describeList([statistic], list, scale)[0]!;
    }
  }
  return rows;
}

const cover = (zones: readonly Zone[], w = width, h = height) =>
  computeCoverage(toSet(zones), { width: w, height: h, tileWidth: w, tileHeight: h });

const TYPES: readonly DataType[] = ['uint8', 'int16', 'uint16', 'int32', 'float32', 'float64'];

describe('statistics against exactextract', () => {
  describe.each([
    ['plain', null],
    ['holes', everySeventh],
  ] as const)('on the raster %s', (name, mask) => {
    it.each(TYPES)('as %s', (dtype) => {
      const names = 'count,sum,mean,std,min,max,majority,minority,variety';
      const found = statisticsOf(cover(reference.zones), pattern(dtype), dtype, mask, names);
      let compared = 0;
      for (const [zone, wanted] of reference[name].entries()) {
        if (wanted['count'] === 0) {
          expect(found[zone]).toMatchObject({ count: 0, sum: null, mean: null, std: null, min: null, max: null });
          continue;
        }
        for (const [statistic, value] of Object.entries({ ...wanted, std: wanted['stdev']! })) {
          if (statistic === 'stdev') continue;
          const own = found[zone]![statistic] as number;
          const tolerance = 1e-6 * Math.max(1, Math.abs(value!));
          // Their weights are float32: equally heavy values may come in either order, and only then may we differ.
          if ((statistic === 'majority' || statistic === 'minority') && own !== value)
            expect(weightOf(zone, own, mask)).toBeCloseTo(weightOf(zone, value!, mask), 5);
          else expect(Math.abs(own - value!), `${statistic} of zone ${zone}`).toBeLessThan(tolerance);
          compared++;
        }
      }
      expect(compared).toBeGreaterThan(300);
    });
  });
});

function weightOf(zone: number, value: number, mask: Uint8Array | null): number {
  const data = pattern('float64').map((sample, i) => (mask?.[i] === 0 || sample !== value ? 0 : 1));
  const rows = statisticsOf(cover([reference.zones[zone]!]), data, 'float64', null, 'sum');
  return rows[0]!['sum'] as number;
}

describe('percentiles', () => {
  it('are the smallest value whose cumulative weight reaches the share', () => {
    const data = Uint8Array.of(10, 20, 30, 40);
    const cells = [rectangle(0, 0, 1, 1), rectangle(1, 0, 2, 0.5), rectangle(2, 0, 3, 0.25), rectangle(3, 0, 4, 0.25)];
    const coverage = cover([cells.map((ring) => [ring])], 4, 1);
    const [row] = statisticsOf(coverage, data, 'uint8', null, 'count,p0,median,p50.1,p75,p76,p87.5,p88,p100');
    expect(row).toEqual({
      count: 2,
      p0: 10,
      median: 10,
      'p50.1': 20,
      p75: 20,
      p76: 30,
      'p87.5': 30,
      p88: 40,
      p100: 40,
    });
  });

  it('are those of sorting, for values of any type', () => {
    const random = createRandom(8);
    const zone: Zone = [[star(random, 30, 25, 20, 17)]];
    for (const dtype of TYPES) {
      const data = createSamples(dtype, width * height).map(() => random() * 200) as Samples;
      const coverage = cover([zone]);
      const [row] = statisticsOf(coverage, data, dtype, null, 'count,p5,p33,median,p99');
      const cells: [number, number][] = [];
      const [, endRun, , endCut] = coverage.pieceRange;
      for (let run = 0; run < endRun!; run++)
        for (let k = 0; k < coverage.runLength[run]!; k++) cells.push([data[coverage.runStart[run]! + k]!, 1]);
      for (let cut = 0; cut < endCut!; cut++)
        cells.push([data[coverage.cutCell[cut]!]!, coverage.cutShare[cut]! / 2 ** 32]);
      cells.sort((a, b) => a[0] - b[0]);
      for (const [name, share] of [
        ['p5', 0.05],
        ['p33', 0.33],
        ['median', 0.5],
        ['p99', 0.99],
      ] as const) {
        let sum = 0;
        const wanted = cells.find(([, weight]) => (sum += weight) >= share * (row!['count'] as number))!;
        expect(row![name], `${name} of ${dtype}`).toBe(wanted[0]);
      }
    }
  });
});

describe('values', () => {
  const ramp = Int16Array.of(0, 1000, 2000, 3000);
  const all = cover([[[rectangle(0, 0, 4, 1)]]], 4, 1);

  it('have scale and offset applied, without the noise of binary fractions', () => {
    const names = 'min,max,mean,std,sum,median,majority,shares';
    const [row] = statisticsOf(all, ramp, 'int16', null, names, { scale: 0.0001, offset: -0.1 });
    expect(row).toMatchObject({ min: -0.1, max: 0.2, median: 0, majority: 0.2 });
    expect(row!['shares']).toBe('{"0":0.25,"-0.1":0.25,"0.1":0.25,"0.2":0.25}');
    expect(row!['mean']).toBeCloseTo(0.05, 12);
    expect(row!['sum']).toBeCloseTo(0.2, 12);
    expect(row!['std']).toBeCloseTo(Math.sqrt(1.25e6) / 1e4, 12);
  });

  it('keep their order under a negative scale', () => {
    const names = 'min,max,p25,p75,majority,histogram';
    const [row] = statisticsOf(all, ramp, 'int16', null, names, { scale: -1, offset: 0 });
    expect(row).toMatchObject({ min: -3000, max: 0, p25: -3000, p75: -1000, majority: 0 });
    const steps = JSON.parse(row!['histogram'] as string) as number[];
    expect([steps.length, steps[0], steps.at(-1), steps.reduce((a, b) => a + b)]).toEqual([64, 1, 1, 4]);
  });

  it('with a small spread around a large number keep their digits', () => {
    const data = Float64Array.of(1e9, 1e9 + 0.5, 1e9 + 1, 1e9 + 1.5);
    const [row] = statisticsOf(all, data, 'float64', null, 'std');
    expect(row!['std']).toBeCloseTo(Math.sqrt(0.3125), 9);
    const high = Uint16Array.of(65535, 65534, 65535, 65534);
    expect(statisticsOf(all, high, 'uint16', null, 'std')[0]!['std']).toBeCloseTo(0.5, 12);
  });

  it('of all 16 bits add up in long runs', () => {
    const n = 70_000;
    const data = new Uint16Array(n).fill(65535);
    data[n - 1] = 0;
    const [row] = statisticsOf(cover([[[rectangle(0, 0, n, 1)]]], n, 1), data, 'uint16', null, 'sum,std,min');
    const mean = (65535 * (n - 1)) / n;
    expect(row).toMatchObject({ sum: 65535 * (n - 1), min: 0 });
    expect(row!['std']).toBeCloseTo(Math.sqrt(((65535 - mean) ** 2 * (n - 1) + mean ** 2) / n), 6);
  });

  it('of equal weight: the highest is the majority and the lowest the minority', () => {
    const [row] = statisticsOf(all, ramp, 'int16', null, 'majority,minority,variety,share_1000,share_7');
    expect(row).toEqual({ majority: 3000, minority: 0, variety: 4, share_1000: 0.25, share_7: 0 });
  });

  it('share of valid cells counts what lies beyond the raster as not valid', () => {
    const zones: Zone[] = [[[rectangle(0, 0, 8, 1)]], [[rectangle(10, 0, 12, 1)]], [[rectangle(1, 0.5, 2, 1)]]];
    const rows = statisticsOf(cover(zones, 4, 1), ramp, 'int16', Uint8Array.of(1, 1, 1, 0), 'valid_share');
    expect(rows.map((row) => row['valid_share'])).toEqual([0.375, 0, 1]);
  });
});

describe('names of statistics', () => {
  it.each(['', 'average', 'p101', 'p', 'count,', 'share_', 'mean,mean', 'P10'])('"%s" is refused', (text) => {
    expect(() => parseStatistics(text)).toThrow(expect.toSatisfy((e) => isPlatformError(e) && e.code === 'usage'));
  });

  it('keep their order', () => {
    const names = 'p2.5,count,share_-1.5,histogram,p0,p100';
    expect(parseStatistics(names).map(({ name }) => name)).toEqual(names.split(','));
  });
});

it('sortPairs sorts as the built-in sort, and moves values along', () => {
  const random = createRandom(9);
  for (const n of [0, 1, 2, 11, 12, 13, 24, 25, 100, 4097]) {
    const keys = Float64Array.from({ length: n }, () => Math.floor(random() * n));
    const values = keys.map((key) => key * 3);
    const wanted = keys.toSorted();
    sortPairs(keys, values, n, new Float64Array(n), new Float64Array(n));
    expect(keys).toEqual(wanted);
    expect(values).toEqual(wanted.map((key) => key * 3));
  }
});
