/** Which files a scene is made of, and what is in them: the same contents have the same digest wherever they lie. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { PlatformError } from '../core/errors.ts';
import { readTextFile } from './product-files.ts';
import type { SceneFile } from './scene-record.ts';

export interface DigestOptions {
  /** Files as they were seen before: of the same size and time, they are not read again. */
  readonly known?: readonly SceneFile[];
  readonly signal?: AbortSignal | undefined;
}

/**
 * SHA-256 of every file that lies here. Of what lies on a server only metadata (JSON) are read: bands may be gigabytes.
 * @param paths  For `openRaster`; entries of a zip stand for the zip.
 * @throws {PlatformError} `not-found`, `not-readable`, `aborted`
 */
export async function digestFiles(paths: readonly string[], options: DigestOptions = {}): Promise<SceneFile[]> {
  const files = [...new Set(paths.map((path) => path.replace(/(\.zip)!\/.*$/i, '$1')))];
  const digested: SceneFile[] = [];
  for (const path of files) digested.push(await digestFile(path, options));
  return digested;
}

async function digestFile(path: string, { known, signal }: DigestOptions): Promise<SceneFile> {
  const hash = createHash('sha256');
  if (/^https?:\/\//i.test(path)) {
    const isMetadata = /\.(geo)?json(\?|$)/i.test(path) || !/\.\w{2,4}(\?|$)/.test(path);
    const sha256 = isMetadata ? hash.update(await readTextFile(path, signal)).digest('hex') : null;
    return { path, sizeBytes: null, modifiedMs: null, sha256 };
  }
  try {
    const { size, mtimeMs } = await stat(path);
    const seen = known?.find((file) => file.path === path && file.sizeBytes === size && file.modifiedMs === mtimeMs);
    if (seen) return seen;
    await pipeline(createReadStream(path, { highWaterMark: 1 << 20 }), hash, signal ? { signal } : {});
    return { path, sizeBytes: size, modifiedMs: mtimeMs, sha256: hash.digest('hex') };
  } catch (error) {
    signal?.throwIfAborted();
    throw new PlatformError('not-readable', `${path} cannot be read: ${(error as Error).message}`, { cause: error });
  }
}

/** One digest of all: by name and contents, whatever the folder; by address where the contents are not known. */
export function digestOf(files: readonly SceneFile[]): string {
  const lines = files.map(({ path, sha256 }) =>
    sha256 === null ? path.replace(/[?#].*$/, '') : `${basename(path.replace(/[?#].*$/, ''))} ${sha256}`,
  );
  return createHash('sha256').update(lines.sort().join('\n')).digest('hex');
}
