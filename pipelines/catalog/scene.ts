/** One acquisition: the files of its bands, how to read them as reflectance, and which to take for a formula. */
import { stat } from 'node:fs/promises';
import { PlatformError } from '../core/errors.ts';
import type { SentinelBandName } from './bands.ts';
import { findBand, SENTINEL2_BANDS } from './bands.ts';
import type { SceneCalibration } from './radiometry.ts';

export interface SceneBand {
  readonly name: SentinelBandName | 'scl';
  /** ESA's code: `B04`, `SCL`. */
  readonly code: string;
  /** For `openRaster`. */
  readonly path: string;
  /** Metres per pixel. */
  readonly gsd: number;
  /** reflectance = dn · scale + offset, the product's offset settled; 1 and 0 for classes. */
  readonly scale: number;
  readonly offset: number;
  /** Digital numbers that are no measurement. The files themselves need not declare them. */
  readonly nodata: number | null;
  readonly saturated: number | null;
}

export interface ClassFile {
  readonly path: string;
  readonly gsd: number;
}

export interface Scene {
  readonly id: string;
  /** The file that all of this stands in: `MTD_MSIL2A.xml` or the item. */
  readonly metadataPath: string;
  /** `sentinel-2a` … */
  readonly platform: string;
  readonly level: 'L1C' | 'L2A';
  /** `04.00`; null where nobody says. */
  readonly baseline: string | null;
  /** MGRS tile such as `29UNU`. */
  readonly tile: string | null;
  /** RFC 3339, UTC. */
  readonly datetime: string;
  readonly epsg: number | null;
  /** Every band once, at its finest resolution, in ESA's order. */
  readonly bands: readonly SceneBand[];
  /** Every file of every band, finest first. */
  readonly files: readonly SceneBand[];
  /** The scene classification at its finest resolution. */
  readonly scl: ClassFile | null;
  /** The classification at every resolution, finest first. */
  readonly sclFiles: readonly ClassFile[];
  readonly calibration: SceneCalibration;
  /** Per cent. */
  readonly cloudCover: number | null;
}

/**
 * A Sentinel-2 product as ESA delivers it (SAFE folder, or a zip of it) or a STAC item (a file or an http(s) URL).
 * @throws {PlatformError} `not-found`, `not-readable`, `remote-failed`; `format-unknown` for what is neither;
 *   `format-damaged` for metadata that contradict themselves.
 */
export async function openScene(path: string, options: { readonly signal?: AbortSignal } = {}): Promise<Scene> {
  if (isItemPath(path)) {
    const { readStacItem } = await import('./stac-item.ts');
    return readStacItem(path, options);
  }
  if (!(await isScenePath(path)))
    throw new PlatformError(
      'format-unknown',
      `${path} is no Sentinel-2 scene; name a SAFE folder, a zip of one, or a STAC item (.json)`,
    );
  const { readSafe } = await import('./safe.ts');
  return readSafe(path.replace(METADATA_FILE, '') || '.');
}

const METADATA_FILE = /(?:^|[\\/])MTD_MSIL(1C|2A)\.xml$/;

function isItemPath(path: string): boolean {
  return /\.(geo)?json(\?|$)/i.test(path) || (isAddress(path) && !/\.(tiff?|jp2|zip|pmtiles)(\?|$)/i.test(path));
}

function isAddress(path: string): boolean {
  return /^https?:\/\//i.test(path);
}

/**
 * Does this name a scene (a folder, a zip archive, a STAC item) and not a raster? Told by what may hold a scene; only
 * `openScene` knows whether it does.
 * @throws {PlatformError} `not-found`
 */
export async function isScenePath(path: string): Promise<boolean> {
  if (isAddress(path)) return /\.(geo)?json(\?|$)/i.test(path);
  if (path.includes('!/')) return false;
  const stats = await stat(path).catch(() => null);
  if (!stats) throw new PlatformError('not-found', `There is no file or folder ${path}; check the name`);
  return stats.isDirectory() || /\.(zip|(geo)?json)$/i.test(path) || METADATA_FILE.test(path);
}

