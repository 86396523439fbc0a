/** Asking for a run: it is planned at once, so that what cannot work is said before anything starts. */
import { PlatformError } from '../core/errors.ts';
import type { Database } from '../database/database.ts';
import type { RunQueue } from './boss.ts';
import type { PlanRun } from './drive-run.ts';
import { digestOfPlan } from './drive-run.ts';
import type { RunRecord } from './run-record.ts';
import type { NewRun } from './runs-repository.ts';
import { askToStop, findRun, findUnfinished, insertRun, reopenRun, setPlan } from './runs-repository.ts';

export interface SubmitParts {
  readonly database: Database;
  readonly queue: RunQueue;
  readonly planRun: PlanRun;
}

export interface Submitted {
  readonly run: RunRecord;
  /** An unfinished run of the same plan goes on instead of a new one. */
  readonly isContinued: boolean;
}

/** @throws {PlatformError} what planning throws */
export async function submitRun(wanted: NewRun, { database, queue, planRun }: SubmitParts): Promise<Submitted> {
  const { plan, estimate } = await planRun(wanted);
  const digest = digestOfPlan(plan);
  const unfinished = await findUnfinished(database, digest);
  const run = unfinished ?? (await insertRun(database, wanted));
  if (unfinished) await reopenRun(database, run.id);
  else await setPlan(database, run.id, plan, digest, estimate);
  await queue.sendRun(run.id, wanted.priority);
  return { run: (await findRun(database, run.id)) ?? run, isContinued: unfinished !== null };
}

/** @throws {PlatformError} `not-found` */
export async function cancelRun(database: Database, id: string): Promise<RunRecord> {
  const run = await askToStop(database, id, 'Stopped as asked');
  if (!run) throw new PlatformError('not-found', `There is no run ${id}; landmeter status lists them`);
  return run;
}
