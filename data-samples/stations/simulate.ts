/**
 * Readings of the simulated stations as functions of place and time alone: the same hour gives the same value on every
 * machine, and the present goes on where history ends. Nothing here was measured.
 */
import { hash, unit } from '../random.ts';
import type { Planted } from './planted.ts';
import { PLANTED } from './planted.ts';
import type { SimulatedProperty, SimulatedStation } from './stations.ts';

export const STATIONS_FROM = '2024-01-01T00:00:00Z';
/** Not included. */
export const STATIONS_TO = '2026-01-01T00:00:00Z';

const HOUR_MS = 3_600_000;
const YEAR_HOURS = 365.2425 * 24;
const SEED = 31;

/** Values of a series, unbroken by faults. */
type Curve = (station: SimulatedStation, hour: number) => number;

/** Smooth noise over time, about −1 to 1. @param lengthHours  Of its waves. */
function wave(seed: number, hour: number, lengthHours: number): number {
  const at = hour / lengthHours;
  const k = Math.floor(at);
  const t = at - k;
  const [a, b] = [unit(SEED, seed, k) * 2 - 1, unit(SEED, seed, k + 1) * 2 - 1];
  return a + (b - a) * t * t * (3 - 2 * t);
}

/** What a sensor adds of its own: about normal, standard deviation 1. */
function jitter(station: SimulatedStation, property: number, hour: number): number {
  const time = Math.floor(hour * 360); // ten seconds
  const own = hash(SEED, property, station.id.charCodeAt(0) * 64 + station.id.charCodeAt(1));
  return (unit(own, time) + unit(own, time, 1) + unit(own, time, 2) - 1.5) * 2;
}

/** −1 in the middle of January, 1 in the middle of July. */
function season(hour: number): number {
  return -Math.cos((2 * Math.PI * (hour - 360)) / YEAR_HOURS);
}

/** −1 before dawn, 1 in the afternoon, by local solar time. */
function day(hour: number): number {
  return Math.cos((2 * Math.PI * (hour + 0.3 - 14.5)) / 24);
}

/** Weather of the region: high pressure above 0, rain well below. */
function pressure(hour: number): number {
  return 0.65 * wave(1, hour, 130) + 0.35 * wave(2, hour, 50) + 0.25 * drought(hour);
}

/** The second summer is dry. */
function drought(hour: number): number {
  const middle = Date.parse('2025-07-10T00:00:00Z') / HOUR_MS;
  return Math.exp(-(((hour - middle) / 1400) ** 2));
}

function temperature({ level }: SimulatedStation, hour: number): number {
  const clear = 0.5 + 0.5 * pressure(hour);
  const swing = (2.2 + 2.2 * season(hour)) * (0.4 + clear);
  const night = level > 1 && day(hour) < 0 ? 0.5 : 0;
  return 10.4 + 7.6 * season(hour) + swing * day(hour) + 5.4 * wave(3, hour, 190) + 2.2 * drought(hour) + level + night;
}

function rain(station: SimulatedStation, hour: number): number {
  const whole = Math.floor(hour);
  const low = -pressure(whole) - 0.25;
  if (low <= 0) return 0;
  const shower = unit(SEED + 5, Math.floor(whole / 2), station.id.charCodeAt(1) >> 1);
  return shower < 0.35
    ? 0
    : Math.round(low * low * 55 * -Math.log(1 - 0.95 * unit(SEED + 6, whole, station.id.charCodeAt(1)))) / 5;
}

/** Cars of a day: two peaks, and fewer at the weekend. */
function traffic(hour: number): number {
  const clock = (((hour + 1.5) % 24) + 24) % 24;
  const weekday = Math.floor((hour + 1.5) / 24 + 4) % 7;
  const peaks = Math.exp(-(((clock - 8.3) / 1.6) ** 2)) + 0.9 * Math.exp(-(((clock - 17.6) / 2) ** 2));
  return (0.25 + (clock > 6 && clock < 22 ? 0.35 : 0) + peaks) * (weekday === 0 || weekday === 6 ? 0.6 : 1);
}