export interface BandSelection {
  /** By the word that was asked for. */
  readonly bands: ReadonlyMap<string, SceneBand>;
  /** Metres per pixel of the finest band: the grid to work on. */
  readonly gsd: number;
  /** Sentences about what was taken instead of what was asked for. */
  readonly notes: readonly string[];
}

/**
 * Bands by common name or ESA's code, in any case; each at its finest resolution. `nir` is B08 and, in a scene without
 * it, B8A: narrower, at the same place of the spectrum, and what the 20 m and 60 m products hold in its stead.
 * @throws {PlatformError} `band-missing`, naming the band and those that are there.
 */
export function selectBands(scene: Scene, names: readonly string[]): BandSelection {
  const notes: string[] = [];
  const chosen = new Map<string, SceneBand>();
  for (const word of names.filter((name) => !isClassWord(name))) {
    let band = scene.bands.find((b) => b.name === findBand(word)?.name);
    if (!band && word.toLowerCase() === 'nir') {
      band = scene.bands.find((b) => b.name === 'nir08');
      if (band) notes.push(`${scene.id} has no B08; nir is taken from B8A (nir08, ${band.gsd} m)`);
    }
    if (!band) throw missing(scene, word);
    chosen.set(word, band);
  }
  const finest = Math.min(...[...chosen.values()].map((b) => b.gsd));
  const classes = chosen.size > 0 ? selectClasses(scene, finest) : scene.scl;
  const bands = new Map(names.map((word) => [word, chosen.get(word) ?? toBand(classes, scene, word)]));
  return { bands, gsd: chosen.size > 0 ? finest : (classes?.gsd ?? 0), notes };
}

/**
 * The classification to lay over a grid: the one of that resolution, else the next finer, else the finest there is.
 * So a mask never asks for more pixels than the bands have.
 * @param gsd  Metres per pixel of the grid.
 */
export function selectClasses({ sclFiles }: Scene, gsd: number): ClassFile | null {
  return sclFiles.findLast((file) => file.gsd <= gsd) ?? sclFiles[0] ?? null;
}

function isClassWord(word: string): boolean {
  return word.toLowerCase() === 'scl';
}

/** The classification as a band, for formulas that name `scl`. */
function toBand(classes: ClassFile | null, scene: Scene, word: string): SceneBand {
  if (!classes) throw missing(scene, word);
  return { name: 'scl', code: 'SCL', ...classes, scale: 1, offset: 0, nodata: 0, saturated: null };
}

function missing(scene: Scene, word: string): PlatformError {
  const there =
    scene.bands.map((b) => `${b.name} (${b.code})`).join(', ') ||
    'no bands that can be read (files that are missing, or addresses such as s3://)';
  const known = findBand(word) ? '' : `; Sentinel-2 has ${SENTINEL2_BANDS.map((b) => b.name).join(', ')}`;
  return new PlatformError('band-missing', `${scene.id} has no band ${word}: it holds ${there}${known}`, {
    detail: { scene: scene.id, band: word, available: scene.bands.map((b) => b.code) },
  });
}

/** The finest file of each band, in ESA's order. */
export function finestOf(files: readonly SceneBand[]): SceneBand[] {
  const finest: SceneBand[] = [];
  for (const { name } of SENTINEL2_BANDS) {
    const [first] = files.filter((file) => file.name === name).sort((a, b) => a.gsd - b.gsd);
    if (first) finest.push(first);
  }
  return finest;
}

/** A Sentinel-2 tile is in the UTM zone that its name begins with; letters from N on are north of the equator. */
export function epsgOfTile(tile: string): number | null {
  const parts = /^(\d\d)([C-HJ-NP-X])[A-Z]{2}$/.exec(tile);
  if (!parts) return null;
  return (parts[2]! >= 'N' ? 32600 : 32700) + Number(parts[1]);
}
