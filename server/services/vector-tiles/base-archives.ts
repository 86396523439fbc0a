import { isPlatformError } from '../../../pipelines/core/errors.ts';
import { openArchive } from '../../../pipelines/io/pmtiles/reader.ts';
import type { Archive } from '../../../pipelines/io/pmtiles/reader.ts';
import { basePath } from '../../../pipelines/vector-tiles/bases.ts';
import type { DataVersion } from '../../../pipelines/vector-tiles/versions.ts';

export interface BaseArchives {
  /** Null where the layer has none, or it is not here: on another machine, or just replaced. */
  open(version: DataVersion): Promise<Archive | null>;
  close(): Promise<void>;
}

const MOST_OPEN = 50;
/** Requests that are being answered may still read from one that is closed. */
const GRACE_MS = 10_000;

/** Archives under layers; a file of one name never has other contents. */
export function createBaseArchives(workspace: string): BaseArchives {
  const kept = new Map<string, Promise<Archive | null>>();

  async function open(file: string): Promise<Archive | null> {
    try {
      return await openArchive(basePath(workspace, file));
    } catch (error) {
      if (isPlatformError(error) && error.code === 'not-found') return null;
      throw error;
    }
  }

  const close = async (opened: Promise<Archive | null>) => (await opened)?.close();

  return {
    async open({ base }) {
      if (!base) return null;
      const known = kept.get(base.file);
      if (known) return known;
      const opened = open(base.file);
      kept.set(base.file, opened);
      // One that is not here may come; one that cannot be read may be mended
      const archive = await opened.catch((error: unknown) => {
        kept.delete(base.file);
        throw error;
      });
      if (!archive) kept.delete(base.file);
      for (const [oldest, archives] of kept) {
        if (kept.size <= MOST_OPEN) break;
        kept.delete(oldest);
        setTimeout(() => void close(archives).catch(() => {}), GRACE_MS).unref();
      }
      return archive;
    },
    async close() {
      await Promise.all([...kept.values()].map(close));
      kept.clear();
    },
  };
}
