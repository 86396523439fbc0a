/** The files of a product, whether it is a folder or a zip of one: names relative to the product, and how to open each. */
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { PlatformError } from '../core/errors.ts';
import { openByteSource } from '../io/byte-source/open.ts';

export interface ProductFiles {
  /** As the user gave it, for messages. */
  readonly path: string;
  /** The product's own name: its folder's, without what is around it. */
  readonly name: string;
  /** Relative, with `/`. */
  readonly names: readonly string[];
  /** What `openRaster` takes for one of the names. */
  pathOf(name: string): string;
}

/** Metadata of a product or a STAC item; pixels are never read whole. */
const MAX_TEXT_BYTES = 32 * 1024 * 1024;

/** @throws {PlatformError} `not-found`, `not-readable`, `format-damaged` */
export async function openProductFiles(path: string): Promise<ProductFiles> {
  const stats = await stat(path).catch(() => null);
  if (!stats) throw new PlatformError('not-found', `There is no product ${path}; check the name and the folder`);
  return stats.isDirectory() ? folderFiles(path) : zipFiles(path);
}

/** The metadata beside, and all below `GRANULE`: a folder that is no product is not walked. */
async function folderFiles(path: string): Promise<ProductFiles> {
  const granules = await readdir(join(path, 'GRANULE'), { recursive: true, withFileTypes: true }).catch(() => []);
  const below = granules.map((entry) => ({ entry, folder: entry.parentPath.slice(path.length) }));
  const beside = (await readdir(path, { withFileTypes: true })).map((entry) => ({ entry, folder: '' }));
  const names = [...beside, ...below]
    .filter(({ entry }) => entry.isFile())
    .map(({ entry, folder }) => join(folder, entry.name).replaceAll('\\', '/').replace(/^\//, ''));
  const name = path.replace(/[\\/]+$/, '').replace(/^.*[\\/]/, '');
  return { path, name, names, pathOf: (n) => join(path, n) };
}

/** The product is the one folder in the archive that holds its metadata file. */
async function zipFiles(path: string): Promise<ProductFiles> {
  const { listZipEntries } = await import('../io/byte-source/zip-source.ts');
  const entries = await listZipEntries(path);
  const metadata = entries.find((entry) => /(^|\/)MTD_MSIL(1C|2A)\.xml$/.test(entry)) ?? '';
  const root = metadata.slice(0, metadata.lastIndexOf('/') + 1);
  const name = root.replace(/\/$/, '').replace(/^.*\//, '') || path.replace(/^.*[\\/]/, '').replace(/\.zip$/i, '');
  const names = entries.filter((entry) => entry.startsWith(root)).map((entry) => entry.slice(root.length));
  return { path, name, names, pathOf: (n) => `${path}!/${root}${n}` };
}

/**
 * A text file, local, in a zip or on a server.
 * @throws {PlatformError} `not-found`, `not-readable`, `remote-failed`; `too-large` beyond 32 MB.
 */
export async function readTextFile(path: string, signal?: AbortSignal): Promise<string> {
  const source = await openByteSource(path, signal ? { signal } : {});
  try {
    const bytes = await source.read(0, Math.min(source.size ?? Infinity, MAX_TEXT_BYTES) + 1, signal);
    if (bytes.length > MAX_TEXT_BYTES)
      throw new PlatformError('too-large', `${path} has more than ${MAX_TEXT_BYTES} bytes; metadata are smaller`);
    return new TextDecoder().decode(bytes);
  } finally {
    await source.close();
  }
}
