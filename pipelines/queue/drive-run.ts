/** One attempt at a run: plan it, make its products one after the other, say how far it is, and how it ended. */
import { hash } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { isPlatformError, PlatformError } from '../core/errors.ts';
import type { ErrorCode } from '../core/errors.ts';
import { canonicalJson, toJson } from '../core/passport/canonical.ts';
import type { Database } from '../database/database.ts';
import { stampOf } from '../passport/identify.ts';
import type { ProcessName } from '../runs/processes.ts';
import { produce } from '../runs/produce.ts';
import type { RunProgress } from '../runs/progress.ts';
import { parseRequest } from '../runs/requests.ts';
import type { TaskRunner } from '../runner.ts';
import type { RunQueue } from './boss.ts';
import type { TaskEvent } from './checkpoint-runner.ts';
import { createCheckpointRunner } from './checkpoint-runner.ts';
import { keepProduct } from './keep-product.ts';
import { runFolder } from './run-folder.ts';
import type { RunFolder } from './run-folder.ts';
import { hasEnded } from './run-record.ts';
import type { Actual, Estimate, Progress, RunPlan, RunRecord, RunStep } from './run-record.ts';
import {
  beat,
  claimRun,
  endRun,
  findRun,
  LOST_AFTER_SECONDS,
  markStepDone,
  putTasks,
  releaseRun,
  setPlan,
} from './runs-repository.ts';
import { createSharedRunner, mayPass } from './shared-runner.ts';

/** Makes the plan of a run. @throws {PlatformError} for a pipeline that cannot be carried out, with the reason */
export type PlanRun = (run: Pick<RunRecord, 'pipeline' | 'graph' | 'parameters'>) => Promise<Planned>;

export interface Planned {
  readonly plan: RunPlan;
  readonly estimate: Estimate;
}

export interface DriveParts {
  readonly database: Database;
  readonly queue: RunQueue;
  /** Folder that all workers share. */
  readonly store: string;
  /** Name of this process. */
  readonly worker: string;
  readonly startRunner: () => Promise<TaskRunner>;
  readonly planRun: PlanRun;
  readonly memoryBytes?: number | undefined;
  /** Told of what happens; for logs and for who watches. */
  readonly onEvent?: (event: DriveEvent) => void;
}

export type DriveEvent =
  | {
      readonly kind: 'started' | 'planned' | 'ended';
      readonly run: string;
      readonly state: RunRecord['state'];
      readonly reason: string | null;
    }
  | { readonly kind: 'progress'; readonly run: string; readonly progress: Progress };

const BEAT_MS = 1000;
/** Attempts at a run whose failure may pass. */
const MAX_ATTEMPTS = 4;
/** A run that takes its worker down with it must not do so for ever. */
const MAX_LOSSES = 10;

/** The reason with which a worker that goes home gives its run back. */
export const GOING_HOME = 'The worker went home; another one goes on';

export function digestOfPlan(plan: RunPlan): string {
  return hash('sha256', canonicalJson(toJson(plan)));
}

/**
 * @param signal  Fires when this process shall end: the run is then left to the next worker.
 * @throws what may pass, so that the queue tries it again later
 */
export async function driveRun(id: string, parts: DriveParts, signal: AbortSignal): Promise<void> {
  const { database, worker, onEvent = () => {} } = parts;
  const run = await claimRun(database, id, worker, database.kind === 'embedded');
  if (!run) return lookAgain(id, parts);
  const tell = (state: RunRecord['state'], reason: string | null) => onEvent({ kind: 'ended', run: id, state, reason });
  onEvent({ kind: 'started', run: id, state: run.state, reason: null });
  const watch = watchRun(run, parts, signal);
  const costs = startCosts();
  try {
    if (run.attempts > MAX_LOSSES)
      throw new PlatformError(
        'too-large',
        `${MAX_LOSSES} workers were lost in the middle of this run; it may need more memory than there is`,
      );
    const { plan, planDigest } = await ensurePlan(run, parts);
    const folder = runFolder(parts.store, id);
    await folder.prepare(planDigest, await checkInputs(plan));
    await makeProducts(run, plan, folder, parts, watch);
    await watch.stop();
    await endRun(database, id, { state: 'DONE', reason: null, nextStep: null, actual: costs(watch) });
    await folder.remove();
    tell('DONE', null);
  } catch (error) {
    await watch.stop();
    if (watch.isLost()) return; // another worker has it by now
    const isAsked = watch.isStopAsked();
    if (signal.aborted && !isAsked) {
      await releaseRun(database, id, GOING_HOME);
      return;
    }
    if (!isAsked && mayPass(error) && run.attempts < MAX_ATTEMPTS) {
      await releaseRun(database, id, (error as Error).message);
      throw error;
    }
    const state = isAsked ? 'STOPPED' : 'FAILED';
    const reason = isAsked ? 'Stopped as asked' : reasonOf(error);
    await endRun(database, id, { state, reason, nextStep: isAsked ? GO_ON : nextStepOf(error), actual: null });
    tell(state, reason);
  }
}

