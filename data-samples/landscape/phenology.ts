/** How green each cover is through the year: the fraction of living leaf, 0 to 1. */
import type { Cover } from './cover.ts';

/** Rise around `start`, fall around `end` (days of the year), each over about `width` days. */
function season(day: number, start: number, end: number, width: number): number {
  const rise = 1 / (1 + Math.exp((-(day - start) * 4) / width));
  const fall = 1 / (1 + Math.exp(((day - end) * 4) / width));
  return rise * fall;
}

export interface Weather {
  /** 0 = enough rain, 1 = severe drought: grass and heath on sand turn yellow. */
  readonly drought: number;
}

type Curve = (day: number, shift: number, weather: Weather) => number;

/** `shift` is a parcel's own delay in days. */
const CURVES: Readonly<Record<Cover, Curve>> = {
  river: () => 0,
  lake: () => 0,
  grass: (day, shift, { drought }) =>
    (0.62 + 0.36 * season(day, 80 + shift, 300, 50) - mown(day, shift)) * (1 - 0.45 * drought),
  maize: (day, shift, { drought }) => 0.04 + 0.9 * season(day, 172 + shift, 268 + shift, 28) * (1 - 0.2 * drought),
  wheat: (day, shift) => 0.12 + 0.84 * season(day, 92 + shift, 192 + shift * 0.5, 32),
  roots: (day, shift) => 0.05 + 0.9 * season(day, 156 + shift, 258 + shift, 30),
  deciduous: (day, shift) => 0.08 + 0.9 * season(day, 118 + shift * 0.3, 300, 26),
  conifer: () => 0.9,
  heath: (day, _shift, { drought }) => (0.55 + 0.35 * season(day, 130, 285, 45)) * (1 - 0.3 * drought),
  city: (day) => 0.05 + 0.08 * season(day, 115, 300, 30),
  suburb: (day, _shift, { drought }) => (0.22 + 0.2 * season(day, 105, 300, 35)) * (1 - 0.25 * drought),
  park: (day, _shift, { drought }) => (0.45 + 0.42 * season(day, 105, 300, 35)) * (1 - 0.25 * drought),
  road: () => 0.06,
  sand: () => 0.05,
  'building-site': () => 0.06,
  burnt: () => 0.03,
};

/** Grassland loses leaf for some weeks after each cut; parcels are cut on their own days. */
function mown(day: number, shift: number): number {
  const since = (((day - 120 - shift * 2) % 42) + 42) % 42;
  return day > 115 && day < 290 && since < 12 ? 0.24 * (1 - since / 12) : 0;
}

export function greenFraction(cover: Cover, dayOfYear: number, shiftDays: number, weather: Weather): number {
  return Math.min(1, Math.max(0, CURVES[cover](dayOfYear, shiftDays, weather)));
}

export function dayOfYear(isoDate: string): number {
  const year = Number(isoDate.slice(0, 4));
  return Math.round((Date.parse(`${isoDate.slice(0, 10)}T00:00:00Z`) - Date.UTC(year, 0, 1)) / 86_400_000) + 1;
}
