/** Zones of a file on the grid of a raster: computed, or taken from where it was kept. */
import { createHash } from 'node:crypto';
import { COVERAGE_VERSION, computeCoverage } from '../../core/geometry/zonal/coverage.ts';
import type { Coverage, CoverageGrid } from '../../core/geometry/zonal/coverage.ts';
import { toPixels, turnOnto } from '../../core/geometry/zonal/to-pixels.ts';
import type { PixelGrid } from '../../core/geometry/zonal/to-pixels.ts';
import { findCrs } from '../../core/grid/crs.ts';
import { digestOf } from '../../passport/digest.ts';
import { usedRdGrid } from '../rd-grid.ts';
import type { Zones } from './read-zones.ts';

/** A raster's grid and the tiles by which it is read. */
export interface ZonalGrid extends PixelGrid, CoverageGrid {}

type ZoneShapes = Pick<Zones, 'polygons' | 'epsg'>;

/** @throws {PlatformError} as `toPixels` */
export function computeOn({ polygons, epsg }: ZoneShapes, grid: ZonalGrid): Coverage {
  const pixels = toPixels(polygons, epsg, grid);
  if (findCrs(grid.epsg).units === 'degree') turnOnto(pixels, grid.width, 360 / grid.transform[0]);
  const { width, height, tileWidth, tileHeight } = grid;
  return computeCoverage(pixels, { width, height, tileWidth, tileHeight });
}

const RD = new Set([28992, 7415]);

/**
 * SHA-256 of all that a coverage depends on: positions and CRS of the zones, the grid, the correction grid of RD New
 * where one of the two is in it, and the version of the algorithm.
 */
export async function digestCoverage({ polygons, epsg }: ZoneShapes, grid: ZonalGrid): Promise<string> {
  const rdGrid = usedRdGrid();
  const usesRd = epsg !== grid.epsg && (RD.has(epsg) || RD.has(grid.epsg)) && rdGrid !== null;
  const { transform, width, height, tileWidth, tileHeight } = grid;
  const words = [
    COVERAGE_VERSION,
    epsg,
    grid.epsg,
    [...transform, width, height, tileWidth, tileHeight],
    usesRd ? (await digestOf(rdGrid)).sha256 : null,
  ];
  const hash = createHash('sha256').update(JSON.stringify(words));
  const { coordinates, ringStarts, polygonStarts, zoneStarts } = polygons;
  for (const { buffer, byteOffset, byteLength } of [coordinates, ringStarts, polygonStarts, zoneStarts])
    hash.update(`${byteLength}:`).update(new Uint8Array(buffer, byteOffset, byteLength));
  return hash.digest('hex');
}
