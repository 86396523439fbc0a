/** The folder in which coverage is kept from run to run: files named by what they depend on, the longest unused leave. */
import { mkdir, readdir, rm, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';

/** Some hundred sets of 25 000 parcels. */
export const CACHE_BYTES = 2 * 2 ** 30;
const ENDING = '.coverage';

export function coveragePath(folder: string, digest: string): string {
  return join(folder, `${digest}${ENDING}`);
}

/** Makes the folder. @throws {PlatformError} never: what cannot be made, writing to it will tell */
export async function prepareCache(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true }).catch(() => {});
}

/** Tells that a file was used, so that others leave before it. */
export async function touch(path: string): Promise<void> {
  const now = new Date();
  await utimes(path, now, now).catch(() => {}); // a folder that only others may write to
}

/**
 * Removes the files that were not used for the longest time until those that stay have no more than so many bytes.
 * Whoever reads one of them at the moment computes it anew.
 * @param kept  Stays in any case.
 */
export async function trimCache(folder: string, kept: string, maxBytes = CACHE_BYTES): Promise<void> {
  const names = (await readdir(folder).catch(() => [])).filter((name) => name.endsWith(ENDING));
  const files: { path: string; bytes: number; used: number }[] = [];
  for (const name of names) {
    const path = join(folder, name);
    const stats = await stat(path).catch(() => null); // another process may have been quicker
    if (stats) files.push({ path, bytes: stats.size, used: path === kept ? Infinity : stats.mtimeMs });
  }
  files.sort((a, b) => b.used - a.used);
  let bytes = 0;
  for (const file of files) {
    bytes += file.bytes;
    if (bytes > maxBytes && file.path !== kept) await rm(file.path, { force: true }).catch(() => {});
  }
}
