/**
 * Rasters that a thread keeps open for pictures on demand. All share one cache of decoded blocks, bounded by bytes: the
 * tiles of a map ask for the same blocks again and again.
 */
import { isPlatformError } from '../core/errors.ts';
import { openRaster } from '../io/open-raster.ts';
import type { RasterSource } from '../io/raster-source.ts';
import type { SourceRef } from '../io/source-cache.ts';
import { BlockCache } from '../io/tiff/read/block-cache.ts';

/** Decoded blocks of all rasters of a thread. */
const BLOCKS_BYTES = 128 * 1024 * 1024;
/** Of a raster that is no TIFF, and so keeps its own. */
const OWN_CACHE_BYTES = 16 * 1024 * 1024;
const MOST_OPEN = 48;

interface Entry {
  readonly source: Promise<RasterSource>;
  users: number;
  isFaulty: boolean;
}

const blocks = new BlockCache(BLOCKS_BYTES);
/** The longest unused one first. */
const entries = new Map<string, Entry>();

/** Lends the open raster to `use`; it must not be closed there. @throws {PlatformError} as `openRaster` */
export async function withOpen<T>({ path, version }: SourceRef, use: (source: RasterSource) => Promise<T>): Promise<T> {
  const key = `${version} ${path}`;
  const entry = entries.get(key) ?? { source: openRaster(path, { limits: LIMITS }), users: 0, isFaulty: false };
  entries.delete(key);
  entries.set(key, entry);
  entry.users++;
  try {
    return await use(await entry.source);
  } catch (error) {
    if (!isPlatformError(error) || error.code === 'aborted') throw error;
    entry.isFaulty = true; // opened anew next time: the file may have been mended
    if (entries.get(key) === entry) entries.delete(key);
    throw error;
  } finally {
    entry.users--;
    if (entry.isFaulty && entry.users === 0) close(entry);
    closeOldest();
  }
}

const LIMITS = { maxBlockBytes: 64 * 1024 * 1024, cacheBytes: OWN_CACHE_BYTES, blocks };

function closeOldest(): void {
  for (const [key, entry] of entries) {
    if (entries.size <= MOST_OPEN) return;
    if (entry.users > 0) continue;
    entries.delete(key);
    close(entry);
  }
}

/** Nothing was written to it, so that a failure to close loses nothing. */
function close({ source }: Entry): void {
  source.then((opened) => opened.close()).catch(() => {});
}