/** Still air keeps what is emitted. */
function stillness(hour: number): number {
  return 1 + 0.55 * wave(7, hour, 60) + 0.3 * pressure(hour) - 0.25 * season(hour);
}

/** A river's wave comes down in about a day. */
const LAG_HOURS: Readonly<Record<string, number>> = { R2: 6, R3: 14, R4: 24, R5: 20 };

const CURVES: Readonly<Record<SimulatedProperty, Curve>> = {
  air_temperature: temperature,
  relative_humidity: (station, hour) =>
    Math.min(
      100,
      Math.max(
        22,
        79 - 6 * season(hour) - 13 * day(hour) * (0.6 + 0.4 * pressure(hour)) - 9 * pressure(hour) - 2 * station.level,
      ),
    ),
  precipitation: rain,
  no2: ({ level }, hour) => Math.max(0.5, (5 + 30 * level * traffic(hour)) * Math.max(0.2, stillness(hour))),
  pm2p5: ({ level }, hour) =>
    Math.max(
      0.5,
      (6.5 + 3.5 * wave(8, hour, 110) - 2 * season(hour) + 4 * level * traffic(hour)) * Math.max(0.3, stillness(hour)),
    ),
  groundwater_level: ({ level, swing = 0.5, id }, hour) =>
    level -
    swing * (0.55 * season(hour - 1100) + 0.5 * drought(hour - 700)) +
    0.25 * swing * wave(9 + id.charCodeAt(1), hour, 420) -
    0.1 * swing * pressure(hour - 40),
  water_level: ({ level, swing = 0.5, id }, hour) => {
    const lag = LAG_HOURS[id] ?? 0;
    return (
      level +
      swing *
        (0.5 * wave(20, hour - lag, 330) -
          0.25 * season(hour - 900) -
          0.35 * drought(hour) +
          0.12 * wave(21, hour - lag, 70))
    );
  },
};

/** Standard deviation of a sensor, and the step in which it sends. */
const SENSORS: Readonly<Record<SimulatedProperty, readonly [noise: number, step: number]>> = {
  air_temperature: [0.15, 0.1],
  relative_humidity: [0.8, 1],
  precipitation: [0, 0.2],
  no2: [1.1, 0.1],
  pm2p5: [0.7, 0.1],
  groundwater_level: [0.002, 0.001],
  water_level: [0.006, 0.001],
};

const ORDER = Object.keys(CURVES) as SimulatedProperty[];

function reading(station: SimulatedStation, property: SimulatedProperty, hour: number): number {
  const [noise, step] = SENSORS[property];
  const value = CURVES[property](station, hour) + noise * jitter(station, ORDER.indexOf(property), hour);
  const possible = property === 'relative_humidity' ? Math.min(100, value) : value;
  // Division by a whole number keeps the noise of binary fractions away
  return Math.round(possible / step) / Math.round(1 / step) + 0; // no −0
}

/**
 * What a station sends.
 * @param time  Milliseconds since 1970.
 * @param planted  Default: what is planted there; none: the truth.
 * @returns null where it sends nothing
 */
export function simulate(
  station: SimulatedStation,
  property: SimulatedProperty,
  time: number,
  planted: readonly Planted[] = PLANTED,
): number | null {
  const value = reading(station, property, time / HOUR_MS);
  const fault = planted.find(
    (entry) =>
      entry.station === station.id &&
      entry.property === property &&
      time >= Date.parse(entry.from) &&
      time < Date.parse(entry.to),
  );
  if (!fault) return value;
  const from = Date.parse(fault.from);
  const share = (time - from) / (Date.parse(fault.to) - from);
  const added = (amount: number) => Math.round((value + amount) * 1000) / 1000;
  switch (fault.kind) {
    case 'gap':
      return null;
    case 'stuck':
      return reading(station, property, from / HOUR_MS);
    case 'range':
      return fault.amount;
    case 'drift':
      return added(fault.amount * share);
    case 'event':
      return added(fault.amount * Math.sin(Math.PI * Math.min(1, share + 0.02)));
    default:
      return added(fault.amount);
  }
}
