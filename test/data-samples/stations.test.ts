import { describe, expect, it } from 'vitest';
import { PLANTED } from '../../data-samples/stations/planted.ts';
import { simulate, STATIONS_FROM, STATIONS_TO } from '../../data-samples/stations/simulate.ts';
import type { SimulatedProperty } from '../../data-samples/stations/stations.ts';
import { MEASURES, STATIONS } from '../../data-samples/stations/stations.ts';
import { findProperty } from '../../pipelines/core/sensors/properties.ts';

const HOUR_MS = 3_600_000;
const SERIES = STATIONS.flatMap((station) => MEASURES[station.kind].map((property) => ({ station, property })));

describe('the simulated stations', () => {
  it.each(SERIES.map((series) => [`${series.station.id} ${series.property}`, series] as const))(
    '%s stays within what is possible, and moves',
    (_name, { station, property }) => {
      const { range } = findProperty(property)!.quality;
      const values = new Set<number>();
      for (let time = Date.parse(STATIONS_FROM); time < Date.parse(STATIONS_TO); time += 7 * HOUR_MS) {
        const value = simulate(station, property, time, [])!;
        if (!(value >= range.lower && value <= range.upper)) expect.fail(`${value} at ${new Date(time).toISOString()}`);
        values.add(value);
      }
      expect(values.size).toBeGreaterThan(10);
    },
  );

  it.each(PLANTED.map((planted) => [`${planted.kind} of ${planted.station}, ${planted.note}`, planted] as const))(
    '%s is where the list says, and ends there',
    (_name, { station: id, property, kind, from, to }) => {
      const station = STATIONS.find((candidate) => candidate.id === id)!;
      expect(MEASURES[station.kind]).toContain(property);
      const at = (time: number) => [simulate(station, property, time), simulate(station, property, time, [])] as const;
      const [start, end] = [Date.parse(from), Date.parse(to)];
      const [before, after] = [at(start - HOUR_MS), at(end)];
      expect(before[0]).toBe(before[1]);
      expect(after[0]).toBe(after[1]);
      let differing = 0;
      for (let time = start; time < end; time += HOUR_MS) if (at(time)[0] !== at(time)[1]) differing++;
      expect(differing / ((end - start) / HOUR_MS)).toBeGreaterThan(kind === 'stuck' ? 0.5 : 0.9);
    },
  );

  it('is the same everywhere', () => {
    const of = (id: string, property: SimulatedProperty) =>
      simulate(
        STATIONS.find((station) => station.id === id)!,
        property,
        Date.parse('2025-06-01T12:00:00Z'),
      );
    expect([of('W1', 'air_temperature'), of('A1', 'no2'), of('G1', 'groundwater_level')]).toMatchInlineSnapshot(`
      [
        23,
        4.6,
        -2.377,
      ]
    `);
  });
});
