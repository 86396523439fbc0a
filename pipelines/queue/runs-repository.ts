/** Runs and their tasks in the database. */
import { randomBytes } from 'node:crypto';
import type { Json } from '../core/passport/passport.ts';
import type { Queries, Row } from '../database/database.ts';
import type { Actual, Estimate, Progress, RunPlan, RunRecord, RunState, StartedBy, TaskRecord } from './run-record.ts';

export interface NewRun {
  readonly pipeline: string;
  readonly graph: Json;
  readonly parameters: Json;
  readonly priority: number;
  readonly askedBy: string | null;
  readonly startedBy: StartedBy;
}

/** A worker that has not been heard of for this long is gone. */
export const LOST_AFTER_SECONDS = 15;

/** Ids sort by time and are easy to say: `20260101-120000-4f3a`. */
export function newRunId(now: Date = new Date()): string {
  const digits = now.toISOString().replace(/[-:T]|\..*$/g, '');
  return `${digits.slice(0, 8)}-${digits.slice(8)}-${randomBytes(2).toString('hex')}`;
}

export async function insertRun(queries: Queries, run: NewRun): Promise<RunRecord> {
  const [row] = await queries.query(
    `INSERT INTO runs (id, pipeline, graph, parameters, state, priority, asked_by, started_by)
     VALUES ($1, $2, $3::jsonb, $4::jsonb, 'CREATED', $5, $6, $7::jsonb) RETURNING *`,
    [
      newRunId(),
      run.pipeline,
      JSON.stringify(run.graph),
      JSON.stringify(run.parameters),
      run.priority,
      run.askedBy,
      JSON.stringify(run.startedBy),
    ],
  );
  return toRun(row!);
}

export async function findRun(queries: Queries, id: string): Promise<RunRecord | null> {
  const [row] = await queries.query('SELECT * FROM runs WHERE id = $1', [id]);
  return row ? toRun(row) : null;
}

export interface RunFilter {
  readonly state?: RunState | null;
  readonly limit?: number;
  /** Runs that were created before this one. */
  readonly before?: string | null;
}

/** Newest first. */
export async function listRuns(queries: Queries, filter: RunFilter = {}): Promise<RunRecord[]> {
  const { state = null, limit = 100, before = null } = filter;
  const rows = await queries.query(
    `SELECT * FROM runs WHERE ($1::text IS NULL OR state = $1::text)
       AND ($2::text IS NULL OR (created_at, id) < (SELECT created_at, id FROM runs WHERE id = $2::text))
     ORDER BY created_at DESC, id DESC LIMIT $3`,
    [state, before, limit],
  );
  return rows.map(toRun);
}

/** The newest run of the same plan that has not come to its end; a run that is asked for again goes on with it. */
export async function findUnfinished(queries: Queries, planDigest: string): Promise<RunRecord | null> {
  const [row] = await queries.query(
    `SELECT * FROM runs WHERE plan_digest = $1 AND state <> 'DONE' ORDER BY created_at DESC, id DESC LIMIT 1`,
    [planDigest],
  );
  return row ? toRun(row) : null;
}

export async function setPlan(
  queries: Queries,
  id: string,
  plan: RunPlan,
  planDigest: string,
  estimate: Estimate | null,
): Promise<void> {
  await queries.query(
    `UPDATE runs SET plan = $2::jsonb, plan_digest = $3, estimate = $4::jsonb, planned_at = now(),
       state = CASE WHEN state = 'CREATED' THEN 'PLANNED' ELSE state END WHERE id = $1`,
    [id, JSON.stringify(plan), planDigest, JSON.stringify(estimate)],
  );
}

/**
 * Gives the run to a worker, unless another one has it and is alive.
 * @param alone  No other process can be alive: the database is embedded and this one has it.
 */
