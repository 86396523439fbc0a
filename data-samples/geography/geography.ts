/** The region as vectors, in metres of EPSG:32631. Rasters are painted from the same shapes, so that both agree. */
import { createTransform } from '../../pipelines/core/grid/crs.ts';
import { hash } from '../random.ts';
import { EVENTS, HEATHS, LAKES, RIDGE, ROADS, TOWNS, WATERCOURSES } from './places.ts';
import type { LonLat, Town } from './places.ts';
import { blob, corridor, meander, roundOff } from './shapes.ts';
import type { Position, Ring } from './shapes.ts';

export const SAMPLE_EPSG = 32631;

export interface Area {
  readonly name: string;
  readonly class: string;
  readonly ring: Ring;
}

export interface Line {
  readonly name: string;
  readonly class: 'motorway' | 'main' | 'local' | 'rail';
  readonly path: readonly Position[];
}

export interface PlacedTown extends Town {
  readonly position: Position;
}

export interface Geography {
  readonly towns: readonly PlacedTown[];
  readonly built: readonly Area[];
  readonly parks: readonly Area[];
  readonly water: readonly Area[];
  readonly forest: readonly Area[];
  readonly heath: readonly Area[];
  readonly roads: readonly Line[];
  readonly newDistrict: Area;
  readonly heathFire: Area;
}

const toUtm = createTransform(4326, SAMPLE_EPSG);
const place = ([lon, lat]: LonLat): Position => toUtm.point(lon, lat);

export function createGeography(seed: number): Geography {
  const towns = TOWNS.map((town) => ({ ...town, position: place(town.at) }));
  return {
    towns,
    built: towns.map((t, i) => ({
      name: t.name,
      class: 'built',
      ring: blob(t.position, t.radiusMetres, 1 + (hash(seed, i) % 40) / 100, 0.13, seed + i),
    })),
    parks: towns.filter((t) => t.kind !== 'village').flatMap((t, i) => parksOf(t, seed + 31 * i)),
    water: [
      ...WATERCOURSES.map((w, i) => ({
        name: w.name,
        class: w.class,
        ring: watercourse(w.path.map(place), w.class, w.widthMetres, seed + i),
      })),
      ...LAKES.map((l, i) => ({
        name: l.name,
        class: 'lake',
        ring: blob(place(l.at), l.radiusMetres, l.stretch, 0.16, seed + 100 + i),
      })),
    ],
    forest: [{ name: 'Utrechtse Heuvelrug', class: 'forest', ring: ridge(seed) }, ...woods(seed)],
    heath: HEATHS.map((h, i) => ({
      name: h.name,
      class: 'heath',
      ring: blob(place(h.at), h.radiusMetres, h.stretch, 0.15, seed + 200 + i),
    })),
    roads: [
      ...ROADS.map((r) => ({ name: r.name, class: r.class, path: roundOff(r.path.map(place), 3) })),
      ...mainRoads(towns, seed),
      ...streets(towns, seed),
    ],
    newDistrict: event(EVENTS.newDistrict, 'built', seed + 301),
    heathFire: event(EVENTS.heathFire, 'burnt', seed + 302),
  };
}

function event(
  e: { name: string; at: LonLat; radiusMetres: number; stretch: number },
  kind: string,
  seed: number,
): Area {
  return { name: e.name, class: kind, ring: blob(place(e.at), e.radiusMetres, e.stretch, 0.12, seed) };
}

function watercourse(path: readonly Position[], kind: 'river' | 'canal', width: number, seed: number): Ring {
  const line = kind === 'river' ? meander(path, Math.max(120, width), seed) : roundOff(path, 3);
  return corridor(line, () => width / 2);
}

function ridge(seed: number): Ring {
  const spine = roundOff(
    RIDGE.map((r) => place(r.at)),
    3,
  );
  const widths = roundOff(
    RIDGE.map((r, i): Position => [i, r.halfWidthMetres]),
    3,
  );
  return corridor(spine, (i) => widths[i]![1] * (0.86 + 0.28 * (hash(seed + 5, i >> 1) / 2 ** 32)));
}

/** Small woods and estates outside the ridge, on seeded places. */
function woods(seed: number): Area[] {
  const centre = place([5.2, 52.08]);
  return Array.from({ length: 90 }, (_, i): Area => {
    const at: Position = [centre[0] + spread(seed + 1, i) * 24000, centre[1] + spread(seed + 2, i) * 18000];
    return {
      name: '',
      class: 'forest',
      ring: blob(at, 110 + (hash(seed, i, 3) % 330), 1 + (hash(seed, i, 4) % 100) / 60, 0.2, seed + 400 + i),
    };
  });
}

function parksOf(town: PlacedTown, seed: number): Area[] {
  const count = town.kind === 'city' ? 14 : 4;
  return Array.from({ length: count }, (_, i): Area => {
    const angle = (2 * Math.PI * hash(seed, i)) / 2 ** 32;
    const r = town.radiusMetres * (0.2 + 0.65 * (hash(seed, i, 1) / 2 ** 32));
    const at: Position = [town.position[0] + r * Math.cos(angle), town.position[1] + r * Math.sin(angle)];
    return {
      name: '',
      class: 'park',
      ring: blob(at, town.radiusMetres * 0.07 + (hash(seed, i, 2) % 90), 1.4, 0.18, seed + i),
    };
  });
}

function spread(seed: number, i: number): number {
  return (hash(seed, i) / 2 ** 32) * 2 - 1;
}

/** A road from each town to its two nearest neighbours. */
function mainRoads(towns: readonly PlacedTown[], seed: number): Line[] {
  const done = new Set<string>();
  const lines: Line[] = [];
  for (const town of towns) {
    const near = towns
      .filter((t) => t !== town)
      .sort((a, b) => distance(a.position, town.position) - distance(b.position, town.position))
      .slice(0, 2);
    for (const other of near) {
      const name = [town.name, other.name].sort().join(' – ');
      if (done.has(name)) continue;
      done.add(name);
      lines.push({ name, class: 'main', path: meander([town.position, other.position], 130, seed + lines.length) });
    }
  }
  return lines;
}

/** Radials and rings inside each town. */
function streets(towns: readonly PlacedTown[], seed: number): Line[] {
  return towns.flatMap((town, k) => {
    const spokes = town.kind === 'village' ? 5 : 11;
    const radials = Array.from({ length: spokes }, (_, i): Line => {
      const angle = (2 * Math.PI * (i + spread(seed + k, i) * 0.25)) / spokes;
      const end: Position = [
        town.position[0] + town.radiusMetres * 0.92 * Math.cos(angle),
        town.position[1] + town.radiusMetres * 0.92 * Math.sin(angle),
      ];
      return {
        name: '',
        class: 'local',
        path: meander([town.position, end], town.radiusMetres * 0.05, seed + 50 * k + i),
      };
    });
    const rings = [0.3, 0.55, 0.8].slice(0, town.kind === 'village' ? 1 : 3).map((share, i): Line => ({
      name: '',
      class: 'local',
      path: blob(town.position, town.radiusMetres * share, 1.15, 0.06, seed + 900 + 10 * k + i),
    }));
    return [...radials, ...rings];
  });
}

function distance(a: Position, b: Position): number {
  return Math.hypot(a[0] - b[0], a[1] - b[1]);
}
