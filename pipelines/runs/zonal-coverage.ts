/** The coverage of a set of zones on the grids of a run: computed when a grid first comes, kept for the rasters after. */
import { PlatformError } from '../core/errors.ts';
import { computeCoverage } from '../core/geometry/zonal/coverage.ts';
import type { Coverage, CoverageGrid } from '../core/geometry/zonal/coverage.ts';
import { toPixels, turnOnto } from '../core/geometry/zonal/to-pixels.ts';
import type { PixelGrid } from '../core/geometry/zonal/to-pixels.ts';
import { findCrs, isSupportedCrs } from '../core/grid/crs.ts';
import type { RasterInfo } from '../io/raster-source.ts';
import type { Zones } from '../io/zones/read-zones.ts';

export interface ZonalGrid extends PixelGrid, CoverageGrid {}

/** Bytes of coverage that are kept: a run over rasters of many grids computes some anew rather than hold them all. */
const KEPT_BYTES = 1 << 29;
/** A tile has at least this side, where the raster's blocks are smaller. */
const TILE_SIDE = 256;
/** Cells of a tile of a raster in strips. */
const STRIP_CELLS = 1 << 18;

/** @throws {PlatformError} `crs-missing`, `crs-unsupported` where the raster is nowhere on Earth */
export function gridOf({ name, transform, epsg, crsText, width, height, levels }: RasterInfo): ZonalGrid {
  if (!transform)
    throw new PlatformError('crs-missing', `${name} does not say where on Earth it lies; georeference it first`);
  if (epsg === null && crsText === null)
    throw new PlatformError(
      'crs-missing',
      `${name} has no CRS; give it one first (gdal_edit.py -a_srs EPSG:… does it)`,
    );
  if (epsg === null || !isSupportedCrs(epsg))
    throw new PlatformError(
      'crs-unsupported',
      `${name} is in ${epsg === null ? `"${crsText}"` : `EPSG:${epsg}`}, a CRS that is not known here; warp it first`,
      { detail: { path: name, epsg } },
    );
  const { blockWidth, blockHeight } = levels[0]!;
  return { transform, epsg, width, height, ...tileOf(width, blockWidth, blockHeight) };
}

/** Whole blocks, so that each is decoded once. */
function tileOf(width: number, blockWidth: number, blockHeight: number) {
  const across = Math.max(1, Math.floor(TILE_SIDE / blockWidth));
  const tileWidth = across * blockWidth;
  const down = tileWidth >= width ? STRIP_CELLS / (tileWidth * blockHeight) : TILE_SIDE / blockHeight;
  return { tileWidth, tileHeight: Math.max(1, Math.floor(down)) * blockHeight };
}

export class CoverageStore {
  readonly #zones: Zones;
  readonly #kept = new Map<string, Coverage>();
  readonly #isShared: boolean;

  /** @param isShared  Arrays that threads read without a copy. */
  constructor(zones: Zones, isShared: boolean) {
    this.#zones = zones;
    this.#isShared = isShared;
  }

  /** @throws {PlatformError} as `toPixels` */
  coverageOn(grid: ZonalGrid): Coverage {
    const key = JSON.stringify(grid);
    const known = this.#kept.get(key);
    this.#kept.delete(key); // a Map keeps the order of insertion: what is used moves to its end
    const coverage = known ?? this.#compute(grid);
    this.#kept.set(key, coverage);
    let bytes = 0;
    for (const [other, kept] of [...this.#kept].reverse()) {
      bytes += bytesOf(kept);
      if (bytes > KEPT_BYTES && other !== key) this.#kept.delete(other);
    }
    return coverage;
  }

  #compute(grid: ZonalGrid): Coverage {
    const { polygons, epsg } = this.#zones;
    const pixels = toPixels(polygons, epsg, grid);
    if (findCrs(grid.epsg).units === 'degree') turnOnto(pixels, grid.width, 360 / grid.transform[0]);
    const { width, height, tileWidth, tileHeight } = grid;
    const coverage = computeCoverage(pixels, { width, height, tileWidth, tileHeight });
    return this.#isShared ? share(coverage) : coverage;
  }
}

function bytesOf(coverage: Coverage): number {
  let bytes = 0;
  for (const value of Object.values(coverage) as unknown[]) if (ArrayBuffer.isView(value)) bytes += value.byteLength;
  return bytes;
}

function share(coverage: Coverage): Coverage {
  const shared = Object.entries(coverage).map(([name, value]: [string, unknown]) => {
    if (value instanceof Uint32Array) {
      const copy = new Uint32Array(new SharedArrayBuffer(value.byteLength));
      copy.set(value);
      return [name, copy] as const;
    }
    return [name, value] as const;
  });
  return Object.fromEntries(shared) as unknown as Coverage;
}
