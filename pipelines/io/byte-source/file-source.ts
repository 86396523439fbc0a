/** Bytes of a local file, read by position so that any number of readers can share it. */
import { close, constants, fstat, open, read, readSync } from 'node:fs';
import { promisify } from 'node:util';
import { PlatformError } from '../../core/errors.ts';
import { checkAborted } from './byte-source.ts';
import type { ByteSource } from './byte-source.ts';

const openFd = promisify(open);
const closeFd = promisify(close);
const statFd = promisify(fstat);
const readFd = promisify(read);

/**
 * @throws {PlatformError} `not-found`; `not-readable` for a folder, a pipe or device, or a file that is not ours to read.
 */
export async function openFileSource(path: string): Promise<ByteSource> {
  // Without O_NONBLOCK, opening a named pipe waits for somebody to write to it.
  const fd = await openFd(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0)).catch((error: unknown) => {
    throw openError(path, error);
  });
  const stats = await statFd(fd);
  if (!stats.isFile()) {
    await closeFd(fd);
    const what = stats.isDirectory() ? 'a folder' : 'not a regular file';
    throw new PlatformError('not-readable', `${path} is ${what}; name a file`, { detail: { path } });
  }
  let isOpen = true;
  /** The number of a closed file may already be another file's. */
  const checkOpen = () => {
    if (!isOpen) throw new Error(`${path} was closed before it was read`);
  };
  const readIntoSync = (offset: number, target: Uint8Array): number => {
    checkOpen();
    let got = 0;
    try {
      while (got < target.length) {
        const n = readSync(fd, target, got, target.length - got, offset + got);
        if (n === 0) break; // became shorter since it was opened
        got += n;
      }
    } catch (error) {
      throw readError(path, error);
    }
    return got;
  };
  const clipped = (offset: number, length: number) => Math.max(0, Math.min(length, stats.size - offset));
  return {
    name: path,
    size: stats.size,
    async read(offset, length, signal) {
      checkAborted(signal);
      checkOpen();
      const bytes = new Uint8Array(Buffer.allocUnsafeSlow(clipped(offset, length)).buffer);
      const got = await fill(
        bytes,
        (at) => readFd(fd, bytes, at, bytes.length - at, offset + at).then((r) => r.bytesRead),
        path,
      );
      return got === bytes.length ? bytes : bytes.subarray(0, got);
    },
    readSync(offset, length) {
      const bytes = new Uint8Array(Buffer.allocUnsafeSlow(clipped(offset, length)).buffer);
      const got = readIntoSync(offset, bytes);
      return got === bytes.length ? bytes : bytes.subarray(0, got);
    },
    readIntoSync,
    async close() {
      if (!isOpen) return;
      isOpen = false;
      await closeFd(fd);
    },
  };
}

/** The system may give less than was asked for; only 0 means the end. */
async function fill(bytes: Uint8Array, readAt: (at: number) => Promise<number>, path: string): Promise<number> {
  let got = 0;
  try {
    while (got < bytes.length) {
      const n = await readAt(got);
      if (n === 0) break;
      got += n;
    }
  } catch (error) {
    throw readError(path, error);
  }
  return got;
}

const REASONS: Readonly<Record<string, string>> = {
  EACCES: 'you have no right to read it',
  EPERM: 'you have no right to read it',
  EISDIR: 'it is a folder; name a file',
  ELOOP: 'its links lead in a circle',
  EMFILE: 'too many files are open; raise the limit (ulimit -n)',
  ENXIO: 'it is not a regular file',
};

function openError(path: string, error: unknown): PlatformError {
  const code = (error as NodeJS.ErrnoException).code ?? '';
  const options = { detail: { path, errno: code }, cause: error };
  if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'ERR_INVALID_ARG_VALUE')
    return new PlatformError('not-found', `There is no file ${path}; check the name and the folder`, options);
  return new PlatformError(
    'not-readable',
    `Cannot open ${path}: ${REASONS[code] ?? (error as Error).message}`,
    options,
  );
}

function readError(path: string, error: unknown): PlatformError {
  const code = (error as NodeJS.ErrnoException).code ?? '';
  return new PlatformError('not-readable', `Cannot read ${path}: ${REASONS[code] ?? (error as Error).message}`, {
    detail: { path, errno: code },
    cause: error,
  });
}
