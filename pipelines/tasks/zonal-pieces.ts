/**
 * The pieces of zones in some tiles, however a task is told of them: as arrays, or by the name of a file that keeps them.
 * What was read stays in the thread for the next raster.
 */
import { piecesOfTile } from '../core/geometry/zonal/coverage.ts';
import type { Coverage } from '../core/geometry/zonal/coverage.ts';
import { PlatformError } from '../core/errors.ts';
import { readCoverageTiles, writeCoverageFile } from '../io/zones/coverage-file.ts';
import type { CoverageTile } from '../io/zones/coverage-file.ts';
import { readZones } from '../io/zones/read-zones.ts';
import { computeOn, digestCoverage } from '../io/zones/zone-coverage.ts';
import type { ZonalGrid } from '../io/zones/zone-coverage.ts';

/** Coverage by what it is made of, for whoever does not find the file. */
export interface CoverageRef {
  readonly path: string;
  readonly digest: string;
  readonly zones: { readonly path: string; readonly crs: string | null };
  readonly grid: ZonalGrid;
}

/** Bytes of tiles that a thread keeps. */
const KEPT_BYTES = 1 << 27;

const kept = new Map<string, CoverageTile>();
let keptBytes = 0;

/** @param first  Index into the tiles of the coverage, as is `end`, which is excluded. */
export async function loadTiles(
  coverage: Coverage | CoverageRef,
  first: number,
  end: number,
  signal?: AbortSignal,
): Promise<CoverageTile[]> {
  const wanted = Array.from({ length: end - first }, (_, i) => first + i);
  if (!('digest' in coverage)) return wanted.map((index) => tileOf(coverage, index));
  const found = new Map(wanted.map((index) => [index, takeKept(coverage.digest, index)]));
  const missing = wanted.filter((index) => !found.get(index));
  if (missing.length > 0) {
    const tiles =
      readCoverageTiles(coverage.path, coverage.digest, missing) ?? (await makeAgain(coverage, missing, signal));
    for (const [i, index] of missing.entries()) {
      found.set(index, tiles[i]);
      keepTile(coverage.digest, index, tiles[i]!);
    }
  }
  return wanted.map((index) => found.get(index)!);
}

/** Tiles of arrays that a run holds: the same record for each of its rasters. */
const tilesOf = new WeakMap<Coverage, CoverageTile[]>();

function tileOf(coverage: Coverage, index: number): CoverageTile {
  let tiles = tilesOf.get(coverage);
  if (!tiles) tilesOf.set(coverage, (tiles = []));
  return (tiles[index] ??= { tile: coverage.tiles[index]!, ...piecesOfTile(coverage, index) });
}

/** For tasks of this thread, which then need not read what it has just computed. */
export function keepTiles(digest: string, coverage: Coverage): void {
  for (let index = 0; index < coverage.tiles.length && keptBytes < KEPT_BYTES; index++)
    keepTile(digest, index, { tile: coverage.tiles[index]!, ...piecesOfTile(coverage, index) });
}

async function makeAgain(ref: CoverageRef, wanted: readonly number[], signal?: AbortSignal): Promise<CoverageTile[]> {
  const { path, digest, grid } = ref;
  const zones = await readZones(ref.zones.path, { crs: ref.zones.crs, ...(signal ? { signal } : {}) });
  if ((await digestCoverage(zones, grid)) !== digest)
    throw new PlatformError('not-readable', `${ref.zones.path} changed while it was used; run it again`, {
      detail: { path: ref.zones.path },
    });
  const coverage = computeOn(zones, grid);
  await writeCoverageFile(path, digest, coverage).catch(() => {}); // it is only slower without
  keepTiles(digest, coverage);
  return wanted.map((index) => ({ tile: coverage.tiles[index]!, ...piecesOfTile(coverage, index) }));
}

/** As a thread begins. */
export function clearKeptTiles(): void {
  kept.clear();
  keptBytes = 0;
}

function takeKept(digest: string, index: number): CoverageTile | undefined {
  const key = `${digest} ${index}`;
  const tile = kept.get(key);
  if (!tile) return undefined;
  kept.delete(key); // a Map keeps the order of insertion: what is used moves to its end
  kept.set(key, tile);
  return tile;
}

function keepTile(digest: string, index: number, tile: CoverageTile): void {
  const key = `${digest} ${index}`;
  if (kept.has(key)) return;
  kept.set(key, tile);
  keptBytes += bytesOf(tile);
  for (const [other, old] of kept) {
    if (keptBytes <= KEPT_BYTES || other === key) break;
    kept.delete(other);
    keptBytes -= bytesOf(old);
  }
}

function bytesOf({ pieceZone, pieceRange, runStart, cutCell }: CoverageTile): number {
  return 4 * (pieceZone.length + pieceRange.length + 2 * runStart.length + 2 * cutCell.length);
}
