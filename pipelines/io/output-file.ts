/**
 * Output that appears under its final name complete or not at all: written beside it under a hidden name that holds
 * the writer's process id, flushed, then renamed. A later write to the same name removes what dead writers left.
 */
import { constants, readFileSync, rmSync } from 'node:fs';
import { open, readdir, rename, rm, stat } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { PlatformError } from '../core/errors.ts';

export interface OutputFile {
  readonly handle: FileHandle;
  /** The hidden name it has until `commit`. */
  readonly temporaryPath: string;
  /** Flushes and gives the file its final name. */
  commit(): Promise<void>;
  /** Closes and removes; does nothing after `commit`. */
  discard(): Promise<void>;
}

/** Hidden files of this process, removed at its end however it ends short of kill -9. */
const unfinished = new Set<string>();
process.on('exit', () => {
  for (const path of unfinished) rmSync(path, { force: true });
});

/**
 * @throws {PlatformError} `not-writable` where the folder is missing, not a folder, not ours, or `path` is no file;
 *   `disk-full`.
 */
export async function createOutputFile(path: string): Promise<OutputFile> {
  const target = resolve(path);
  const existing = await stat(target).catch(() => null);
  if (existing?.isDirectory())
    throw new PlatformError('not-writable', `Cannot write ${path}: it is a folder; name a file`, { detail: { path } });
  // Renaming onto a device or a pipe would replace it: `-o /dev/null` by an administrator would break the machine.
  if (existing && !existing.isFile())
    throw new PlatformError('not-writable', `Cannot write ${path}: it is a device or a pipe; name a file`, {
      detail: { path },
    });
  await removeLeftovers(target);
  const temporaryPath = join(dirname(target), `.${basename(target)}.${process.pid}.tmp`);
  let handle: FileHandle;
  try {
    handle = await open(temporaryPath, constants.O_RDWR | constants.O_CREAT | constants.O_TRUNC, 0o644);
  } catch (error) {
    throw writeError(path, error);
  }
  unfinished.add(temporaryPath);
  let isOpen = true;
  const close = async () => {
    if (isOpen) await handle.close();
    isOpen = false;
  };
  return {
    handle,
    temporaryPath,
    async commit() {
      try {
        await handle.datasync();
        await close();
        await rename(temporaryPath, target);
      } catch (error) {
        throw writeError(path, error);
      }
      unfinished.delete(temporaryPath);
    },
    async discard() {
      if (!unfinished.has(temporaryPath)) return;
      await close().catch(() => {});
      await rm(temporaryPath, { force: true });
      unfinished.delete(temporaryPath);
    },
  };
}

/** Opens, lets `write` fill it, commits; discards where `write` throws. */
export async function writeOutputFile<T>(path: string, write: (file: OutputFile) => Promise<T>): Promise<T> {
  const file = await createOutputFile(path);
  try {
    const result = await write(file);
    await file.commit();
    return result;
  } catch (error) {
    await file.discard();
    throw isSystemError(error) ? writeError(path, error) : error;
  }
}

/** A hidden scratch file beside `path` that is removed by `discard` and never committed. */
export async function createScratchFile(path: string, label: string): Promise<OutputFile> {
  return createOutputFile(join(dirname(resolve(path)), `${basename(path)}.${label}`));
}

/** One clear sentence for what the operating system answered to a write. */
export function writeError(path: string, error: unknown): PlatformError {
  const code = (error as NodeJS.ErrnoException).code ?? '';
  const options = { detail: { path, errno: code }, cause: error };
  if (code === 'ENOSPC' || code === 'EDQUOT')
    return new PlatformError(
      'disk-full',
      `Cannot write ${path}: the disk is full; free some space and run it again`,
      options,
    );
  return new PlatformError(
    'not-writable',
    `Cannot write ${path}: ${REASONS[code] ?? (error as Error).message}`,
    options,
  );
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'its folder does not exist',
  ENOTDIR: 'a part of its path is a file, not a folder',
  EEXIST: 'a part of its path is a file, not a folder',
  EACCES: 'you have no right to write there',
  EPERM: 'you have no right to write there',
  EROFS: 'the file system is read-only',
  EISDIR: 'it is a folder',
};

function isSystemError(error: unknown): boolean {
  return (
    error instanceof Error &&
    !(error instanceof PlatformError) &&
    typeof (error as NodeJS.ErrnoException).errno === 'number'
  );
}

async function removeLeftovers(target: string): Promise<void> {
  const prefix = `.${basename(target)}.`;
  const names = await readdir(dirname(target)).catch(() => [] as string[]);
  for (const name of names) {
    if (!name.startsWith(prefix) || !name.endsWith('.tmp')) continue;
    const pid = Number(name.slice(0, -4).split('.').at(-1));
    if (Number.isInteger(pid) && pid !== process.pid && !isAlive(pid))
      await rm(join(dirname(target), name), { force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
  return !isZombie(pid);
}

/** A killed process that nobody has waited for still answers signals, but writes no more. Linux tells its state. */
function isZombie(pid: number): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return /^[ZX]/.test(stat.slice(stat.lastIndexOf(')') + 2));
  } catch {
    return false;
  }
}