/**
 * It has ended, or another worker has it: one that was killed a moment ago still counts as alive, and then somebody must
 * come back.
 */
async function lookAgain(id: string, { database, queue }: DriveParts): Promise<void> {
  const run = await findRun(database, id);
  if (run && !hasEnded(run.state) && !run.stopAsked) await queue.sendRunLater(id, run.priority, LOST_AFTER_SECONDS + 1);
}

async function ensurePlan(run: RunRecord, { database, planRun, onEvent }: DriveParts) {
  if (run.plan && run.planDigest) return { plan: run.plan, planDigest: run.planDigest };
  const { plan, estimate } = await planRun(run);
  const planDigest = digestOfPlan(plan);
  await setPlan(database, run.id, plan, planDigest, estimate);
  onEvent?.({ kind: 'planned', run: run.id, state: 'PLANNED', reason: null });
  return { plan, planDigest };
}

/** @returns the stamps of the inputs now, which tell whether finished tasks still hold */
async function checkInputs({ inputs }: RunPlan): Promise<(string | null)[]> {
  const stamps: (string | null)[] = [];
  for (const { path, stamp } of inputs) {
    const now = await stampOf(path);
    if (stamp !== null && now === null)
      throw new PlatformError(
        'not-found',
        `The input ${path} is not there any more; bring it back, or plan the run anew`,
      );
    stamps.push(now);
  }
  return stamps;
}

interface Watch {
  readonly signal: AbortSignal;
  /** For the step that is now worked on. */
  progressOf(step: RunStep, index: number, steps: number): RunProgress;
  onTask(step: RunStep, event: TaskEvent): void;
  readonly tasks: { done: number; kept: number };
  readonly notes: string[];
  /** Tells the database now. */
  flush(): Promise<void>;
  stop(): Promise<void>;
  isStopAsked(): boolean;
  isLost(): boolean;
}

/** Tells the database every second that this worker lives and how far it is, and hears whether the run shall stop. */
function watchRun({ id, stopAsked }: RunRecord, parts: DriveParts, outer: AbortSignal): Watch {
  const { database, worker, onEvent = () => {} } = parts;
  const controller = new AbortController();
  const tasks = { done: 0, kept: 0 };
  let progress: Progress | null = null;
  let waiting = new Map<string, Parameters<typeof putTasks>[2][number]>();
  let asked = stopAsked;
  let lost = false;
  const giveUp = () => controller.abort(outer.reason);
  outer.addEventListener('abort', giveUp, { once: true });
  if (outer.aborted) giveUp();

  async function flush(): Promise<void> {
    const records = [...waiting.values()];
    waiting = new Map();
    await putTasks(database, id, records);
    const answer = await beat(database, id, worker, progress);
    if (answer === null) lost = true;
    if (answer === true) asked = true;
    if (answer !== false)
      controller.abort(new PlatformError('aborted', lost ? 'Another worker took the run' : 'Stopped as asked'));
  }

  let last: Promise<void> = Promise.resolve();
  const timer = setInterval(() => {
    last = last.then(flush).catch(() => {}); // a database that is gone for a moment is asked again in a second
  }, BEAT_MS);

  return {
    signal: controller.signal,
    tasks,
    notes: [],
    progressOf: (step, index, steps) => ({
      stage(label, total) {
        progress = {
          step: step.id,
          stepIndex: index,
          steps,
          stage: label.replaceAll(step.output, basename(step.output)),
          done: 0,
          total: total ?? null,
          tasksDone: tasks.done + tasks.kept,
        };
        onEvent({ kind: 'progress', run: id, progress });
      },
      advance(amount = 1) {
        if (!progress) return;
        progress = { ...progress, done: progress.done + amount, tasksDone: tasks.done + tasks.kept };
        onEvent({ kind: 'progress', run: id, progress });
      },
    }),
    onTask(step, event) {
      if (event.state === 'done') tasks.done += 1;
      if (event.state === 'kept') tasks.kept += 1;
      waiting.set(event.key, { ...event, step: step.id });
    },
    flush: () => (last = last.then(flush)),
    async stop() {
      clearInterval(timer);
      outer.removeEventListener('abort', giveUp);
      await last.catch(() => {}); // told where it was awaited
      if (!lost) await flush().catch(() => {});
    },
    isStopAsked: () => asked,
    isLost: () => lost,
  };
}

