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
}

interface Entry {
  readonly source: Promise<RasterSource>;
  users: number;
  lastUse: number;
}

const IDLE_MS = 5000;
/** Tasks read whole regions, so that a block is hardly ever asked for twice. */
const LIMITS: ReadLimits = { maxBlockBytes: 256 * 1024 * 1024, cacheBytes: 4 * 1024 * 1024 };

const entries = new Map<string, Entry>();
let sweeper: NodeJS.Timeout | undefined;

/** Lends the open source to `use`; it must not be closed there, nor used afterwards. */
export async function withSource<T>(ref: SourceRef, use: (source: RasterSource) => Promise<T>): Promise<T> {
  const key = `${ref.version} ${ref.path}`;
  let entry = entries.get(key);
  if (!entry) {
    entry = { source: openRaster(ref.path, { limits: LIMITS }), users: 0, lastUse: 0 };
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
