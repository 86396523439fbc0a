/** Where the passport of a product is: beside it, or inside where the format has a place for it. */
import { readFile, stat } from 'node:fs/promises';
import { extname } from 'node:path';
import { PlatformError } from '../core/errors.ts';
import type { Passport } from '../core/passport/passport.ts';
import { openByteSource } from '../io/byte-source/open.ts';

/** The key of an archive's JSON metadata. */
export const EMBEDDED_KEY = 'passport';

const ENDING = '.passport.json';
const MAX_SIDECAR_BYTES = 64 << 20;

export function sidecarOf(product: string): string {
  return `${product}${ENDING}`;
}

const MEDIA_TYPES: Readonly<Record<string, string>> = {
  '.tif': 'image/tiff; application=geotiff; profile=cloud-optimized',
  '.tiff': 'image/tiff; application=geotiff; profile=cloud-optimized',
  '.pmtiles': 'application/vnd.pmtiles',
  '.csv': 'text/csv',
  '.json': 'application/json',
  '.geojson': 'application/geo+json',
  '.parquet': 'application/vnd.apache.parquet',
};

export function mediaTypeOf(product: string): string {
  return MEDIA_TYPES[extname(product).toLowerCase()] ?? 'application/octet-stream';
}

export interface FoundPassport {
  readonly passport: Passport;
  /** The file that it is the passport of. */
  readonly product: string;
  readonly embedded: boolean;
}

/**
 * @param path  A product, or the sidecar itself.
 * @throws {PlatformError} `not-found` where there is no product or no passport; `format-damaged`, `format-unsupported`
 */
export async function findPassport(path: string): Promise<FoundPassport> {
  if (path.endsWith(ENDING))
    return { passport: await readSidecar(path), product: path.slice(0, -ENDING.length), embedded: false };
  if (await isArchive(path)) return { passport: await readEmbedded(path), product: path, embedded: true };
  const sidecar = sidecarOf(path);
  if (!(await stat(sidecar).catch(() => null)))
    throw new PlatformError('not-found', `${path} has no passport: ${sidecar} is not there`, { detail: { path } });
  return { passport: await readSidecar(sidecar), product: path, embedded: false };
}

async function readSidecar(path: string): Promise<Passport> {
  const stats = await stat(path).catch(() => null);
  if (!stats?.isFile()) throw new PlatformError('not-found', `There is no passport ${path}; check the name`);
  if (stats.size > MAX_SIDECAR_BYTES)
    throw new PlatformError('too-large', `${path} has ${stats.size} bytes; no passport is so large`);
  const text = await readFile(path, 'utf8').catch((cause: Error) => {
    throw new PlatformError('not-readable', `Cannot read ${path}: ${cause.message}`, { cause });
  });
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new PlatformError('format-damaged', `${path} is not JSON; it is cut short or was edited`, { cause });
  }
  return parse(value, path);
}

/** What parses is loaded only here: it takes 0.05 s, and most runs only write a passport. */
async function parse(value: unknown, path: string): Promise<Passport> {
  const { parsePassport } = await import('./parse.ts');
  return parsePassport(value, path);
}

async function readEmbedded(path: string): Promise<Passport> {
  const { openArchive } = await import('../io/pmtiles/reader.ts');
  const archive = await openArchive(path);
  await archive.close();
  const value = archive.metadata[EMBEDDED_KEY];
  if (value === undefined)
    throw new PlatformError('not-found', `${path} has no passport: its metadata has no key ${EMBEDDED_KEY}`);
  return parse(value, path);
}

/** @throws {PlatformError} `not-found`, `not-readable` */
async function isArchive(path: string): Promise<boolean> {
  const source = await openByteSource(path);
  try {
    return Buffer.from(await source.read(0, 7)).toString('latin1') === 'PMTiles';
  } finally {
    await source.close();
  }
}
