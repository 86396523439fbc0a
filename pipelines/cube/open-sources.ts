/** Files of bands, opened and laid on one grid: the planes that all others are computed from. */
import { PlatformError } from '../core/errors.ts';
import type { Calibration } from '../core/expression/codegen.ts';
import type { Affine } from '../core/grid/affine.ts';
import { isNorthUp } from '../core/grid/affine.ts';
import { boundsOfRaster } from '../core/grid/bounds.ts';
import { alignGrid, isShifted } from '../core/raster/align.ts';
import type { OpenedBand } from '../runs/align.ts';
import { openBand, toAligned } from '../runs/align.ts';
import { bandUse, placementOf } from '../runs/run-facts.ts';
import type { SpecialValues } from '../tasks/layer.ts';
import { NO_SPECIAL_VALUES } from '../tasks/layer.ts';
import type { CubeGrid, PlaneSource } from './program.ts';

/** A band of one scene, as a catalogue or a user names it. */
export interface BandFile {
  /** `2024-06-01 red`: for the passport. */
  readonly role: string;
  /** Path or URL, with `#3` behind it for one band of several. */
  readonly path: string;
  /** Undefined: what the file says. */
  readonly calibration?: Calibration;
  readonly special?: SpecialValues;
  /** Pixel size, where it is known without opening the file: it is then opened only where a product needs it. */
  readonly gsd?: number;
}

export interface OpenedSources<Key> {
  readonly grid: CubeGrid;
  readonly sources: ReadonlyMap<Key, PlaneSource>;
}

/** Headers that are read at the same time. */
const AT_ONCE = 16;

/**
 * Opens files and finds the grid of the finest that holds them all: tiles of one UTM zone become one raster.
 * @param notes  Receives what a user should know.
 * @throws {PlatformError} `grid-mismatch` for another CRS or turned axes; what opening throws
 */
export async function openSources<Key>(
  files: ReadonlyMap<Key, BandFile>,
  notes: Set<string>,
  signal?: AbortSignal,
): Promise<OpenedSources<Key>> {
  const entries = [...files];
  const opened = await openAll(
    entries.map(([, file]) => file),
    signal,
  );
  const grid = gridAround(opened);
  const sources = new Map<Key, PlaneSource>();
  for (const [k, [key, file]] of entries.entries()) sources.set(key, placeOn(grid, file, opened[k]!, notes));
  return { grid, sources };
}

/** Reads headers, some at the same time. */
export async function openAll(files: readonly BandFile[], signal?: AbortSignal): Promise<OpenedBand[]> {
  const opened: OpenedBand[] = [];
  for (let start = 0; start < files.length; start += AT_ONCE) {
    const some = files.slice(start, start + AT_ONCE);
    opened.push(...(await Promise.all(some.map(({ path }) => openBand({ path, name: null }, signal)))));
  }
  return opened;
}

/** @throws {PlatformError} `grid-mismatch` where the file cannot be laid over the grid */
export function placeOn(grid: CubeGrid, file: BandFile, band: OpenedBand, notes: Set<string>): PlaneSource {
  if (band.note !== null) notes.add(band.note);
  if (band.raster.epsg !== grid.epsg) throw otherCrs(band, grid.epsg);
  const alignment = alignGrid(band.raster, grid);
  if (!alignment)
    throw new PlatformError(
      'grid-mismatch',
      `${band.path} has axes that are turned against those of the other rasters; bring it onto their grid with warp`,
      { detail: { path: band.path } },
    );
  if (isShifted(alignment))
    notes.add(`${band.path} does not lie on whole pixels of the data cube: the nearest pixel is taken`);
  const { role, special = NO_SPECIAL_VALUES } = file;
  const { scale, offset } = band.info;
  const calibration = file.calibration ?? { scale, offset };
  const { reading } = bandUse(role, band, { calibration, special, placement: placementOf(alignment) });
  // The version is pinned when it is read: a program says what is read, on whatever machine
  return {
    band: { ...toAligned(band, alignment, special), version: '' },
    calibration,
    file: { role, reading: reading! },
  };
}

function gridAround(bands: readonly OpenedBand[]): CubeGrid {
  const [first] = bands;
  const finest = bands.reduce((best, band) => (cellOf(band) < cellOf(best) ? band : best), first!);
  const { epsg, transform } = finest.raster;
  if (!transform || !isNorthUp(transform))
    throw new PlatformError(
      'crs-missing',
      `${finest.path} has ${transform ? 'turned axes' : 'no georeference'}, so it cannot be part of a data cube; warp it first`,
    );
  const other = bands.find(({ raster }) => raster.epsg !== epsg);
  if (other) throw otherCrs(other, epsg);
  return { ...extentOf(bands, transform), epsg };
}

function otherCrs({ path, raster }: OpenedBand, epsg: number | null): PlatformError {
  return new PlatformError(
    'grid-mismatch',
    `${path} is in EPSG:${raster.epsg}, others are in EPSG:${epsg}; a data cube has one CRS: choose scenes of one UTM zone by bbox or tile, or bring one to the other with warp`,
    { detail: { path } },
  );
}

function cellOf({ raster: { transform: t } }: OpenedBand): number {
  return t ? Math.abs(t[0] * t[4] - t[1] * t[3]) : Infinity;
}

/** All rasters in pixels of one of them: edges that are off by a part of a pixel go outwards. */
function extentOf(bands: readonly OpenedBand[], [a, , c, , e, f]: Affine): Omit<CubeGrid, 'epsg'> {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const { raster } of bands) {
    if (!raster.transform) continue;
    const box = boundsOfRaster(raster.transform, raster.width, raster.height, 0);
    left = Math.min(left, Math.floor((box.minX - c) / a + SLACK));
    right = Math.max(right, Math.ceil((box.maxX - c) / a - SLACK));
    top = Math.min(top, Math.floor((box.maxY - f) / e + SLACK));
    bottom = Math.max(bottom, Math.ceil((box.minY - f) / e - SLACK));
  }
  return {
    width: right - left,
    height: bottom - top,
    transform: [a, 0, c + a * left, 0, e, f + e * top],
  };
}

/** A hundredth of a pixel is the noise of written coordinates. */
const SLACK = 0.01;
