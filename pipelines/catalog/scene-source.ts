/** Finds scenes behind what a user names: products, STAC items, folders of bands, single rasters, or a folder of such. */
import { readdir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { PlatformError } from '../core/errors.ts';
import { findBand } from './bands.ts';
import { readTextFile } from './product-files.ts';

export type SceneSource =
  /** A SAFE folder, a zip of one, a STAC item: for `openScene`. */
  | { readonly kind: 'product'; readonly path: string }
  /** A folder whose files are called after bands. */
  | { readonly kind: 'bands'; readonly path: string; readonly files: readonly BandFile[] }
  | { readonly kind: 'raster'; readonly path: string };

interface BandFile {
  /** `B04`, `SCL`. */
  readonly code: string;
  readonly path: string;
}

const METADATA = /^MTD_MSIL(1C|2A)\.xml$/;
const RASTER = /\.(tiff?|jp2)$/i;
/** `B04.tif`, `T31UFT_20240601_B8A_20m.jp2`, `scene.SCL.tif`. */
const BAND = /(?:^|[^A-Za-z0-9])(B\d[\dA]|SCL)(?:[_.-]\d\dm)?\.(?:tiff?|jp2)$/i;
/** Deeper than a year, a month and a tile nobody is looked for. */
const MAX_DEPTH = 3;

/**
 * @returns the scenes in order of their paths; a file or an address is taken at its word.
 * @throws {PlatformError} `not-found`; `format-unknown` for a folder without a scene
 */
export async function findSceneSources(path: string): Promise<SceneSource[]> {
  if (/^https?:\/\//i.test(path)) return sourcesAt(path);
  const stats = await stat(path).catch(() => null);
  if (!stats) throw new PlatformError('not-found', `There is no file or folder ${path}; check the name`);
  if (!stats.isDirectory()) {
    const isProduct = /\.(zip|(geo)?json)$/i.test(path) || METADATA.test(basename(path));
    return [{ kind: isProduct ? 'product' : 'raster', path }];
  }
  const found = await searchFolder(path, MAX_DEPTH);
  if (found.length === 0)
    throw new PlatformError(
      'format-unknown',
      `${path} holds no scene: a Sentinel-2 product (SAFE), a STAC item (.json), files named after bands (B04.tif) or rasters are looked for`,
    );
  return found;
}

/** A raster, a STAC item, or what a STAC API lists. */
async function sourcesAt(address: string): Promise<SceneSource[]> {
  const name = address.replace(/[?#].*$/, '');
  if (RASTER.test(name)) return [{ kind: 'raster', path: address }];
  const { listItemAddresses } = await import('./stac-search.ts');
  const items = /\.(safe|zip)$/i.test(name) ? null : await listItemAddresses(address);
  if (items === null) return [{ kind: 'product', path: address }];
  if (items.length === 0)
    throw new PlatformError('not-found', `${address} finds no item; ask for another place or time`);
  return items.map((path) => ({ kind: 'product', path }));
}

async function searchFolder(folder: string, depth: number): Promise<SceneSource[]> {
  const entries = (await readdir(folder, { withFileTypes: true }))
    .filter(({ name }) => !name.startsWith('.'))
    .sort((a, b) => a.name.localeCompare(b.name));
  const files = entries.filter((entry) => !entry.isDirectory()).map(({ name }) => name);
  if (files.some((name) => METADATA.test(name))) return [{ kind: 'product', path: folder }];
  const items = await filterItems(folder, files);
  if (items.length > 0) return items.map((path) => ({ kind: 'product', path }));
  const bands = bandFiles(folder, files);
  if (bands.length > 0) return [{ kind: 'bands', path: folder, files: bands }];
  const here: SceneSource[] = files
    .filter((name) => /\.zip$/i.test(name) || RASTER.test(name))
    .map((name) => ({ kind: RASTER.test(name) ? 'raster' : 'product', path: join(folder, name) }));
  if (depth === 0) return here;
  const below = entries
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => searchFolder(join(folder, name), depth - 1));
  return [...here, ...(await Promise.all(below)).flat()];
}

async function filterItems(folder: string, files: readonly string[]): Promise<string[]> {
  const paths = files.filter((name) => /\.(geo)?json$/i.test(name)).map((name) => join(folder, name));
  const answers = await Promise.all(paths.map((path) => isStacItem(path).catch(() => false)));
  return paths.filter((_, k) => answers[k]);
}

/** Whether a JSON file is a STAC item and not features. @throws {PlatformError} where it cannot be read */
export async function isStacItem(path: string): Promise<boolean> {
  try {
    const value: unknown = JSON.parse(await readTextFile(path));
    return typeof value === 'object' && value !== null && 'stac_version' in value && 'assets' in value;
  } catch (error) {
    if (error instanceof SyntaxError) return false;
    throw error;
  }
}

function bandFiles(folder: string, files: readonly string[]): BandFile[] {
  return files.flatMap((name) => {
    const code = BAND.exec(name)?.[1]?.toUpperCase();
    return code !== undefined && (code === 'SCL' || findBand(code)) ? [{ code, path: join(folder, name) }] : [];
  });
}
