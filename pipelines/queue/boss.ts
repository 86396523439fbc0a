/**
 * The queue: pg-boss on the workspace's own database, embedded or on a server. It says which run or task is next, when a
 * schedule is due, and hands the work of a lost worker to another one; what a run is, stands in our own tables.
 */
import { PgBoss } from 'pg-boss';
import type { Db, Job } from 'pg-boss';
import type { Database, SqlValue } from '../database/database.ts';

export interface RunJob {
  readonly run: string;
}

/** A task of a run that any worker may carry out; its input lies in the run's folder of the store. */
export interface TaskJob {
  readonly run: string;
  readonly step: string;
  readonly key: string;
  readonly task: string;
}

export interface ScheduleJob {
  readonly schedule: string;
}

export interface RunQueue {
  sendRun(run: string, priority: number): Promise<void>;
  /** The same, not before so many seconds have passed; asked for several times in that time, it is there once. */
  sendRunLater(run: string, priority: number, seconds: number): Promise<void>;
  /** One at a time, highest priority first. What `work` throws is tried again, up to three times, later each time. */
  workRuns(work: (job: RunJob) => Promise<void>): Promise<void>;
  /** A task that is queued or worked on already is not queued a second time. */
  sendTask(job: TaskJob, priority: number): Promise<void>;
  /** @param work  Is told whether a failure will be tried again. */
  workTasks(count: number, work: (job: TaskJob, isLastTry: boolean) => Promise<void>): Promise<void>;
  /** Tasks of a run that nobody will try again, because each worker that took one was lost. */
  lostTasks(run: string): Promise<string[]>;
  /** @throws {Error} where pg-boss does not understand the expression */
  schedule(id: string, cron: string, timeZone: string | null): Promise<void>;
  unschedule(id: string): Promise<void>;
  workSchedules(work: (job: ScheduleJob) => Promise<void>): Promise<void>;
  /** When a schedule is due next. @throws {Error} for an expression that is none */
  preview(cron: string, timeZone: string | null): Date;
  close(): Promise<void>;
}

const RUNS = 'landmeter-runs';
const TASKS = 'landmeter-tasks';
const SCHEDULES = 'landmeter-schedules';

/** A worker that is not heard of for so long has lost its job; the least that pg-boss takes. */
const HEARTBEAT_SECONDS = 10;
const A_MONTH_SECONDS = 30 * 24 * 3600;

export interface QueueOptions {
  readonly database: Database;
  /** `postgres://…` of the database, where it is on a server. */
  readonly url: string | null;
  /** Faults of the queue itself, such as a connection that broke; it goes on by itself. */
  readonly onError?: (error: unknown) => void;
}

export async function openQueue({ database, url, onError = () => {} }: QueueOptions): Promise<RunQueue> {
  const common = { supervise: true, schedule: true, superviseIntervalSeconds: 5, monitorIntervalSeconds: 5 };
  const boss = new PgBoss(
    url === null
      ? { ...common, db: adapt(database), backend: 'pglite' }
      : { ...common, connectionString: url, application_name: 'landmeter', max: 4, useListenNotify: true },
  );
  boss.on('error', onError);
  await boss.start();
  const notify = url !== null;
  const retries = { retryLimit: 3, retryDelay: 2, retryBackoff: true, retryDelayMax: 60 };
  const lasting = {
    expireInSeconds: 23 * 3600,
    heartbeatSeconds: HEARTBEAT_SECONDS,
    retentionSeconds: A_MONTH_SECONDS,
  };
  await boss.createQueue(RUNS, { ...retries, ...lasting, notify });
  await boss.createQueue(TASKS, { ...retries, ...lasting, notify, policy: 'exclusive' });
  await boss.createQueue(SCHEDULES, { retryLimit: 3, retryDelay: 5, notify });
  const polling = { pollingIntervalSeconds: 0.5, notifyPollingIntervalSeconds: 1 };
  const each =
    <T>(work: (job: T) => Promise<void>) =>
    async (jobs: Job<T>[]) => {
      for (const { data } of jobs) await work(data);
    };
  return {
    sendRun: async (run, priority) => void (await boss.send(RUNS, { run }, { priority })),
    sendRunLater: async (run, priority, seconds) => {
      const once = { singletonKey: run, singletonSeconds: seconds };
      await boss.send(RUNS, { run }, { priority, startAfter: seconds, ...once });
    },
    workRuns: async (work) => void (await boss.work<RunJob>(RUNS, { ...polling, batchSize: 1 }, each(work))),
    sendTask: async (job, priority) =>
      void (await boss.send(TASKS, job, { priority, singletonKey: `${job.run}/${job.key}` })),
    workTasks: async (count, work) => {
      const options = { ...polling, batchSize: 1, localConcurrency: count, includeMetadata: true } as const;
      await boss.work<TaskJob, void, typeof options>(TASKS, options, async (jobs) => {
        for (const { data, retryCount, retryLimit } of jobs) await work(data, retryCount >= retryLimit);
      });
    },
    lostTasks: async (run) => {
      const jobs = await boss.findJobs<TaskJob>(TASKS, { data: { run } });
      return jobs.filter(({ state }) => state === 'failed').map(({ data }) => data.key);
    },
    schedule: (id, cron, timeZone) =>
      boss.schedule(SCHEDULES, cron, { schedule: id }, { key: id, tz: timeZone ?? 'UTC' }),
    unschedule: (id) => boss.unschedule(SCHEDULES, id),
    workSchedules: async (work) =>
      void (await boss.work<ScheduleJob>(SCHEDULES, { ...polling, batchSize: 1 }, each(work))),
    preview: (cron, timeZone) => boss.previewSchedule(cron, { count: 1, tz: timeZone ?? 'UTC' })[0]!,
    close: () => boss.stop({ graceful: false }),
  };
}

/** Statements without parameters may be several, as those that make the queue's tables. */
function adapt(database: Database): Db {
  return {
    async executeSql(text, values) {
      const rows = values?.length
        ? await database.query(text, values as SqlValue[])
        : await database.script(text).catch(async (error: unknown) => {
            await database.script('ROLLBACK').catch(() => {}); // one connection: a failed block would stay open
            throw error;
          });
      return { rows: [...rows] };
    },
  };
}
