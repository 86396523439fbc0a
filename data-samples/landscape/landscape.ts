/** The ground of the region as rasters: what covers each 10 m pixel, how vigorous its parcel is, how uneven it looks. */
import type { Geography } from '../geography/geography.ts';
import { createNoise, hash } from '../random.ts';
import { COVER } from './cover.ts';
import type { SampleGrid } from './grid.ts';
import { TILE_ORIGIN } from './grid.ts';
import { drawPath, fillSpans } from './paint.ts';

export interface Landscape {
  readonly grid: SampleGrid;
  /** Code of `COVER` per pixel, as it was before any event. */
  readonly cover: Uint8Array;
  /** Vigour of the parcel, 0 to 255; one number per parcel, so that fields look like fields. */
  readonly vigour: Uint8Array;
  /** Unevenness within a parcel, −127 to 127. */
  readonly texture: Int8Array;
}

const ROAD_HALF_WIDTH_PIXELS = { motorway: 1.9, main: 0.8, rail: 0.8, local: 0.55 } as const;

export function createLandscape(grid: SampleGrid, geography: Geography, seed: number): Landscape {
  const count = grid.width * grid.height;
  const landscape: Landscape = {
    grid,
    cover: new Uint8Array(count),
    vigour: new Uint8Array(count),
    texture: new Int8Array(count),
  };
  paintFields(landscape, seed);
  paintWoods(landscape, geography, seed);
  paintTowns(landscape, geography, seed);
  paintWaterAndRoads(landscape, geography);
  return landscape;
}

/** Parcels: long narrow strips on peat in the west, blocks on river clay in the south and east. */
function paintFields({ grid, cover, vigour, texture }: Landscape, seed: number): void {
  const bend = createNoise({ seed: seed + 11, wavelength: 420, octaves: 3 });
  const kindOfSoil = createNoise({ seed: seed + 12, wavelength: 900, octaves: 3 });
  const fine = createNoise({ seed: seed + 13, wavelength: 16, octaves: 4, persistence: 0.75 });
  const bends = new Float32Array(grid.width);
  const soils = new Float32Array(grid.width);
  const fines = new Float32Array(grid.width);
  for (let row = 0; row < grid.height; row++) {
    const y = grid.row + row;
    bend.row(bends, grid.col, y);
    kindOfSoil.row(soils, grid.col, y);
    fine.row(fines, grid.col, y);
    for (let col = 0; col < grid.width; col++) {
      const i = row * grid.width + col;
      const x = grid.col + col;
      const peat = soils[col]! - (x - 4900) / 2500 > 0;
      const angle = peat ? 0.32 : 1.05;
      const c = Math.cos(angle);
      const s = Math.sin(angle);
      const u = (x * c + y * s + bends[col]! * 55) / (peat ? 46 : 21);
      const v = (-x * s + y * c + bends[col]! * 38) / (peat ? 5.2 : 14);
      const iu = Math.floor(u);
      const iv = Math.floor(v);
      const parcel = hash(iu, iv, seed + (peat ? 1 : 2));
      const edge = Math.min(u - iu, v - iv) < (peat ? 0.05 : 0.045);
      cover[i] = edge ? COVER.grass : fieldCover(parcel, peat);
      vigour[i] = edge && peat ? 70 : 90 + ((parcel >>> 8) % 166);
      texture[i] = Math.max(-127, Math.min(127, fines[col]! * 190));
    }
  }
}

function fieldCover(parcel: number, peat: boolean): number {
  const roll = parcel % 100;
  if (roll < (peat ? 88 : 52)) return COVER.grass;
  if (roll < (peat ? 97 : 74)) return COVER.maize;
  if (roll < (peat ? 98 : 87)) return COVER.wheat;
  return COVER.roots;
}

function paintWoods({ grid, cover, vigour }: Landscape, { forest, heath }: Geography, seed: number): void {
  const stands = createNoise({ seed: seed + 21, wavelength: 90, octaves: 4 });
  const values = new Float32Array(grid.width);
  for (const area of forest)
    fillSpans(grid, area.ring, (row, from, to) => {
      const out = values.subarray(0, to - from);
      stands.row(out, grid.col + from, grid.row + row);
      for (let col = from; col < to; col++) {
        const n = out[col - from]!;
        const i = row * grid.width + col;
        cover[i] = n > 0.42 ? COVER.grass : n > -0.02 ? COVER.conifer : COVER.deciduous;
        vigour[i] = 150 + n * 100;
      }
    });
  for (const area of heath)
    fillSpans(grid, area.ring, (row, from, to) => {
      const out = values.subarray(0, to - from);
      stands.row(out, grid.col + from, grid.row + row);
      for (let col = from; col < to; col++) {
        const i = row * grid.width + col;
        cover[i] = out[col - from]! > 0.3 ? COVER.sand : COVER.heath;
        vigour[i] = 140 + out[col - from]! * 90;
      }
    });
}

function paintTowns({ grid, cover, vigour }: Landscape, { built, parks, towns }: Geography, seed: number): void {
  const density = createNoise({ seed: seed + 31, wavelength: 60, octaves: 4, persistence: 0.6 });
  const values = new Float32Array(grid.width);
  built.forEach((area, k) => {
    const [cx, cy] = towns[k]!.position;
    const radius = towns[k]!.radiusMetres;
    fillSpans(grid, area.ring, (row, from, to) => {
      const out = values.subarray(0, to - from);
      density.row(out, grid.col + from, grid.row + row);
      const dy = (TILE_ORIGIN[1] - (grid.row + row + 0.5) * 10 - cy) / radius;
      for (let col = from; col < to; col++) {
        const dx = (TILE_ORIGIN[0] + (grid.col + col + 0.5) * 10 - cx) / radius;
        const n = out[col - from]! - Math.hypot(dx, dy) * 0.9 + 0.42;
        const i = row * grid.width + col;
        cover[i] = n > 0.12 ? COVER.city : n > -0.75 ? COVER.suburb : COVER.park;
        vigour[i] = 128 - n * 60;
      }
    });
  });
  for (const park of parks)
    fillSpans(grid, park.ring, (row, from, to) => {
      cover.fill(COVER.park, row * grid.width + from, row * grid.width + to);
      vigour.fill(190, row * grid.width + from, row * grid.width + to);
    });
}

function paintWaterAndRoads({ grid, cover }: Landscape, { water, roads }: Geography): void {
  for (const area of water)
    fillSpans(grid, area.ring, (row, from, to) =>
      cover.fill(area.class === 'lake' ? COVER.lake : COVER.river, row * grid.width + from, row * grid.width + to),
    );
  for (const road of roads)
    drawPath(grid, road.path, ROAD_HALF_WIDTH_PIXELS[road.class], (i) => {
      const onWater = cover[i] === COVER.river || cover[i] === COVER.lake;
      if (!onWater || road.class === 'motorway') cover[i] = COVER.road; // bridges of motorways alone are wide enough to see
    });
}
