/** All that can be asked of runs, for the command line, the server and the workers alike. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { SceneRecord } from '../catalog/scene-record.ts';
import { findScene } from '../catalog/scenes-repository.ts';
import { PlatformError } from '../core/errors.ts';
import type { Database } from '../database/database.ts';
import type { TaskRunner } from '../runner.ts';
import { openQueue } from './boss.ts';
import type { RunQueue } from './boss.ts';
import type { DriveEvent, Planned } from './drive-run.ts';
import type { FeedService } from './feeds.ts';
import { createFeedService } from './feeds.ts';
import { createPlanner } from './plan-run.ts';
import type { ProductRecord } from './products-repository.ts';
import { findProduct, listProducts } from './products-repository.ts';
import { hasEnded } from './run-record.ts';
import type { RunRecord } from './run-record.ts';
import type { NewRun, RunFilter, TaskCounts } from './runs-repository.ts';
import { countTasks, findRun, listRuns } from './runs-repository.ts';
import type { NewSchedule, ScheduleRecord } from './schedules.ts';
import {
  addSchedule,
  findSchedule,
  listSchedules,
  nextTime,
  noteRun,
  removeSchedule,
  runOfSchedule,
  schedulesFor,
} from './schedules.ts';
import type { Submitted } from './submit-run.ts';
import { cancelRun, submitRun } from './submit-run.ts';
import type { RunningWorker } from './worker.ts';
import { startWorker, workerName } from './worker.ts';

export interface RunServiceOptions {
  readonly database: Database;
  /** `postgres://…` of the database, where it is on a server. */
  readonly url: string | null;
  readonly workspace: string;
  readonly startRunner: () => Promise<TaskRunner>;
  readonly memoryBytes?: number | undefined;
  readonly threads: number;
  readonly onEvent?: (event: DriveEvent) => void;
  /** Of the queue or of a schedule: nobody waits for an answer. */
  readonly onFault?: (error: unknown) => void;
}

export interface RunDetails {
  readonly run: RunRecord;
  readonly tasks: readonly TaskCounts[];
  readonly products: readonly ProductRecord[];
}

export interface ScheduleDetails extends ScheduleRecord {
  /** RFC 3339; null for what scenes start. */
  readonly nextAt: string | null;
}

export interface RunService {
  plan(run: Pick<NewRun, 'pipeline' | 'graph' | 'parameters'>): Promise<Planned>;
  submit(run: NewRun): Promise<Submitted>;
  /** @throws {PlatformError} `not-found` */
  details(id: string): Promise<RunDetails>;
  list(filter?: RunFilter): Promise<RunRecord[]>;
  /** @throws {PlatformError} `not-found` */
  product(id: string): Promise<ProductRecord>;
  cancel(id: string): Promise<RunRecord>;
  /** The run whenever something of it has changed, until it has ended. */
  watch(id: string, signal?: AbortSignal): AsyncGenerator<RunRecord>;
  addSchedule(schedule: NewSchedule): Promise<ScheduleDetails>;
  schedules(): Promise<ScheduleDetails[]>;
  removeSchedule(id: string): Promise<void>;
  /** Feeds of observations, on the same clock. */
  readonly feeds: FeedService;
  /** Starts the runs that wait for such a scene. */
  sceneAdded(id: string): Promise<RunRecord[]>;
  /** This process works on what is queued, from now on. */
  work(): Promise<RunningWorker>;
  close(): Promise<void>;
}

const LOOK_MS = 250;

export async function openRunService(options: RunServiceOptions): Promise<RunService> {
  const { database, url, workspace, startRunner, memoryBytes, threads, onEvent, onFault = () => {} } = options;
  // Who only asks how runs are does not need the queue, and its opening takes memory
  let opening: Promise<RunQueue> | undefined;
  const openedQueue = () => (opening ??= openQueue({ database, url, onError: onFault }));
  const planRun = createPlanner({ database, workspace, threads, ...(memoryBytes !== undefined && { memoryBytes }) });
  const submit = async (run: NewRun) => submitRun(run, { database, queue: await openedQueue(), planRun });
  const feeds = createFeedService(database, openedQueue);
  let worker: RunningWorker | undefined;

  const withNext = async (schedule: ScheduleRecord): Promise<ScheduleDetails> => {
    const { cron, timeZone } = schedule;
    return { ...schedule, nextAt: cron === null ? null : nextTime(await openedQueue(), cron, timeZone).toISOString() };
  };

  async function start(schedule: ScheduleRecord, scene: SceneRecord | null): Promise<RunRecord> {
    const { run } = await submit(runOfSchedule(schedule, new Date(), scene));
    await noteRun(database, schedule.id, run);
    return run;
  }

  return {
    plan: planRun,
    submit,
    async details(id) {
      const run = await findRun(database, id);
      if (!run) throw new PlatformError('not-found', `There is no run ${id}; landmeter status lists them`);
      return { run, tasks: await countTasks(database, id), products: await listProducts(database, { run: id }) };
    },
    list: (filter) => listRuns(database, filter),
    async product(id) {
      const product = await findProduct(database, id);
      if (!product)
        throw new PlatformError('not-found', `There is no product ${id}; the runs that are done name theirs`);
      return product;
    },
    cancel: (id) => cancelRun(database, id),
    async *watch(id, signal) {
      for (let last = ''; ;) {
        const run = await findRun(database, id);
        if (!run) return;
        const { heartbeatAt: _, ...rest } = run;
        const now = JSON.stringify(rest);
        if (now !== last) yield run;
        last = now;
        if (hasEnded(run.state)) return;
        await sleep(LOOK_MS, undefined, signal ? { signal } : {}).catch(() => signal?.throwIfAborted());
      }
    },
    addSchedule: async (schedule) => withNext(await addSchedule(database, await openedQueue(), schedule)),
    schedules: async () => Promise.all((await listSchedules(database)).map(withNext)),
    removeSchedule: async (id) => removeSchedule(database, await openedQueue(), id),
    feeds,
    async sceneAdded(id) {
      const scene = await findScene(database, id);
      if (!scene) return [];
      const started: RunRecord[] = [];
      for (const schedule of await schedulesFor(database, scene)) started.push(await start(schedule, scene));
      return started;
    },
    async work() {
      worker ??= await startWorker({
        database,
        queue: await openedQueue(),
        planRun,
        store: workspace,
        worker: workerName(),
        startRunner,
        memoryBytes,
        ...(onEvent && { onEvent }),
        async onSchedule({ schedule: id }) {
          const schedule = await findSchedule(database, id);
          if (schedule) await start(schedule, null).catch(onFault);
          else await feeds.due(id).catch(onFault);
        },
      });
      return worker;
    },
    async close() {
      await worker?.stop();
      await opening?.then((queue) => queue.close()).catch(() => {}); // it was never open
    },
  };
}
