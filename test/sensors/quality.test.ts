/** Quality flags: faults planted in seeded series, and real ones where they are there. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, test } from 'vitest';
import { findProperty, OBSERVED_PROPERTIES } from '../../pipelines/core/sensors/properties.ts';
import { medcouple } from '../../pipelines/core/sensors/quality/adjusted-fences.ts';
import { isSpringForward } from '../../pipelines/core/sensors/quality/daylight.ts';
import { packFlagger, unpackFlagger } from '../../pipelines/core/sensors/quality/flagger-json.ts';
import { createFlagger, startFlagger } from '../../pipelines/core/sensors/quality/flagger.ts';
import { examineSeries, flagSeries } from '../../pipelines/core/sensors/quality/flag-series.ts';
import type { FlagName } from '../../pipelines/core/sensors/quality/flags.ts';
import { FLAG, flagNames } from '../../pipelines/core/sensors/quality/flags.ts';
import { slideMedians } from '../../pipelines/core/sensors/quality/hampel.ts';
import { mostChange } from '../../pipelines/core/sensors/quality/limits.ts';
import { distanceKm } from '../../pipelines/core/sensors/quality/near-stations.ts';
import { flagNeighbours } from '../../pipelines/core/sensors/quality/neighbours.ts';
import { createRandom } from '../support/random.ts';
import { sharedData } from '../support/shared-data.ts';

const HOUR = 3_600_000;
const START = Date.UTC(2024, 3, 1);
const AIR = findProperty('air_temperature')!.quality;

function normal(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

/** Hourly temperatures: day, passing weather, noise; read to `unit`. */
function temperatures(n: number, seed: number, unit = 0.1): { times: Float64Array; values: Float64Array } {
  const random = createRandom(seed);
  let weather = 0;
  const values = Float64Array.from({ length: n }, (_, i) => {
    weather = 0.985 * weather + 0.35 * normal(random);
    const value = 11 + 4 * Math.sin((2 * Math.PI * (i - 9)) / 24) + weather + 0.12 * normal(random);
    return Math.round(value / unit) * unit;
  });
  return { times: Float64Array.from({ length: n }, (_, i) => START + i * HOUR), values };
}

const rowsWith = (flags: Uint16Array, name: FlagName) =>
  [...flags.keys()].filter((row) => (flags[row]! & FLAG[name]) !== 0);
const flaggedOf = (flags: Uint16Array) => [...flags.keys()].filter((row) => flags[row] !== 0);

describe.each([
  ['with the limits of air temperature', AIR],
  ['with limits out of the series', null],
])('a series %s', (_, property) => {
  it.each([1, 2, 3, 4])('is clean where nothing is wrong (seed %i)', (seed) => {
    for (const unit of [0.1, 0.5, 1, 0.001]) {
      const { times, values } = temperatures(3000, seed, unit);
      expect(flaggedOf(flagSeries(times, values, { property })).length).toBeLessThan(12);
    }
  });

  it.each([9, -9, 20])('has its spikes of %d found, and no other row beside them', (size) => {
    const { times, values } = temperatures(3000, 7);
    const at = [300, 1200, 1201, 2500];
    for (const row of at) values[row]! += size;
    const flags = flagSeries(times, values, { property });
    expect(rowsWith(flags, 'spike')).toEqual(at);
    expect(flaggedOf(flags).filter((row) => !at.includes(row)).length).toBeLessThan(4);
  });

  it('has all rows of a stuck sensor flagged', () => {
    const { times, values } = temperatures(3000, 8);
    values.fill(values[600]!, 600, 630);
    const rows = rowsWith(flagSeries(times, values, { property }), 'stuck');
    expect(rows).toEqual(expect.arrayContaining(Array.from({ length: 30 }, (_, k) => 600 + k)));
    expect(rows.length).toBeLessThan(33); // the neighbours may read the same
  });

  it('has error codes flagged, many of them too', () => {
    const { times, values } = temperatures(3000, 9);
    for (let row = 5; row < 3000; row += 37) values[row] = row % 2 ? 999.9 : -999;
    const rows = rowsWith(flagSeries(times, values, { property }), 'range');
    expect(rows).toEqual([...values.keys()].filter((row) => Math.abs(values[row]!) > 900));
  });

  it('has a level that stays believed after three readings', () => {
    const { times, values } = temperatures(400, 10);
    for (let row = 200; row < 400; row++) values[row]! += 30;
    expect(rowsWith(flagSeries(times, values, { property: AIR }), 'rate')).toEqual([200, 201, 202]);
  });
});

