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
}

export interface OpenedSources<Key> {
  readonly grid: CubeGrid;
  readonly sources: ReadonlyMap<Key, PlaneSource>;
  readonly notes: readonly string[];
}

/** Headers that are read at the same time. */
const AT_ONCE = 16;

/**
 * Opens files and finds the grid of the finest that holds them all: tiles of one UTM zone become one raster.
 * @throws {PlatformError} `grid-mismatch` for another CRS or turned axes; what opening throws
 */
export async function openSources<Key>(
  files: ReadonlyMap<Key, BandFile>,
  signal?: AbortSignal,
): Promise<OpenedSources<Key>> {
  const entries = [...files];
  const opened = new Map<Key, OpenedBand>();
  for (let start = 0; start < entries.length; start += AT_ONCE) {
    const some = entries.slice(start, start + AT_ONCE);
    const bands = await Promise.all(some.map(([, { path }]) => openBand({ path, name: null }, signal)));
    some.forEach(([key], k) => opened.set(key, bands[k]!));
  }
  const grid = gridAround([...opened.values()]);
  const notes = new Set<string>();
  const sources = new Map<Key, PlaneSource>();
  for (const [key, file] of entries) {
    const band = opened.get(key)!;
    if (band.note !== null) notes.add(band.note);
    sources.set(key, placeOn(grid, file, band, notes));
  }
  return { grid, sources, notes: [...notes] };
}

function placeOn(grid: CubeGrid, file: BandFile, band: OpenedBand, notes: Set<string>): PlaneSource {
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
  for (const { path, raster } of bands)
    if (raster.epsg !== epsg)
      throw new PlatformError(
        'grid-mismatch',
        `${path} is in EPSG:${raster.epsg}, ${finest.path} in EPSG:${epsg}; a data cube has one CRS: choose scenes of one UTM zone by bbox or tile, or bring one to the other with warp`,
        { detail: { paths: [path, finest.path] } },
      );
  return { ...extentOf(bands, transform), epsg };
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
