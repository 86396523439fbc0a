/** TaskRunner over Piscina: sizing, queue bound, abort, shutdown. */
import { getCompileCacheDir } from 'node:module';
import { Piscina } from 'piscina';
import { PlatformError } from '../pipelines/core/errors.ts';
import type { RunOptions, TaskRunner } from '../pipelines/runner.ts';
import { fromReply } from './reply.ts';
import type { Reply } from './reply.ts';

/** Settings of the process that every thread needs, so that a task gives the same whichever thread runs it. */
export interface ThreadSetup {
  /** Path of RD New's correction grid; null where there is none. */
  readonly rdGrid: string | null;
  /** Servers that may be read from; absent: any. */
  readonly remoteHosts?: readonly string[];
}

export interface PoolOptions {
  /** Number of threads. */
  readonly threads: number;
  /** Tasks that may wait for a thread before `run` refuses with `busy`. Default 10 000. */
  readonly maxQueue?: number;
  /** The module a thread runs; a URL so that a compiled one can be tried. */
  readonly entry?: URL;
  /** What `entry` prepares each thread with before its first task. */
  readonly setup?: ThreadSetup;
  /** Heap of a thread in MB; typed arrays live outside it. */
  readonly maxOldGenerationSizeMb?: number;
}

export function createPool(options: PoolOptions): TaskRunner {
  const {
    threads,
    maxQueue = 10_000,
    entry = new URL('./entry.ts', import.meta.url),
    setup = { rdGrid: null },
    maxOldGenerationSizeMb = 512,
  } = options;
  // A thread does not share the process's compile cache by itself, and would strip the types of every file anew: 0.15 s.
  const cache = getCompileCacheDir();
  const pool = new Piscina({
    filename: entry.href,
    minThreads: 0,
    maxThreads: threads,
    idleTimeout: 60_000,
    maxQueue,
    // Without a workerData, geotiff's import throws inside a thread (web-worker issue 57).
    workerData: setup,
    resourceLimits: { maxOldGenerationSizeMb },
    ...(cache && { env: { ...process.env, NODE_COMPILE_CACHE: cache } }),
  });
  const running = new Set<Uint8Array>();

  return {
    concurrency: threads,
    async run(name, input, { signal }: RunOptions = {}) {
      if (signal?.aborted) throw new PlatformError('aborted', `Task ${name} was given up before it started`);
      const abortFlag = new SharedArrayBuffer(1);
      const flag = new Uint8Array(abortFlag);
      const giveUp = () => Atomics.store(flag, 0, 1);
      signal?.addEventListener('abort', giveUp, { once: true });
      running.add(flag);
      try {
        return fromReply((await pool.run({ name, input, abortFlag })) as Reply) as never;
      } catch (error) {
        if (error instanceof Error && error.message.startsWith('Task queue is at limit'))
          throw new PlatformError('busy', `${maxQueue} tasks are waiting already; try again later`, { cause: error });
        throw error;
      } finally {
        running.delete(flag);
        signal?.removeEventListener('abort', giveUp);
      }
    },
    async close() {
      for (const flag of running) Atomics.store(flag, 0, 1);
      await pool.destroy();
    },
  };
}