describe('the clock', () => {
  it('has the row after a gap flagged, and a missing value is no reading', () => {
    const { times, values } = temperatures(200, 1);
    values.fill(NaN, 50, 53);
    for (let row = 120; row < 200; row++) times[row]! += 60 * HOUR;
    const flags = flagSeries(times, values, { property: AIR });
    expect(rowsWith(flags, 'gap')).toEqual([53, 120]);
    expect(flaggedOf(flags)).toEqual([53, 120]);
  });

  it.each([
    ['back', -30],
    ['ahead', 3000],
  ])('accuses the one row whose time leaps %s, not those after it', (_, hours) => {
    const { times, values } = temperatures(200, 2);
    times[90]! += hours * HOUR;
    const flags = flagSeries(times, values, { property: AIR });
    expect(rowsWith(flags, 'clock')).toEqual([90]);
    expect(rowsWith(flags, 'gap')).toEqual([91]);
  });

  it('tells doubles, the second of them', () => {
    const { times, values } = temperatures(200, 3);
    times[41] = times[40]!;
    expect(rowsWith(flagSeries(times, values, { property: AIR }), 'duplicate')).toEqual([41]);
  });

  it('says nothing of late rows where the order is none', () => {
    const { times, values } = temperatures(200, 4);
    times.reverse();
    values.reverse();
    const { flags, tellsOrder } = examineSeries(times, values, { property: AIR });
    expect(tellsOrder).toBe(false);
    expect(flaggedOf(flags)).toEqual([]);
  });

  it('finds readings of the future, of another phase, and of a drifting clock', () => {
    const { times, values } = temperatures(400, 5);
    expect(rowsWith(flagSeries(times, values, { property: AIR, nowMs: times[397]! }), 'clock')).toEqual([398, 399]);
    const leap = times.map((time, row) => (row < 300 ? time : time + HOUR / 2));
    expect(rowsWith(flagSeries(leap, values, { property: AIR }), 'clock')).toEqual([300]);
    const drift = times.map((time, row) => (row < 340 ? time : time + (row - 340) * 11_000)); // eleven seconds an hour
    expect(rowsWith(flagSeries(drift, values, { property: AIR }), 'clock')).toEqual(
      Array.from({ length: 400 - 373 }, (_, k) => 373 + k),
    );
  });

  it('lets a clock that runs freely be', () => {
    const random = createRandom(1);
    let time = START;
    const times = Float64Array.from({ length: 3000 }, () => (time += 300_000 + 2000 * (random() - 0.5)));
    const { values } = temperatures(3000, 6);
    expect(rowsWith(flagSeries(times, values, { property: AIR }), 'clock')).toEqual([]);
  });

  it('knows the hour that summer time leaves out', () => {
    const at = (month: number, day: number, hour: number) => Date.UTC(2024, month, day, hour);
    expect(isSpringForward(at(2, 31, 1), at(2, 31, 3), HOUR)).toBe(true); // Europe
    expect(isSpringForward(at(2, 10, 1), at(2, 10, 3), HOUR)).toBe(true); // United States
    expect(isSpringForward(at(2, 31, 1) + 0.75 * HOUR, at(2, 31, 3), HOUR / 4)).toBe(true);
    expect(isSpringForward(at(2, 24, 1), at(2, 24, 3), HOUR)).toBe(false); // a Sunday between
    expect(isSpringForward(at(2, 31, 1), at(2, 31, 4), HOUR)).toBe(false); // two hours
    expect(isSpringForward(at(9, 27, 1), at(9, 27, 3), HOUR)).toBe(false); // autumn
  });
});

