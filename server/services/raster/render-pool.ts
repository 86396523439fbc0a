import { findRdGrid } from '../../../pipelines/io/rd-grid.ts';
import type { TaskRunner } from '../../../pipelines/runner.ts';
import { createPool } from '../../../workers/pool.ts';

/** Pictures that may wait for each thread: some seconds of work; beyond, a client is told to come back. */
const WAITING_PER_THREAD = 64;

export function createRenderPool(workspace: string, threads: number, remoteHosts: readonly string[]): TaskRunner {
  return createPool({
    threads,
    maxQueue: WAITING_PER_THREAD * threads,
    setup: { rdGrid: findRdGrid(workspace), remoteHosts },
  });
}
