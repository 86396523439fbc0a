/** Where water always is, as a map tells it: a raster on any grid of the scene's CRS, or polygons in any CRS. */
import { computeCoverage, piecesOfTile } from '../core/geometry/zonal/coverage.ts';
import type { TilePieces } from '../core/geometry/zonal/coverage.ts';
import { SHARE_UNIT } from '../core/geometry/zonal/covered-cells.ts';
import { toPixels } from '../core/geometry/zonal/to-pixels.ts';
import { PlatformError } from '../core/errors.ts';
import { alignGrid, overlaps } from '../core/raster/align.ts';
import { isFeatureFile } from '../io/features/detect.ts';
import type { CogSpec } from '../io/tiff/cog-layout.ts';
import { cogRegions, regionSize } from '../io/tiff/cog-layout.ts';
import { readZones } from '../io/zones/read-zones.ts';
import type { InputUse } from '../passport/recorder.ts';
import type { PermanentRaster, PixelRuns } from '../tasks/radar-flood-classes.ts';
import { openBand, toAligned } from './align.ts';
import type { SharedGrid } from './align.ts';
import type { RunControls } from './progress.ts';
import { bandUse, placementOf } from './run-facts.ts';

export interface PermanentWaterRequest {
  readonly path: string;
  /** Of a raster: the numbers that mean water; null: whatever is not 0. */
  readonly classes: readonly number[] | null;
  /** Of polygons; null: as the file says, else WGS 84. */
  readonly crs: string | null;
}

export interface PermanentWater {
  readonly raster: PermanentRaster | null;
  /** Of polygons, per region of the result. */
  readonly runs: readonly PixelRuns[] | null;
  readonly uses: readonly InputUse[];
}

/** @throws {PlatformError} `grid-mismatch`, `crs-unsupported`, and what reading throws */
export async function openPermanentWater(
  request: PermanentWaterRequest,
  grid: SharedGrid,
  spec: CogSpec,
  notes: string[],
  controls: RunControls,
): Promise<PermanentWater> {
  const { path, classes, crs } = request;
  if (!(await isFeatureFile(path))) return openMask(path, classes, grid, controls);
  if (classes !== null)
    throw new PlatformError('usage', `--permanent-classes goes with a raster; ${path} holds features`);
  return {
    raster: null,
    runs: await polygonRuns(path, crs, spec, notes, controls),
    uses: [{ role: 'permanent', path }],
  };
}

async function openMask(
  path: string,
  classes: readonly number[] | null,
  grid: SharedGrid,
  { signal }: RunControls,
): Promise<PermanentWater> {
  const band = await openBand({ path, name: null }, signal);
  const alignment = band.raster.epsg === grid.epsg ? alignGrid(band.raster, grid) : null;
  if (!alignment)
    throw new PlatformError(
      'grid-mismatch',
      `${path} is in EPSG:${band.raster.epsg ?? '?'} and the scene in EPSG:${grid.epsg}; bring it there with warp --resampling nearest`,
      { detail: { path } },
    );
  if (!overlaps(alignment, band.raster, grid))
    throw new PlatformError('grid-mismatch', `${path} and the scene have no ground in common`, { detail: { path } });
  const { scale, offset } = band.info;
  const layer = { bands: [toAligned(band, alignment)], classes: null, formula: null, scale, offset };
  const use = bandUse('permanent', band, { placement: placementOf(alignment) });
  return { raster: { layer, classes }, runs: null, uses: [use] };
}

/** Pixels that polygons cover by half or more. */
async function polygonRuns(
  path: string,
  crs: string | null,
  spec: CogSpec,
  notes: string[],
  { signal }: RunControls,
): Promise<PixelRuns[]> {
  const zones = await readZones(path, { crs, ...(signal && { signal }) });
  notes.push(...zones.notes);
  const { width, height, transform, epsg } = spec;
  const side = regionSize(spec);
  const pixels = toPixels(zones.polygons, zones.epsg, { transform: transform!, epsg: epsg! });
  const coverage = computeCoverage(pixels, { width, height, tileWidth: side, tileHeight: side });
  if (coverage.tiles.length === 0) notes.push(`No polygon of ${path} meets the scene; is its CRS right?`);
  const runs: PixelRuns[] = cogRegions(spec).map(() => ({ starts: new Uint32Array(0), lengths: new Uint32Array(0) }));
  for (const [k, tile] of coverage.tiles.entries()) runs[tile] = toRuns(piecesOfTile(coverage, k));
  return runs;
}

function toRuns({ runStart, runLength, cutCell, cutShare }: TilePieces): PixelRuns {
  const cut = cutCell.filter((_, k) => cutShare[k]! * SHARE_UNIT >= 0.5);
  const starts = new Uint32Array(runStart.length + cut.length);
  starts.set(runStart);
  starts.set(cut, runStart.length);
  const lengths = new Uint32Array(starts.length).fill(1);
  lengths.set(runLength);
  return { starts, lengths };
}