test('readings one by one get the flags that they have together, wherever the memory was written down', () => {
  const { times, values } = temperatures(1500, 12);
  values[100] = 999;
  values[300]! += 15;
  for (let row = 700; row < 1500; row++) times[row]! += 5 * HOUR;
  times[901] = times[900]!;
  values[1000] = NaN;
  const { flags, limits } = examineSeries(times, values, { property: AIR });
  const causal = FLAG.range | FLAG.rate | FLAG.gap | FLAG.duplicate | FLAG.clock;
  let flagger = createFlagger(limits);
  const arrived = [...times.keys()].map((row) => {
    if (row % 97 === 0) {
      const kept = unpackFlagger(packFlagger({ limits, state: flagger.state }));
      flagger = createFlagger(kept.limits, kept.state);
    }
    return flagger.push(times[row]!, values[row]!);
  });
  expect(arrived.map((mask) => mask & causal)).toEqual(Array.from(flags, (mask) => mask & causal));
  expect(arrived[300]! & FLAG.spike).toBe(FLAG.spike);
  expect(arrived.filter((mask) => mask !== 0).length).toBeLessThan(10);
});

test('a stuck sensor is noticed while it is stuck; a clock that was wrong for once is forgiven', () => {
  const { times, values } = temperatures(400, 13);
  values.fill(7.7, 200, 240);
  const { limits } = examineSeries(times, values, { property: AIR });
  const flagger = createFlagger(limits, startFlagger(limits));
  const arrived = [...times.keys()].map((row) =>
    flagger.push(row === 50 ? times[row]! + 1e10 : times[row]!, values[row]!),
  );
  expect(arrived.slice(211, 240).every((mask) => (mask & FLAG.stuck) !== 0)).toBe(true);
  expect(arrived[205]! & FLAG.stuck).toBe(0);
  expect(arrived.slice(51, 55).every((mask) => (mask & FLAG.clock) !== 0)).toBe(true);
  expect(arrived[56]).toBe(0);
});

test('windows have the medians that sorting gives', () => {
  const { values } = temperatures(200, 14);
  slideMedians(values, 20, 180, 5, (index, median, mad) => {
    const half = Math.min(5, index - 20, 179 - index);
    const middle = (numbers: number[]) => numbers.sort((a, b) => a - b)[half]!;
    const window = [...values.subarray(index - half, index + half + 1)];
    expect(median).toBe(middle([...window]));
    expect(mad).toBeCloseTo(middle(window.map((value) => Math.abs(value - median))), 12);
  });
});

test('skewness is robust: 0 of what is symmetric, that of the exponential distribution as published', () => {
  const symmetric = Float64Array.from({ length: 1001 }, (_, k) => Math.tan(((k - 500) / 1001) * 3));
  expect(medcouple(symmetric)).toBeCloseTo(0, 3);
  const exponential = Float64Array.from({ length: 20_001 }, (_, k) => -Math.log(1 - (k + 0.5) / 20_001));
  expect(medcouple(exponential)).toBeCloseTo(1 / 3, 2); // Brys et al. 2004, table 1
});

test('change is interpolated in logarithms and grows with the root of time', () => {
  const anchors = [[60_000, 3] as const, [HOUR, 10] as const];
  expect(mostChange(anchors, 1000)).toBe(3);
  expect(mostChange(anchors, HOUR)).toBe(10);
  expect(mostChange(anchors, 4 * HOUR)).toBe(20);
  expect(mostChange(anchors, Math.sqrt(60_000 * HOUR))).toBeCloseTo(Math.sqrt(30), 9);
});

