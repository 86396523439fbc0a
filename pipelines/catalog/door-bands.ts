/** Opens every file of a scene at the door: that it can be read to its end, and that all lie on one grid in one CRS. */
import { PlatformError } from '../core/errors.ts';
import type { Affine } from '../core/grid/affine.ts';
import { apply } from '../core/grid/affine.ts';
import { openRaster } from '../io/open-raster.ts';
import type { RasterInfo } from '../io/raster-source.ts';
import type { SceneCandidate } from './read-candidate.ts';
import type { Finding } from './scene-record.ts';

export interface PlacedFile {
  readonly path: string;
  readonly info: RasterInfo;
  readonly transform: Affine;
  readonly epsg: number;
}

/** Side of the window that is read to see whether a file is whole. */
const PROBE = 64;
/** Of a pixel; what a file's rounding of coordinates may cost. */
const SAME_PLACE = 0.01;

/**
 * @returns the files, finest band first.
 * @throws {PlatformError} `format-damaged` for a file that ends too early; `crs-missing`; `grid-mismatch` for files in
 *   different CRSs, or one that lies nowhere
 */
export async function openFiles(candidate: SceneCandidate, signal?: AbortSignal): Promise<PlacedFile[]> {
  const paths = [...new Set([...candidate.bands, ...candidate.classes].map(({ path }) => path))];
  const files: PlacedFile[] = [];
  for (const path of paths) files.push(await openFile(path, candidate.epsg, signal));
  for (const file of files)
    if (file.epsg !== files[0]!.epsg)
      throw new PlatformError(
        'grid-mismatch',
        `${file.path} is in EPSG:${file.epsg} and ${files[0]!.path} in EPSG:${files[0]!.epsg}; the bands of a scene share one CRS`,
      );
  return files;
}

async function openFile(path: string, epsgOfScene: number | null, signal?: AbortSignal): Promise<PlacedFile> {
  const raster = await openRaster(path, signal ? { signal } : {});
  try {
    const { info } = raster;
    if (!info.transform)
      throw new PlatformError(
        'grid-mismatch',
        `${path} does not say where it lies (no georeference); it cannot be used`,
      );
    const epsg = info.epsg ?? (info.crsText === null ? epsgOfScene : null);
    if (epsg === null)
      throw new PlatformError(
        'crs-missing',
        `${path} ${info.crsText === null ? 'states no CRS' : `is in a CRS that is not known here (${info.crsText.slice(0, 60)})`}; name it with --crs EPSG:n`,
      );
    if (epsgOfScene !== null && epsg !== epsgOfScene)
      throw new PlatformError(
        'grid-mismatch',
        `${path} is in EPSG:${epsg}, but its scene in EPSG:${epsgOfScene}; one of them is wrong`,
      );
    // The last pixels: in nearly every layout they come last in the file. A coarse level spares JPEG 2000 most of the work.
    const level = info.driver === 'JP2' ? info.levels.length - 1 : 0;
    const { width, height } = info.levels[level]!;
    const [w, h] = [Math.min(PROBE, width), Math.min(PROBE, height)];
    await raster.read(
      { col: width - w, row: height - h, width: w, height: h },
      { bands: [0], level, ...(signal ? { signal } : {}) },
    );
    return { path, info, transform: info.transform, epsg };
  } finally {
    await raster.close();
  }
}

/** Bands that are named and not there. */
export function checkFiles({ leftOut, bands }: SceneCandidate): Finding {
  const there = [...new Set(bands.map(({ code }) => code))].join(', ');
  return {
    check: 'files',
    level: leftOut.length > 0 ? 'warning' : 'ok',
    text:
      leftOut.length > 0
        ? `${leftOut.join(', ')} lie on a server that does not give them, and are left out; ${there} are there`
        : `${there} are there`,
    values: { missing: leftOut.length },
  };
}

/** Whether corners and extents agree, and pixels are as large as the metadata say. */
export function checkGrid(candidate: SceneCandidate, files: readonly PlacedFile[]): Finding {
  const [first] = files;
  const wrong: string[] = [];
  for (const file of files) {
    const [x0, y0] = shiftInPixels(first!, file, 0, 0);
    const { width, height } = file.info;
    const [x1, y1] = shiftInPixels(first!, file, width, height);
    if (Math.max(Math.abs(x0), Math.abs(y0)) > SAME_PLACE)
      wrong.push(`${nameOf(file.path)} begins ${round(x0)}, ${round(y0)} of its pixels beside ${nameOf(first!.path)}`);
    else if (Math.max(Math.abs(x1), Math.abs(y1)) >= 1)
      wrong.push(`${nameOf(file.path)} ends ${round(x1)}, ${round(y1)} of its pixels beside ${nameOf(first!.path)}`);
    const stated = candidate.bands.find((band) => band.path === file.path)?.gsd;
    const measured = pixelSize(file.transform);
    if (stated !== undefined && stated > 0 && Math.abs(stated / measured - 1) > SAME_PLACE)
      wrong.push(`${nameOf(file.path)} has pixels of ${round(measured)}, its metadata say ${round(stated)}`);
  }
  const { info, epsg } = first!;
  const size = `${files.length} ${files.length === 1 ? 'file' : 'files'}, the finest ${info.width} × ${info.height} pixels in EPSG:${epsg}`;
  return {
    check: 'grid',
    level: wrong.length > 0 ? 'warning' : 'ok',
    text:
      wrong.length > 0
        ? `${size}; ${wrong.slice(0, 3).join('; ')}${wrong.length > 3 ? ' …' : ''}`
        : `${size}; all on one grid`,
    values: { files: files.length, width: info.width, height: info.height, epsg, disagreements: wrong.length },
  };
}

export function pixelSize(transform: Affine): number {
  return Math.hypot(transform[0], transform[3]);
}

/** Between a file's corner and that of the first file, in pixels of the file; the far corner where col, row are its size. */
function shiftInPixels(first: PlacedFile, file: PlacedFile, col: number, row: number): [number, number] {
  const far = col > 0 ? ([first.info.width, first.info.height] as const) : ([0, 0] as const);
  const [ax, ay] = apply(first.transform, ...far);
  const [bx, by] = apply(file.transform, col, row);
  return [(bx - ax) / pixelSize(file.transform), (by - ay) / Math.hypot(file.transform[1], file.transform[4])];
}

function nameOf(path: string): string {
  return path.replace(/[?#].*$/, '').replace(/^.*[\\/]/, '');
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
