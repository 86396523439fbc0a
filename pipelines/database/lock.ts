/**
 * One process at a time. The lock is the operating system's own (SQLite takes it: `fcntl` on POSIX, `LockFileEx` on
 * Windows), so that it ends with the process however that ends, two can never both have it, and there is no stale one to
 * be judged by a process id. Who has it stands in `holder.json` beside, for messages and for commands that a server
 * carries out; nothing is decided by that file.
 */
import { mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { PlatformError } from '../core/errors.ts';
import { writeError, writeOutputFile } from '../io/output-file.ts';

const holderSchema = z.object({
  pid: z.number(),
  /** `landmeter serve`. */
  command: z.string(),
  /** RFC 3339. */
  since: z.string(),
  /** Of the server that carries out commands for others; null where the holder is no server. */
  address: z.string().nullable(),
});

type Holder = z.infer<typeof holderSchema>;

export interface LockOptions {
  readonly command: string;
  readonly address?: string | null;
  /** How long to wait for another command to end. A server is not waited for: it holds the lock as long as it runs. */
  readonly waitMs?: number;
  /** Told once, when the waiting begins. */
  readonly onWait?: (holder: Holder | null) => void;
  readonly signal?: AbortSignal;
}

export interface Lock {
  release(): Promise<void>;
}

/** Short commands follow each other; a person waits about this long before wanting to know why. */
const WAIT_MS = 60_000;
const POLL_MS = 100;
/** SQLite's result codes. */
const BUSY = 5;
const NO_LOCKS_HERE = new Set([10, 15]);

/**
 * @param folder  Made where it is missing.
 * @throws {PlatformError} `busy`, with `detail.holder` and, where it is a server, `detail.address`; `not-writable`; `aborted`
 */
export async function acquireLock(folder: string, options: LockOptions): Promise<Lock> {
  const { command, address = null, waitMs = WAIT_MS, onWait, signal } = options;
  try {
    await mkdir(folder, { recursive: true });
  } catch (error) {
    throw writeError(folder, error);
  }
  const deadline = performance.now() + waitMs;
  let told = false;
  for (;;) {
    const held = tryLock(folder);
    if (held) return keep(folder, held, { pid: process.pid, command, since: new Date().toISOString(), address });
    const holder = await readHolder(folder);
    if (performance.now() >= deadline || (holder?.address && (await answers(holder.address))))
      throw busy(folder, holder);
    if (!told) onWait?.(holder);
    told = true;
    await sleep(POLL_MS);
    signal?.throwIfAborted();
  }
}

/** Null where another has it. */
function tryLock(folder: string): DatabaseSync | null {
  const path = join(folder, 'lock');
  let file: DatabaseSync | null = null;
  try {
    file = new DatabaseSync(path, { timeout: 0 });
    file.exec('BEGIN EXCLUSIVE');
    return file;
  } catch (error) {
    file?.close();
    const code = (error as { errcode?: number }).errcode ?? 0;
    if (code === BUSY) return null;
    const why = NO_LOCKS_HERE.has(code & 0xff)
      ? 'its file system keeps no locks; put the workspace on a disk of this machine'
      : `it cannot be written (${(error as Error).message})`;
    throw new PlatformError('not-writable', `Cannot use ${folder}: ${why}`, { detail: { path }, cause: error });
  }
}

async function keep(folder: string, file: DatabaseSync, holder: Holder): Promise<Lock> {
  const path = join(folder, 'holder.json');
  try {
    await writeOutputFile(path, (output) => output.handle.writeFile(JSON.stringify(holder)));
  } catch (error) {
    file.close();
    throw error;
  }
  return {
    async release() {
      if (!file.isOpen) return;
      await rm(path, { force: true });
      file.close();
    },
  };
}

/** Who has the lock, or had it last and was killed; null where nobody wrote it down. */
async function readHolder(folder: string): Promise<Holder | null> {
  try {
    return holderSchema.parse(JSON.parse(await readFile(join(folder, 'holder.json'), 'utf8')));
  } catch {
    return null;
  }
}

/** What is written down may be a server's that was killed a moment ago. */
async function answers(address: string): Promise<boolean> {
  try {
    return (await fetch(new URL('/healthz', address), { signal: AbortSignal.timeout(3000) })).ok;
  } catch {
    return false;
  }
}

function busy(folder: string, holder: Holder | null): PlatformError {
  const who = holder ? `${holder.command} (process ${holder.pid}, since ${holder.since})` : 'another process';
  return new PlatformError('busy', `The database in ${folder} is in use by ${who}; try again when it has ended`, {
    detail: { holder, address: holder?.address ?? null },
  });
}