export async function claimRun(
  queries: Queries,
  id: string,
  worker: string,
  alone: boolean,
): Promise<RunRecord | null> {
  const [row] = await queries.query(
    `UPDATE runs SET worker = $2, heartbeat_at = now(), attempts = attempts + 1, state = CASE WHEN plan IS NULL THEN state ELSE 'RUNNING' END,
       started_at = coalesce(started_at, now()), reason = NULL, next_step = NULL, ended_at = NULL
     WHERE id = $1 AND state IN ('CREATED', 'PLANNED', 'RUNNING') AND NOT stop_asked
       AND (worker IS NULL OR worker = $2 OR $3::boolean OR heartbeat_at < now() - make_interval(secs => ${LOST_AFTER_SECONDS}))
     RETURNING *`,
    [id, worker, alone],
  );
  return row ? toRun(row) : null;
}

/** @returns whether the run shall stop; null where another worker has it by now. */
export async function beat(
  queries: Queries,
  id: string,
  worker: string,
  progress: Progress | null,
): Promise<boolean | null> {
  const [row] = await queries.query<{ stop_asked: boolean }>(
    `UPDATE runs SET heartbeat_at = now(), progress = coalesce($3::jsonb, progress), state = 'RUNNING'
     WHERE id = $1 AND worker = $2 AND state IN ('PLANNED', 'RUNNING') RETURNING stop_asked`,
    [id, worker, progress === null ? null : JSON.stringify(progress)],
  );
  return row ? row.stop_asked : null;
}

export async function markStepDone(queries: Queries, id: string, step: string): Promise<void> {
  await queries.query('UPDATE runs SET steps_done = array_append(steps_done, $2) WHERE id = $1', [id, step]);
}

export interface Ending {
  readonly state: 'DONE' | 'STOPPED' | 'FAILED';
  readonly reason: string | null;
  readonly nextStep: string | null;
  readonly actual: Actual | null;
}

export async function endRun(queries: Queries, id: string, { state, reason, nextStep, actual }: Ending): Promise<void> {
  await queries.query(
    `UPDATE runs SET state = $2, reason = $3, next_step = $4, actual = coalesce($5::jsonb, actual), ended_at = now(),
       worker = NULL, stop_asked = false WHERE id = $1`,
    [id, state, reason, nextStep, actual === null ? null : JSON.stringify(actual)],
  );
}

/** A run that ended before it was done is put back, with its finished tasks. */
export async function reopenRun(queries: Queries, id: string): Promise<void> {
  await queries.query(
    `UPDATE runs SET state = CASE WHEN plan IS NULL THEN 'CREATED' ELSE 'PLANNED' END, stop_asked = false,
       reason = NULL, next_step = NULL, ended_at = NULL WHERE id = $1 AND state <> 'DONE'`,
    [id],
  );
}

/** Left between two attempts, so that the next worker takes it. */
export async function releaseRun(queries: Queries, id: string, reason: string): Promise<void> {
  await queries.query(
    `UPDATE runs SET worker = NULL, reason = $2 WHERE id = $1 AND state IN ('PLANNED', 'RUNNING', 'CREATED')`,
    [id, reason],
  );
}

/**
 * Asks a run to stop. One that no living worker has is stopped here and now.
 * @returns the run as it is then; null where there is none.
 */
export async function askToStop(queries: Queries, id: string, reason: string): Promise<RunRecord | null> {
  const [row] = await queries.query(
    `UPDATE runs SET
       stop_asked = worker IS NOT NULL AND heartbeat_at > now() - make_interval(secs => ${LOST_AFTER_SECONDS}),
       state = CASE WHEN worker IS NOT NULL AND heartbeat_at > now() - make_interval(secs => ${LOST_AFTER_SECONDS}) THEN state ELSE 'STOPPED' END,
       reason = $2, next_step = 'landmeter run of the same pipeline goes on where it stopped',
       ended_at = CASE WHEN worker IS NOT NULL AND heartbeat_at > now() - make_interval(secs => ${LOST_AFTER_SECONDS}) THEN ended_at ELSE now() END
     WHERE id = $1 AND state IN ('CREATED', 'PLANNED', 'RUNNING') RETURNING *`,
    [id, reason],
  );
  return row ? toRun(row) : findRun(queries, id);
}

