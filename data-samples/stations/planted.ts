/** What was planted into the simulated readings: the truth that tests of quality, and alerts, are held against. */
import type { SimulatedProperty } from './stations.ts';

export interface Planted {
  readonly station: string;
  readonly property: SimulatedProperty;
  /**
   * Faults of a sensor: `spike`, `stuck`, `gap` (nothing is sent), `bias` (its neighbours say otherwise), `drift` (grows to
   * its amount), `range` (cannot be). `event`: true, and worth an alert.
   */
  readonly kind: 'spike' | 'stuck' | 'gap' | 'bias' | 'drift' | 'range' | 'event';
  /** UTC, hours: the first one. */
  readonly from: string;
  /** The first one that is right again. */
  readonly to: string;
  /** What is added, in the unit of the property; `range`: what is sent. */
  readonly amount: number;
  readonly note: string;
}

const hour = (from: string, station: string, property: SimulatedProperty, amount: number, note: string): Planted => ({
  station,
  property,
  kind: 'spike',
  from: `${from}:00:00Z`,
  to: new Date(Date.parse(`${from}:00:00Z`) + 3_600_000).toISOString().replace('.000Z', 'Z'),
  amount,
  note,
});

export const PLANTED: readonly Planted[] = [
  hour('2024-02-14T03', 'W1', 'air_temperature', 18, 'one reading far too warm'),
  hour('2024-07-20T15', 'W3', 'air_temperature', -21, 'one reading far too cold'),
  hour('2025-03-08T11', 'A1', 'no2', 260, 'one reading far too high'),
  hour('2025-09-19T22', 'A5', 'pm2p5', 190, 'one reading far too high'),
  hour('2024-11-03T08', 'G3', 'groundwater_level', 1.4, 'logger out of the water for a reading'),
  hour('2025-05-27T17', 'R2', 'water_level', -1.9, 'one reading far too low'),
  {
    station: 'W2',
    property: 'air_temperature',
    kind: 'stuck',
    from: '2024-05-06T00:00:00Z',
    to: '2024-05-08T09:00:00Z',
    amount: 0,
    note: 'the same value for 57 hours',
  },
  {
    station: 'A3',
    property: 'no2',
    kind: 'stuck',
    from: '2025-01-21T13:00:00Z',
    to: '2025-01-23T00:00:00Z',
    amount: 0,
    note: 'the same value for 35 hours',
  },
  {
    station: 'R5',
    property: 'water_level',
    kind: 'stuck',
    from: '2025-10-02T00:00:00Z',
    to: '2025-10-06T00:00:00Z',
    amount: 0,
    note: 'the same value for four days',
  },
  {
    station: 'W5',
    property: 'relative_humidity',
    kind: 'gap',
    from: '2024-08-17T06:00:00Z',
    to: '2024-08-19T18:00:00Z',
    amount: 0,
    note: 'no readings for 60 hours',
  },
  {
    station: 'G1',
    property: 'groundwater_level',
    kind: 'gap',
    from: '2025-02-10T00:00:00Z',
    to: '2025-03-01T00:00:00Z',
    amount: 0,
    note: 'battery empty for 19 days',
  },
  {
    station: 'A8',
    property: 'pm2p5',
    kind: 'gap',
    from: '2025-12-11T02:00:00Z',
    to: '2025-12-12T14:00:00Z',
    amount: 0,
    note: 'no readings for 36 hours',
  },
  {
    station: 'W4',
    property: 'air_temperature',
    kind: 'bias',
    from: '2025-06-28T00:00:00Z',
    to: '2025-07-09T00:00:00Z',
    amount: 7,
    note: 'the sensor stands in the sun',
  },
  {
    station: 'A2',
    property: 'pm2p5',
    kind: 'bias',
    from: '2024-10-12T00:00:00Z',
    to: '2024-10-20T00:00:00Z',
    amount: 55,
    note: 'heater of the inlet broken',
  },
  {
    station: 'A6',
    property: 'no2',
    kind: 'drift',
    from: '2024-06-01T00:00:00Z',
    to: '2024-09-01T00:00:00Z',
    amount: 45,
    note: 'drifts until it is serviced',
  },
  {
    station: 'G5',
    property: 'groundwater_level',
    kind: 'drift',
    from: '2025-04-01T00:00:00Z',
    to: '2025-08-15T00:00:00Z',
    amount: -0.9,
    note: 'cable slips',
  },
  {
    station: 'W1',
    property: 'relative_humidity',
    kind: 'range',
    from: '2024-12-01T04:00:00Z',
    to: '2024-12-01T10:00:00Z',
    amount: 132,
    note: 'more than is possible',
  },
  {
    station: 'R3',
    property: 'water_level',
    kind: 'range',
    from: '2024-04-18T20:00:00Z',
    to: '2024-04-19T02:00:00Z',
    amount: -999.9,
    note: 'the mark of a missing value sent as a value',
  },
  {
    station: 'A5',
    property: 'pm2p5',
    kind: 'event',
    from: '2025-07-15T13:00:00Z',
    to: '2025-07-16T05:00:00Z',
    amount: 85,
    note: 'smoke of the heath fire',
  },
  {
    station: 'A4',
    property: 'pm2p5',
    kind: 'event',
    from: '2025-07-15T15:00:00Z',
    to: '2025-07-16T03:00:00Z',
    amount: 40,
    note: 'smoke of the heath fire',
  },
  {
    station: 'A6',
    property: 'pm2p5',
    kind: 'event',
    from: '2025-07-15T14:00:00Z',
    to: '2025-07-16T02:00:00Z',
    amount: 30,
    note: 'smoke of the heath fire',
  },
  {
    station: 'R1',
    property: 'water_level',
    kind: 'event',
    from: '2025-01-10T00:00:00Z',
    to: '2025-01-20T00:00:00Z',
    amount: 2.1,
    note: 'high water',
  },
  {
    station: 'R2',
    property: 'water_level',
    kind: 'event',
    from: '2025-01-10T06:00:00Z',
    to: '2025-01-20T06:00:00Z',
    amount: 1.6,
    note: 'high water',
  },
];