describe('neighbours', () => {
  /** Stations that share the weather, each with an offset of its own. */
  function network(count: number, n: number, seed: number) {
    const shared = temperatures(n, seed);
    const random = createRandom(seed + 100);
    return Array.from({ length: count }, (_, k) => {
      const offset = 2 * normal(random);
      const values = shared.values.map((value) => value + offset + 0.3 * normal(random));
      return {
        place: { x: 5 + 0.05 * k, y: 52, elevation: null, isLonLat: true },
        times: shared.times.slice(),
        values,
      };
    });
  }

  it.each(['with places', 'without'])('disagree with the one that is wrong, and with no other (%s)', (kind) => {
    const stations = network(6, 600, 1).map((one) => (kind === 'without' ? { ...one, place: null } : one));
    for (let row = 300; row < 330; row++) stations[2]!.values[row]! += 6;
    const flags = flagNeighbours(stations, { parameters: AIR.neighbour });
    expect(rowsWith(flags[2]!, 'neighbour')).toEqual(Array.from({ length: 30 }, (_, k) => 300 + k));
    for (const k of [0, 1, 3, 4, 5]) expect(rowsWith(flags[k]!, 'neighbour')).toEqual([]);
  });

  it('agree where all of them see the same event', () => {
    const stations = network(6, 600, 2);
    for (const { values } of stations) for (let row = 300; row < 310; row++) values[row]! -= 9;
    for (const flags of flagNeighbours(stations, { parameters: AIR.neighbour }))
      expect(rowsWith(flags, 'neighbour')).toEqual([]);
  });

  it('are not those who are far away, nor unlike stations', () => {
    const far = network(5, 300, 3).map((one, k) => ({ ...one, place: { ...one.place, y: 40 + 3 * k } }));
    for (let row = 100; row < 110; row++) far[1]!.values[row]! += 20;
    expect(flagNeighbours(far, { parameters: AIR.neighbour }).flatMap((flags) => flaggedOf(flags))).toEqual([]);
    const unlike = [1, 2, 3, 4].map((seed) => ({ place: null, ...temperatures(600, seed) }));
    expect(flagNeighbours(unlike).flatMap((flags) => flaggedOf(flags)).length).toBeLessThan(5);
  });

  it('judge a single moment by one another, with the lapse rate between heights', () => {
    const at = (x: number, elevation: number, value: number) => ({
      place: { x: 5 + x, y: 46, elevation, isLonLat: true },
      times: Float64Array.of(START),
      values: Float64Array.of(value),
    });
    const valley = [at(0, 100, 15), at(0.05, 120, 15.2), at(0.1, 90, 14.8), at(0.15, 110, 15.1), at(0.2, 350, 13.5)];
    expect(flagNeighbours(valley, { parameters: AIR.neighbour }).map((flags) => flags[0])).toEqual([0, 0, 0, 0, 0]);
    valley[2] = at(0.1, 90, 25);
    expect(flagNeighbours(valley, { parameters: AIR.neighbour }).map((flags) => flags[0])).toEqual([
      0,
      0,
      FLAG.neighbour,
      0,
      0,
    ]);
  });

  it('distances are those of a sphere', () => {
    const place = (x: number, y: number) => ({ x, y, elevation: null, isLonLat: true });
    expect(distanceKm(place(5, 52), place(5, 53))).toBeCloseTo(111.195, 3); // 6371.0088 km · π / 180
    expect(distanceKm(place(0, 0), place(180, 0))).toBeCloseTo(6371.0088 * Math.PI, 6);
  });
});

test('every property has limits that hold together, and is found by its names', () => {
  for (const property of OBSERVED_PROPERTIES) {
    const { range, change, stuck } = property.quality;
    expect(range.lower).toBeLessThan(range.upper);
    for (const test of Object.values(property.quality)) if (test !== null) expect(test.source).not.toBe('');
    const times = change?.most.map(([minutes]) => minutes) ?? [];
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    if (stuck !== null) expect(stuck.hours).toBeGreaterThan(0);
    for (const name of [property.id, property.cfName, ...property.aliases])
      if (name !== null) expect(findProperty(name.toUpperCase())?.id).toBe(property.id);
  }
  expect(findProperty('unheard of')).toBeNull();
});

test('names of flags are in the order of their bits', () => {
  expect(flagNames(0)).toBe('');
  expect(flagNames(FLAG.clock | FLAG.range | FLAG.stuck)).toBe('range;stuck;clock');
});

describe.skipIf(!sharedData)('a year of De Bilt', () => {
  const path = join(sharedData ?? '', 'sensors/nl-knmi/uurgeg_260_1991-2000.txt');
  it.each([
    ['air_temperature', 7, 0.1],
    ['air_pressure', 14, 0.1],
    ['relative_humidity', 17, 1],
    ['wind_speed', 4, 0.1],
  ] as const)('%s has less than one flag in five hundred hours', (name, column, scale) => {
    const rows = readFileSync(path, 'latin1')
      .split('\n')
      .filter((line) => /^\s*\d/.test(line))
      .map((line) => line.split(',').map((cell) => cell.trim()));
    const times = Float64Array.from(rows, ([, day, hour]) =>
      Date.UTC(Number(day!.slice(0, 4)), Number(day!.slice(4, 6)) - 1, Number(day!.slice(6)), Number(hour)),
    );
    const values = Float64Array.from(rows, (cells) => Number(cells[column]) * scale);
    expect(times).toHaveLength(8784);
    const flags = flagSeries(times, values, { property: findProperty(name)!.quality });
    expect(flaggedOf(flags).length).toBeLessThan(18);
  });
});
