/**
 * Open rasters of a thread, so that a task does not open and parse for each region what the last one had open. A source
 * that nobody used for some seconds is closed.
 */
import { openRaster } from './open-raster.ts';
import type { RasterSource, ReadLimits } from './raster-source.ts';

/** A raster as a plan names it. */
export interface SourceRef {
  readonly path: string;
  /** Tells a file that was replaced since: size and time of change, or an ETag. */
  readonly version: string;
  /** Decoded blocks are not kept: for runs over so many files that what each keeps would add up. Absent: they are. */
  readonly keepsBlocks?: false;
}

interface Entry {
  readonly source: Promise<RasterSource>;
  readonly cacheBytes: number;
  users: number;
  lastUse: number;
}

const IDLE_MS = 5000;
/** Tasks read whole regions, so that a block is hardly ever asked for twice. */
const CACHE_BYTES = 4 * 1024 * 1024;
/** What all open sources of a thread may keep, however many dates a run has. */
const ALL_CACHES_BYTES = 96 * 1024 * 1024;

const entries = new Map<string, Entry>();
let sweeper: NodeJS.Timeout | undefined;

/** Lends the open source to `use`; it must not be closed there, nor used afterwards. */
export async function withSource<T>(ref: SourceRef, use: (source: RasterSource) => Promise<T>): Promise<T> {
  const keeps = ref.keepsBlocks ?? true;
  const key = `${keeps} ${ref.version} ${ref.path}`;
  let entry = entries.get(key);
  if (!entry) {
    const limits = nextLimits();
    entry = { source: openRaster(ref.path, { limits }), cacheBytes: limits.cacheBytes, users: 0, lastUse: 0 };
    entries.set(key, entry);
  }
  entry.users++;
  try {
    return await use(await entry.source);
  } catch (error) {
    entries.delete(key);
    throw error;
  } finally {
    entry.users--;
    entry.lastUse = performance.now();
    sweeper ??= setInterval(sweep, IDLE_MS).unref();
  }
}

/** The later of many sources get less: always a part of what is left. */
function nextLimits(): ReadLimits {
  let left = ALL_CACHES_BYTES;
  for (const { cacheBytes } of entries.values()) left -= cacheBytes;
  return { maxBlockBytes: 256 * 1024 * 1024, cacheBytes: Math.min(CACHE_BYTES, Math.floor(left / 16)) };
}

function sweep(): void {
  for (const [key, entry] of entries)
    if (entry.users === 0 && performance.now() - entry.lastUse > IDLE_MS) {
      entries.delete(key);
      entry.source.then((source) => source.close()).catch(() => {}); // nothing was written to it
    }
  if (entries.size > 0) return;
  clearInterval(sweeper);
  sweeper = undefined;
}