/** Runs that wait for a worker, or whose worker is gone. */
export async function listWaiting(queries: Queries, alone: boolean): Promise<RunRecord[]> {
  const rows = await queries.query(
    `SELECT * FROM runs WHERE state IN ('CREATED', 'PLANNED', 'RUNNING') AND NOT stop_asked
       AND (worker IS NULL OR $1::boolean OR heartbeat_at < now() - make_interval(secs => ${LOST_AFTER_SECONDS}))
     ORDER BY priority DESC, created_at LIMIT 1000`,
    [alone],
  );
  return rows.map(toRun);
}

/** All at once: a commit costs a flush to disk. */
export async function putTasks(queries: Queries, runId: string, tasks: readonly TaskRecord[]): Promise<void> {
  if (tasks.length === 0) return;
  await queries.query(
    `INSERT INTO run_tasks (run_id, key, step, task, state, duration_ms, bytes, worker, reason, attempts)
     SELECT $1, t.key, t.step, t.task, t.state, t."durationMs", t.bytes, t.worker, t.reason,
       CASE WHEN t.state = 'failed' OR (t.state = 'done' AND t."durationMs" IS NOT NULL) THEN 1 ELSE 0 END
     FROM jsonb_to_recordset($2::jsonb) AS t(key text, step text, task text, state text, "durationMs" integer, bytes integer,
       worker text, reason text)
     ON CONFLICT (run_id, key) DO UPDATE SET state = EXCLUDED.state,
       duration_ms = coalesce(EXCLUDED.duration_ms, run_tasks.duration_ms), bytes = coalesce(EXCLUDED.bytes, run_tasks.bytes),
       worker = coalesce(EXCLUDED.worker, run_tasks.worker), reason = EXCLUDED.reason,
       attempts = run_tasks.attempts + EXCLUDED.attempts, updated_at = now()`,
    [runId, JSON.stringify(tasks)],
  );
}

export interface TaskCounts {
  readonly step: string;
  readonly task: string;
  readonly state: TaskRecord['state'];
  readonly count: number;
  readonly seconds: number;
  readonly attempts: number;
}

export async function countTasks(queries: Queries, runId: string): Promise<TaskCounts[]> {
  return (await queries.query(
    `SELECT step, task, state, count(*)::integer AS count, coalesce(sum(duration_ms), 0)::float8 / 1000 AS seconds,
       sum(attempts)::integer AS attempts
     FROM run_tasks WHERE run_id = $1 GROUP BY step, task, state ORDER BY step, task, state`,
    [runId],
  )) as unknown as TaskCounts[];
}

/** How the cost of finished runs that began with a process compares with what was expected of them; 1 where there are none. */
export async function costFactor(queries: Queries, process: string): Promise<number> {
  const [row] = await queries.query<{ factor: number | null }>(
    `SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY factor) AS factor FROM (
       SELECT (actual ->> 'cpuSeconds')::float8 / nullif((estimate ->> 'uncorrectedCpuSeconds')::float8, 0) AS factor
       FROM runs WHERE state = 'DONE' AND attempts = 1 AND plan -> 'steps' -> 0 ->> 'process' = $1
       ORDER BY ended_at DESC LIMIT 20) AS last`,
    [process],
  );
  return row?.factor ?? 1;
}

const time = (value: unknown): string | null => (value instanceof Date ? value.toISOString() : null);

function toRun(row: Row): RunRecord {
  const {
    next_step: nextStep,
    asked_by: askedBy,
    started_by: startedBy,
    plan_digest: planDigest,
    steps_done: stepsDone,
    stop_asked: stopAsked,
    heartbeat_at: heartbeatAt,
    created_at: createdAt,
    planned_at: plannedAt,
    started_at: startedAt,
    ended_at: endedAt,
    ...rest
  } = row;
  return {
    ...rest,
    nextStep,
    askedBy,
    startedBy,
    planDigest,
    stepsDone,
    stopAsked,
    heartbeatAt: time(heartbeatAt),
    createdAt: time(createdAt),
    plannedAt: time(plannedAt),
    startedAt: time(startedAt),
    endedAt: time(endedAt),
  } as unknown as RunRecord;
}
