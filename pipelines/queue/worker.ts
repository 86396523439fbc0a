/** A process that works on what is queued: runs, tasks of other workers' runs, schedules that are due. */
import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import type { ScheduleJob } from './boss.ts';
import { driveRun } from './drive-run.ts';
import type { DriveParts } from './drive-run.ts';
import { removeOldFolders, runFolder } from './run-folder.ts';
import { listWaiting } from './runs-repository.ts';
import { workOnTask } from './shared-runner.ts';

export interface WorkerOptions extends DriveParts {
  /** Makes the run of a schedule that is due. */
  readonly onSchedule: (job: ScheduleJob) => Promise<void>;
}

export interface RunningWorker {
  /** What it has in hand is left to the next worker. */
  stop(): Promise<void>;
}

/** Unique among all that ever worked on the database. */
export function workerName(): string {
  return `${hostname()}:${process.pid}:${randomBytes(3).toString('hex')}`;
}

export async function startWorker(options: WorkerOptions): Promise<RunningWorker> {
  const { database, queue, store, worker, startRunner, onSchedule } = options;
  const home = new AbortController();
  const inHand = new Set<Promise<unknown>>();
  const track = <T>(work: Promise<T>): Promise<T> => {
    inHand.add(work);
    return work.finally(() => inHand.delete(work));
  };
  await removeOldFolders(store);
  await queue.workRuns(({ run }) => track(driveRun(run, options, home.signal)));
  await queue.workSchedules((job) => track(onSchedule(job)));
  if (database.kind === 'postgres') {
    const runner = await startRunner();
    await queue.workTasks(runner.concurrency, (job, isLastTry) => {
      const { outputs, inputs } = runFolder(store, job.run);
      return track(workOnTask(job, { database, runner, worker, outputs, inputs, isLastTry }));
    });
  }
  // What a killed process had in hand would wait until the queue notices; whoever comes first takes it.
  for (const { id, priority } of await listWaiting(database, database.kind === 'embedded'))
    await queue.sendRun(id, priority);
  return {
    async stop() {
      home.abort();
      await Promise.allSettled(inHand);
    },
  };
}
