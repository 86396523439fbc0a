/** What stands at the door: a scene as its source tells it, before anything is checked. */
import { basename } from 'node:path';
import { parseCrs } from '../core/grid/crs.ts';
import { isPlatformError, PlatformError } from '../core/errors.ts';
import { openRaster } from '../io/open-raster.ts';
import { findBand } from './bands.ts';
import { dateInName } from './date-in-name.ts';
import type { SceneCalibration } from './radiometry.ts';
import { openScene } from './scene.ts';
import type { Scene } from './scene.ts';
import type { RecordedBand, SceneRecord } from './scene-record.ts';
import type { SceneSource } from './scene-source.ts';

/** A record without what is measured at the door. */
export interface SceneCandidate extends Omit<
  SceneRecord,
  'id' | 'bbox' | 'footprint' | 'digest' | 'files' | 'findings' | 'calibration'
> {
  /** Null: it has none of its own and is called after its contents. */
  readonly id: string | null;
  /** What an id is made of where there is none. */
  readonly name: string;
  readonly calibration: SceneCalibration;
  /** Codes of bands that the source names and that cannot be had. */
  readonly leftOut: readonly string[];
  /** What is read of it besides bands and classes. */
  readonly metadata: readonly string[];
}

export interface CandidateOptions {
  /** CRS of rasters that state none. */
  readonly crs?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** @throws {PlatformError} as `openScene` and `openRaster`; `parameter-invalid` where nothing tells the time */
export async function readCandidate(source: SceneSource, options: CandidateOptions = {}): Promise<SceneCandidate> {
  if (source.kind === 'product') return readProduct(source.path, options);
  const { path } = source;
  const name = basename(path.replace(/[?#].*$/, '')).replace(/\.\w+$/, '');
  const read =
    source.kind === 'raster'
      ? await readBands(path, null, options)
      : (await Promise.all(source.files.map((file) => readBands(file.path, file.code, options)))).flat();
  const isClasses = ({ code }: ReadBand) => code === 'SCL';
  return {
    id: null,
    name,
    collection: 'rasters',
    platform: null,
    level: null,
    baseline: null,
    tile: /(?:^|[_-])T?(\d\d[C-HJ-NP-X][A-Z]{2})(?:[_-]|$)/.exec(name)?.[1] ?? null,
    datetime: dateOf(path),
    epsg: options.crs === undefined ? (read[0]?.epsg ?? null) : parseCrs(options.crs),
    cloudCover: null,
    bands: read
      .filter((band) => !isClasses(band))
      .map(({ epsg: _epsg, ...band }) => band)
      .sort((a, b) => a.gsd - b.gsd),
    classes: read.filter(isClasses).map((band) => ({ path: band.path, gsd: band.gsd })),
    calibration: asStored(read),
    source: path,
    leftOut: [],
    metadata: [],
  };
}

async function readProduct(path: string, { signal }: CandidateOptions): Promise<SceneCandidate> {
  const { scene, leftOut } = await leaveOutUnreachable(await openScene(path, signal ? { signal } : {}), signal);
  if (scene.files.length === 0)
    throw new PlatformError(
      'band-missing',
      `${path} has no bands that can be read (files that are missing, or addresses such as s3://)`,
    );
  if (scene.datetime === '')
    throw new PlatformError('format-damaged', `${path} does not say when it was taken; its datetime is needed`);
  const { id, platform, level, baseline, tile, datetime, epsg, cloudCover, files, sclFiles, calibration } = scene;
  const isItem = /\.(geo)?json(\?|$)/i.test(path) || /^https?:/i.test(path);
  const isFile = isItem || /\.zip$/i.test(path);
  return {
    id,
    name: id,
    collection: `sentinel-2-${level.toLowerCase()}`,
    platform,
    level,
    baseline,
    tile,
    datetime: new Date(datetime).toISOString(),
    epsg,
    cloudCover,
    bands: files.map((file) => ({ ...file, index: 0 })),
    classes: [...sclFiles],
    calibration,
    source: path,
    leftOut,
    metadata: [isFile ? path : `${path.replace(/[\\/](MTD_MSIL..\.xml)?$/, '')}/MTD_MSI${level}.xml`],
  };
}

/**
 * An item that was downloaded with some of its bands still names the rest where they came from. Those are taken where
 * their server answers; a scene that lies on a server altogether is not cut down because of a bad connection.
 */
async function leaveOutUnreachable(scene: Scene, signal?: AbortSignal): Promise<{ scene: Scene; leftOut: string[] }> {
  const isRemote = ({ path }: { path: string }) => /^https?:/i.test(path);
  if (scene.files.every(isRemote) || !scene.files.some(isRemote)) return { scene, leftOut: [] };
  const silent = new Set<string>();
  const lost = new Set<string>();
  for (const { path, code } of scene.files.filter(isRemote)) {
    const { host } = new URL(path);
    if (silent.has(host) || !(await canBeOpened(path, signal))) {
      silent.add(host);
      lost.add(code);
    }
  }
  const kept = scene.files.filter((file) => !isRemote(file) || !lost.has(file.code));
  const sclFiles = scene.sclFiles.filter((file) => !isRemote(file) || !silent.has(new URL(file.path).host));
  return { scene: { ...scene, files: kept, sclFiles }, leftOut: [...lost] };
}

async function canBeOpened(path: string, signal?: AbortSignal): Promise<boolean> {
  try {
    const raster = await openRaster(path, signal ? { signal } : {});
    await raster.close();
    return true;
  } catch (error) {
    if (isPlatformError(error) && error.code !== 'aborted') return false;
    throw error;
  }
}

interface ReadBand extends RecordedBand {
  readonly epsg: number | null;
}

/** @param code  Of the band that the file is named after; null: all of its bands, by their own names. */
async function readBands(path: string, code: string | null, { signal }: CandidateOptions): Promise<ReadBand[]> {
  const raster = await openRaster(path, signal ? { signal } : {});
  try {
    const { bands, transform, epsg } = raster.info;
    const gsd = transform ? Math.hypot(transform[0], transform[3]) : 0;
    const known = code === null ? null : findBand(code);
    return (code === null ? bands : bands.slice(0, 1)).map((band, index) => ({
      name: known?.name ?? code?.toLowerCase() ?? band.name ?? `band${index + 1}`,
      code: known?.code ?? code ?? String(index + 1),
      path,
      index,
      gsd,
      scale: band.scale,
      offset: band.offset,
      nodata: band.nodata !== null && Number.isFinite(band.nodata) ? band.nodata : null,
      saturated: null,
      epsg,
    }));
  } finally {
    await raster.close();
  }
}

/** RFC 3339, UTC, out of the name. */
function dateOf(path: string): string {
  const date = dateInName(path);
  if (date !== null) return date;
  throw new PlatformError(
    'parameter-invalid',
    `Nothing tells when ${path} was taken: put a date into its name (ndvi_20240601.tif) or that of its folder, or a STAC item (.json) beside it`,
  );
}

function asStored(bands: readonly RecordedBand[]): SceneCalibration {
  const [first] = bands;
  const scale = first?.scale ?? 1;
  return {
    quantification: 1 / scale,
    addOffset: (first?.offset ?? 0) / scale,
    origin: 'none',
    explanation: `Files without a product's metadata are read as they say themselves: value = DN × ${scale} + ${first?.offset ?? 0}`,
  };
}
