/**
 * Fields and their dates for the zonal jobs, by a seed: parcels that share their boundaries, as those of a cadastre do,
 * and an index with their structure, a season and noise. Synthetic.
 */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Affine } from '../../pipelines/core/grid/affine.ts';
import { writeCogFromArray } from '../../pipelines/runs/write-cog.ts';
import { createRandom } from '../support/random.ts';
import { star } from '../support/zones.ts';

/** Pixels of 10 m: 30 × 30 km. */
export const SIDE = 3000;
const RESOLUTION = 10;
const ORIGIN = [600_000, 5_800_000] as const;
const EPSG = 32631;
const TRANSFORM: Affine = [RESOLUTION, 0, ORIGIN[0], 0, -RESOLUTION, ORIGIN[1]];
const NODATA = -32768;
/** Share of the cells of the grid that are no parcel: woods, water, towns. */
const LEFT_OUT = 0.02;

/**
 * About `across²` parcels of eight corners as GeoJSON; neighbours share their edges, none overlap.
 * @returns the file's path
 */
export function prepareParcels(folder: string, across: number): string {
  mkdirSync(folder, { recursive: true });
  const path = join(folder, `parcels_${across}.geojson`);
  if (existsSync(path)) return path;
  const random = createRandom(across);
  const step = (SIDE * RESOLUTION) / across;
  // Corners on even places, bends of edges on the odd ones between them
  const places = 2 * across + 1;
  const moved = Array.from({ length: 2 * places * places }, () => (random() - 0.5) * 0.3 * step);
  const place = (col: number, row: number): [number, number] => {
    const at = 2 * (row * places + col);
    const inside = (k: number) => Math.min(SIDE * RESOLUTION, Math.max(0, k));
    const [x, y] = [inside((col * step) / 2 + moved[at]!), inside((row * step) / 2 + moved[at + 1]!)];
    return [Math.round((ORIGIN[0] + x) * 100) / 100, Math.round((ORIGIN[1] - y) * 100) / 100];
  };
  const features: string[] = [];
  for (let row = 0; row < places - 1; row += 2)
    for (let col = 0; col < places - 1; col += 2) {
      if (random() < LEFT_OUT) continue;
      const around = [
        [0, 0],
        [0, 1],
        [0, 2],
        [1, 2],
        [2, 2],
        [2, 1],
        [2, 0],
        [1, 0],
        [0, 0],
      ] as const;
      const coordinates = [around.map(([x, y]) => place(col + x, row + y))];
      const feature = {
        type: 'Feature',
        properties: { id: features.length + 1 },
        geometry: { type: 'Polygon', coordinates },
      };
      features.push(JSON.stringify(feature));
    }
  writeFileSync(path, collectionOf(features));
  return path;
}

/** Pixels of the raster under large zones: 90 × 90 km. */
const WIDE_SIDE = 3 * SIDE;

/** 40 polygons of 400 corners and some 7500 ha each, none over another. @returns the file's path */
export function prepareLargeZones(folder: string): string {
  mkdirSync(folder, { recursive: true });
  const path = join(folder, 'zones_40.geojson');
  if (existsSync(path)) return path;
  const random = createRandom(40);
  const features = Array.from({ length: 40 }, (_, k) => {
    const [x, y] = [((k % 8) + 0.5) * (WIDE_SIDE / 8), (Math.floor(k / 8) + 0.5) * (WIDE_SIDE / 5)];
    const ring = star(random, x, y, 0.49 * (WIDE_SIDE / 8), 400, 0.2).map(([col, row]) => [
      ORIGIN[0] + col * RESOLUTION,
      ORIGIN[1] - row * RESOLUTION,
    ]);
    return JSON.stringify({
      type: 'Feature',
      properties: { id: k + 1 },
      geometry: { type: 'Polygon', coordinates: [[...ring, ring[0]]] },
    });
  });
  writeFileSync(path, collectionOf(features));
  return path;
}

function collectionOf(features: readonly string[]): string {
  const crs = `{"type":"name","properties":{"name":"urn:ogc:def:crs:EPSG::${EPSG}"}}`;
  return `{"type":"FeatureCollection","crs":${crs},"features":[\n${features.join(',\n')}\n]}\n`;
}

/** Dates of an index in int16, as `landmeter index` writes it; one file a date. */
export async function prepareDates(folder: string, count: number): Promise<string[]> {
  const root = join(folder, 'zonal-dates');
  mkdirSync(root, { recursive: true });
  const paths: string[] = [];
  for (let date = 0; date < count; date++) {
    const path = join(root, `ndvi-${String(date).padStart(2, '0')}.tif`);
    paths.push(path);
    await prepareRaster(path, SIDE, date);
  }
  return paths;
}

/** One date under the large zones. */
export async function prepareWideDate(folder: string): Promise<string> {
  const path = join(folder, 'zonal-wide.tif');
  await prepareRaster(path, WIDE_SIDE, 0);
  return path;
}

async function prepareRaster(path: string, side: number, date: number): Promise<void> {
  if (existsSync(path)) return;
  const grid = { width: side, height: side, transform: TRANSFORM, epsg: EPSG };
  const spec = { ...grid, dtype: 'int16', bands: 1, nodata: NODATA, scale: 1e-4 } as const;
  await writeCogFromArray(path, spec, [valuesOf(side, date)], [null]);
}

/** Fields of some 18 pixels with a season each, clouds over a part of them, and noise from pixel to pixel. */
function valuesOf(side: number, date: number): Int16Array {
  const out = new Int16Array(side * side);
  const fields = createRandom(7);
  const noise = createRandom(1000 + date);
  const across = Math.ceil(side / 18);
  const peak = Float64Array.from({ length: across * across }, () => fields());
  const [cloudCol, cloudRow] = [noise() * side, noise() * side];
  for (let row = 0; row < side; row++)
    for (let col = 0; col < side; col++) {
      const field = peak[Math.floor(row / 18) * across + Math.floor(col / 18)]!;
      const season = 0.5 + 0.4 * Math.sin((2 * Math.PI * (date - 20 * field)) / 35);
      const isCloud = Math.hypot(col - cloudCol, row - cloudRow) < side / 10;
      const value = 0.15 + 0.7 * season * (0.6 + 0.4 * field) + 0.03 * (noise() - 0.5);
      out[row * side + col] = isCloud ? NODATA : 10_000 * value;
    }
  return out;
}
