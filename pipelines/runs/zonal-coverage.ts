/** The coverage of a set of zones on the grids of a run: computed when a grid first comes, kept for the rasters after. */
import { PlatformError } from '../core/errors.ts';
import type { Coverage, CoverageIndex } from '../core/geometry/zonal/coverage.ts';
import { isSupportedCrs } from '../core/grid/crs.ts';
import type { RasterInfo } from '../io/raster-source.ts';
import { coveragePath, prepareCache, touch, trimCache } from '../io/zones/coverage-cache.ts';
import { readCoverageIndex, writeCoverageFile } from '../io/zones/coverage-file.ts';
import type { Zones } from '../io/zones/read-zones.ts';
import { computeOn, digestCoverage } from '../io/zones/zone-coverage.ts';
import type { ZonalGrid } from '../io/zones/zone-coverage.ts';
import { keepTiles } from '../tasks/zonal-pieces.ts';
import type { CoverageRef } from '../tasks/zonal-pieces.ts';

/** Bytes of coverage that are kept: a run over rasters of many grids computes some anew rather than hold them all. */
const KEPT_BYTES = 1 << 29;
/** A tile has at least this side, where the raster's blocks are smaller. */
const TILE_SIDE = 256;
/** Cells of a tile of a raster in strips. */
const STRIP_CELLS = 1 << 18;

type GriddedRaster = Pick<RasterInfo, 'name' | 'transform' | 'epsg' | 'crsText' | 'width' | 'height' | 'levels'>;

/** @throws {PlatformError} `crs-missing`, `crs-unsupported` where the raster is nowhere on Earth */
export function gridOf({ name, transform, epsg, crsText, width, height, levels }: GriddedRaster): ZonalGrid {
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

export interface GridCoverage {
  readonly index: CoverageIndex;
  /** As tasks are told of it. */
  readonly source: Coverage | CoverageRef;
}

export interface CoverageStoreOptions {
  /** Where the zones come from, for a task that must read them again. */
  readonly zones: CoverageRef['zones'];
  /** Folder that keeps coverage from run to run; null: none. */
  readonly folder: string | null;
  /** Arrays that threads read without a copy, where there is no folder. */
  readonly isShared: boolean;
}

export class CoverageStore {
  readonly #zones: Zones;
  readonly #options: CoverageStoreOptions;
  readonly #kept = new Map<string, GridCoverage>();
  /** Of the coverages: how many there were in the folder, how many were computed. */
  readonly counts = { found: 0, computed: 0 };

  constructor(zones: Zones, options: CoverageStoreOptions) {
    this.#zones = zones;
    this.#options = options;
  }

  /** @throws {PlatformError} as `toPixels`, and as writing to the folder does */
  async coverageOn(grid: ZonalGrid): Promise<GridCoverage> {
    const key = JSON.stringify(grid);
    const known = this.#kept.get(key);
    this.#kept.delete(key); // a Map keeps the order of insertion: what is used moves to its end
    const coverage = known ?? (await this.#find(grid));
    this.#kept.set(key, coverage);
    let bytes = 0;
    for (const [other, kept] of [...this.#kept].reverse()) {
      bytes += bytesOf(kept.index) + bytesOf(kept.source);
      if (bytes > KEPT_BYTES && other !== key) this.#kept.delete(other);
    }
    return coverage;
  }

  async #find(grid: ZonalGrid): Promise<GridCoverage> {
    const { zones, folder, isShared } = this.#options;
    if (folder === null) {
      const coverage = this.#compute(grid);
      return { index: coverage, source: isShared ? share(coverage) : coverage };
    }
    const digest = await digestCoverage(this.#zones, grid);
    const path = coveragePath(folder, digest);
    const source: CoverageRef = { path, digest, zones, grid };
    const found = readCoverageIndex(path, digest);
    if (found) {
      this.counts.found++;
      await touch(path);
      return { index: found, source };
    }
    const coverage = this.#compute(grid);
    await prepareCache(folder);
    await writeCoverageFile(path, digest, coverage);
    await trimCache(folder, path);
    keepTiles(digest, coverage);
    const { width, height, tileWidth, tileHeight, zoneArea, zonePieces, zoneCells, tiles, tilePieces, resolved } =
      coverage;
    const index = {
      width,
      height,
      tileWidth,
      tileHeight,
      zoneArea,
      zonePieces,
      zoneCells,
      tiles,
      tilePieces,
      resolved,
    };
    return { index, source };
  }

  #compute(grid: ZonalGrid): Coverage {
    this.counts.computed++;
    return computeOn(this.#zones, grid);
  }
}

function bytesOf(coverage: object): number {
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
