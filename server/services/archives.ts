/** Open archives of the workspace: kept open while they are used, opened anew when the file was replaced. */
import { stat } from 'node:fs/promises';
import { archivePath } from '../../pipelines/catalog/layer.ts';
import { isPlatformError, PlatformError } from '../../pipelines/core/errors.ts';
import { openArchive } from '../../pipelines/io/pmtiles/reader.ts';
import type { Archive } from '../../pipelines/io/pmtiles/reader.ts';

export interface OpenArchive {
  readonly archive: Archive;
  /** Changes whenever the file does: in addresses of tiles, and the base of their ETags. */
  readonly version: string;
}

export interface Archives {
  /** The archive if it is open and was looked at within the last second: no promise on the way of a tile. */
  peek(name: string): OpenArchive | undefined;
  /** @throws {PlatformError} `not-found`, `format-damaged` */
  open(name: string): Promise<OpenArchive>;
  close(): Promise<void>;
}

interface Kept extends OpenArchive {
  checkedAt: number;
}

/** How long a look at the file's time is trusted. */
const TRUST_MS = 1000;
/** Archives kept open; each holds a file descriptor and its root directory. */
const MOST_OPEN = 200;

export function createArchives(workspace: string, now: () => number = Date.now): Archives {
  const kept = new Map<string, Kept>();
  const opening = new Map<string, Promise<Kept>>();

  async function refresh(name: string): Promise<Kept> {
    const path = archivePath(workspace, name);
    const version = await versionOf(path, name);
    const known = kept.get(name);
    if (known?.version === version) {
      known.checkedAt = now();
      return known;
    }
    const fresh: Kept = { archive: await openArchive(path), version, checkedAt: now() };
    keep(name, fresh);
    return fresh;
  }

  function keep(name: string, fresh: Kept): void {
    const old = kept.get(name);
    kept.delete(name);
    kept.set(name, fresh);
    if (old) closeSoon(old.archive);
    if (kept.size <= MOST_OPEN) return;
    const [eldest, { archive }] = kept.entries().next().value!;
    kept.delete(eldest);
    closeSoon(archive);
  }

  return {
    peek(name) {
      const known = kept.get(name);
      return known && now() - known.checkedAt < TRUST_MS ? known : undefined;
    },
    open(name) {
      const pending = opening.get(name) ?? refresh(name).finally(() => opening.delete(name));
      opening.set(name, pending);
      return pending;
    },
    async close() {
      await Promise.all([...kept.values()].map(({ archive }) => archive.close()));
      kept.clear();
    },
  };
}

/** Requests that are being answered may still read from it. */
function closeSoon(archive: Archive): void {
  setTimeout(() => void archive.close().catch(() => {}), 10_000).unref();
}

async function versionOf(path: string, name: string): Promise<string> {
  try {
    const { mtimeMs, size, ino } = await stat(path);
    return [Math.floor(mtimeMs), size, ino].map((n) => n.toString(36)).join('');
  } catch (cause) {
    if (isPlatformError(cause)) throw cause;
    throw new PlatformError('not-found', `There is no layer "${name}"`, {
      detail: { parameter: 'layer', value: name },
      cause,
    });
  }
}