async function makeProducts(
  run: RunRecord,
  plan: RunPlan,
  folder: RunFolder,
  parts: DriveParts,
  watch: Watch,
): Promise<void> {
  const { database, memoryBytes } = parts;
  for (const [index, step] of plan.steps.entries()) {
    if (run.stepsDone.includes(step.id)) continue;
    watch.signal.throwIfAborted();
    await mkdir(dirname(step.output), { recursive: true });
    const progress = watch.progressOf(step, index, plan.steps.length);
    progress.stage(step.title);
    const shared = database.kind === 'postgres';
    const startRunner = async () => runnerFor(run, step, folder, parts, watch, await parts.startRunner(), shared);
    const request = parseRequest(step.process, step.request, step.output, `The plan of run ${run.id}`);
    const coverageCache = join(parts.store, 'cache', 'coverage');
    const controls = { signal: watch.signal, progress, coverageCache, askedBy: run.askedBy ?? undefined };
    const limit = shared || memoryBytes === undefined ? {} : { memoryBytes };
    try {
      const { notes } = await produce(step.process satisfies ProcessName, request, startRunner, {
        ...controls,
        ...limit,
      });
      watch.notes.push(...notes);
      await keepProduct(database, run.id, step, watch.signal);
    } catch (error) {
      if (!step.layer || !isEmpty(error)) throw error;
      watch.notes.push(`${step.title} has no valid pixel, and the layer no picture of it`);
    }
    await watch.flush();
    await markStepDone(database, run.id, step.id);
  }
}

function runnerFor(
  run: RunRecord,
  step: RunStep,
  { outputs, inputs }: RunFolder,
  { database, queue, worker }: DriveParts,
  watch: Watch,
  runner: TaskRunner,
  shared: boolean,
): TaskRunner {
  const onTask = (event: TaskEvent) => watch.onTask(step, event);
  if (!shared) return createCheckpointRunner({ runner, checkpoints: outputs, worker, onTask });
  const { id, priority } = run;
  return createSharedRunner({
    database,
    queue,
    run: id,
    step: step.id,
    priority,
    outputs,
    inputs,
    local: runner,
    onTask,
  });
}

/** A month without a clear pixel is no reason to lose the others. */
function isEmpty(error: unknown): boolean {
  return isPlatformError(error) && error.detail['validPixels'] === 0;
}

/** CPU seconds of this process and its threads, and the most memory it has held. */
function startCosts(): (watch: Pick<Watch, 'tasks' | 'notes'>) => Actual {
  const cpu = process.cpuUsage();
  const began = performance.now();
  return ({ tasks: { done, kept }, notes }) => {
    const { user, system } = process.cpuUsage(cpu);
    return {
      cpuSeconds: (user + system) / 1e6,
      wallSeconds: (performance.now() - began) / 1000,
      peakMemoryBytes: process.resourceUsage().maxRSS * 1024,
      tasks: done + kept,
      tasksKept: kept,
      notes: [...new Set(notes)],
    };
  };
}

function reasonOf(error: unknown): string {
  if (isPlatformError(error)) return error.message;
  return `A fault in Landmeter itself, please report it: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`;
}

const GO_ON = 'landmeter run of the same pipeline goes on where it stopped';

const NEXT_STEPS: Partial<Record<ErrorCode, string>> = {
  'disk-full': `Free some space; ${GO_ON}`,
  'not-writable': `Give the account of the worker the right to write there; ${GO_ON}`,
  unavailable: `Once it answers again, ${GO_ON}`,
  'remote-failed': `Once the server answers again, ${GO_ON}`,
  'not-found': 'Bring the file back, or choose other inputs, and run it again',
  'too-large': 'Choose a smaller area or period, and run it again',
};

function nextStepOf(error: unknown): string {
  if (!isPlatformError(error)) return 'Report it with the log of the worker';
  return NEXT_STEPS[error.code] ?? 'Change the parameters or the inputs, and run it again';
}
