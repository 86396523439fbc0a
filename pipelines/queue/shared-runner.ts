/**
 * A runner whose tasks any worker may carry out: input and output lie in the run's folder of the store, the queue says
 * who is next. The process that drives the run works on tasks like every other worker.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { isPlatformError, PlatformError } from '../core/errors.ts';
import type { ErrorCode } from '../core/errors.ts';
import type { Database } from '../database/database.ts';
import type { TaskRunner } from '../runner.ts';
import type { RunQueue, TaskJob } from './boss.ts';
import type { Checkpoints } from './checkpoints.ts';
import type { TaskEvent } from './checkpoint-runner.ts';
import { putTasks } from './runs-repository.ts';

/** Tasks that are in the queue at a time, for all workers together; their outputs wait on disk, not in memory. */
const WIDTH = 32;
const LOOK_MS = 150;
/** Looks at the database between two looks at the queue itself. */
const LOOKS_FOR_LOST = 40;

export interface SharedRunnerOptions {
  readonly database: Database;
  readonly queue: RunQueue;
  readonly run: string;
  readonly step: string;
  readonly priority: number;
  readonly outputs: Checkpoints;
  readonly inputs: Checkpoints;
  /** For what cannot be written down. */
  readonly local: TaskRunner;
  readonly onTask: (event: TaskEvent) => void;
}

interface Waiting {
  readonly task: string;
  readonly done: () => void;
  readonly failed: (error: Error) => void;
}

export function createSharedRunner(options: SharedRunnerOptions): TaskRunner {
  const { database, queue, run, step, priority, outputs, inputs, local, onTask } = options;
  const waiting = new Map<string, Waiting>();
  let looking: Promise<void> | undefined;

  async function look(): Promise<void> {
    for (let looks = 1; waiting.size > 0; looks++) {
      await sleep(LOOK_MS);
      const rows = await database.query<{ key: string; state: string; reason: string | null }>(
        "SELECT key, state, reason FROM run_tasks WHERE run_id = $1 AND key = ANY($2::text[]) AND state IN ('done', 'failed')",
        [run, [...waiting.keys()]],
      );
      for (const { key, state, reason } of rows) settle(key, state === 'done' ? null : toError(reason));
      if (looks % LOOKS_FOR_LOST !== 0) continue;
      for (const key of await queue.lostTasks(run))
        if (!(await outputs.has(key)))
          settle(key, new PlatformError('unavailable', `Every worker that took a task of ${step} was lost`));
    }
  }

  function settle(key: string, error: Error | null): void {
    const one = waiting.get(key);
    waiting.delete(key);
    if (error) one?.failed(error);
    else one?.done();
  }

  async function answer(task: string, key: string, signal: AbortSignal | undefined): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const giveUp = () => settle(key, new PlatformError('aborted', `Task ${task} was given up`));
    signal?.addEventListener('abort', giveUp, { once: true });
    waiting.set(key, { task, done: resolve, failed: reject });
    looking ??= look()
      .catch((error: Error) => {
        for (const each of waiting.keys()) settle(each, error);
      })
      .finally(() => (looking = undefined));
    await promise.finally(() => signal?.removeEventListener('abort', giveUp));
  }

  return {
    concurrency: WIDTH,
    async run(name, input, { signal } = {}) {
      const key = outputs.keyOf(name, input);
      if (key === null) return local.run(name, input, signal ? { signal } : {});
      const kept = await outputs.read(key);
      if (kept !== undefined) {
        onTask({ key, task: name, state: 'kept', durationMs: null, bytes: null, worker: null, reason: null });
        return kept as never;
      }
      await inputs.write(key, input);
      await putTasks(database, run, [{ ...queued(name, key), step }]);
      const answered = answer(name, key, signal);
      await queue.sendTask({ run, step, key, task: name }, priority);
      await answered;
      const output = await outputs.read(key);
      if (output === undefined)
        throw new PlatformError(
          'unavailable',
          `The output of a task of ${step} is not in the store; is it the same for all workers?`,
        );
      onTask({ ...queued(name, key), state: 'done' });
      return output as never;
    },
    close: () => local.close(),
  };
}

function queued(task: string, key: string): TaskEvent {
  return { key, task, state: 'queued', durationMs: null, bytes: null, worker: null, reason: null };
}

export interface TaskWorkOptions {
  readonly database: Database;
  readonly runner: TaskRunner;
  readonly worker: string;
  readonly outputs: Checkpoints;
  readonly inputs: Checkpoints;
  readonly isLastTry: boolean;
}

/** Carries out one task of whatever run, and says so in the database. @throws what may pass when it is tried again */
export async function workOnTask({ run, step, key, task }: TaskJob, options: TaskWorkOptions): Promise<void> {
  const { database, runner, worker, outputs, inputs, isLastTry } = options;
  const [wanted] = await database.query(
    "SELECT 1 FROM runs WHERE id = $1 AND state IN ('PLANNED', 'RUNNING') AND NOT stop_asked",
    [run],
  );
  if (!wanted) return;
  const about = { key, step, task, worker, durationMs: null, bytes: null, reason: null };
  try {
    if (await outputs.has(key)) return await putTasks(database, run, [{ ...about, state: 'done' }]);
    const input = await inputs.read(key);
    if (input === undefined)
      throw new PlatformError('unavailable', `The input of a task of ${step} is not in the store of ${worker}`);
    const began = performance.now();
    const output = await runner.run(task as never, input as never);
    const bytes = await outputs.write(key, output);
    const durationMs = Math.round(performance.now() - began);
    await putTasks(database, run, [{ ...about, state: 'done', durationMs, bytes }]);
  } catch (error) {
    if (!isLastTry && mayPass(error)) throw error;
    await putTasks(database, run, [{ ...about, state: 'failed', reason: toReason(error) }]);
  }
}

/** Failures of the moment: a server that did not answer, a machine that is full of work. */
const PASSING: ReadonlySet<ErrorCode> = new Set(['unavailable', 'remote-failed', 'busy']);

export function mayPass(error: unknown): boolean {
  return isPlatformError(error) && PASSING.has(error.code);
}

function toReason(error: unknown): string {
  if (isPlatformError(error)) return JSON.stringify({ code: error.code, message: error.message });
  return JSON.stringify({ message: error instanceof Error ? (error.stack ?? error.message) : String(error) });
}

function toError(reason: string | null): Error {
  const { code, message } = JSON.parse(reason ?? '{}') as { code?: ErrorCode; message?: string };
  return code ? new PlatformError(code, message ?? code) : new Error(message ?? 'A task failed');
}
