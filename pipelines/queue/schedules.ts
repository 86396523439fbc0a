/** Runs that start by themselves: by the clock (cron), or when a scene has come in. */
import { randomBytes } from 'node:crypto';
import { PlatformError } from '../core/errors.ts';
import type { Json } from '../core/passport/passport.ts';
import type { SceneRecord } from '../catalog/scene-record.ts';
import type { Database, Queries, Row } from '../database/database.ts';
import type { Pipeline } from '../graph/graph.ts';
import type { RunQueue } from './boss.ts';
import { bind } from './load-pipeline.ts';
import type { RunRecord, StartedBy } from './run-record.ts';
import type { NewRun } from './runs-repository.ts';

/** Which scenes start a run; what is null does not matter. */
export interface SceneTrigger {
  readonly collection: string | null;
  readonly tile: string | null;
  /** Percent. */
  readonly maxCloudCover: number | null;
}

export interface ScheduleRecord {
  readonly id: string;
  readonly pipeline: string;
  /** The pipeline with its parameters still free. */
  readonly graph: Json;
  readonly parameters: ScheduleParameters;
  /** Five fields, or a recurrence rule of RFC 5545; null: started by scenes. */
  readonly cron: string | null;
  readonly timeZone: string | null;
  readonly onScene: SceneTrigger | null;
  readonly priority: number;
  readonly askedBy: string | null;
  readonly lastRun: string | null;
  readonly createdAt: string;
}

export interface ScheduleParameters {
  /** Where relative paths start. */
  readonly base?: string | undefined;
  /** Values by parameter, with the words of `fillWords` still in them. */
  readonly settings: Readonly<Record<string, Json>>;
}

export type NewSchedule = Omit<ScheduleRecord, 'id' | 'lastRun' | 'createdAt'>;

/** @throws {PlatformError} `parameter-invalid` for a cron expression that is none, and values that do not fit */
export async function addSchedule(database: Database, queue: RunQueue, schedule: NewSchedule): Promise<ScheduleRecord> {
  const { cron, timeZone } = schedule;
  if (cron === null) checkWords(schedule);
  else {
    nextTime(queue, cron, timeZone);
    runOfSchedule({ ...schedule, id: '' }, new Date(), null);
  }
  const id = `${schedule.pipeline.replace(/[^A-Za-z0-9_-]+/g, '-')}-${randomBytes(2).toString('hex')}`;
  const [row] = await database.query(
    `INSERT INTO schedules (id, pipeline, graph, parameters, cron, time_zone, on_scene, priority, asked_by)
     VALUES ($1, $2, $3::jsonb, $4::jsonb, $5, $6, $7::jsonb, $8, $9) RETURNING *`,
    [
      id,
      schedule.pipeline,
      JSON.stringify(schedule.graph),
      JSON.stringify(schedule.parameters),
      cron,
      timeZone,
      schedule.onScene === null ? null : JSON.stringify(schedule.onScene),
      schedule.priority,
      schedule.askedBy,
    ],
  );
  if (cron !== null) await queue.schedule(id, cron, timeZone);
  return toSchedule(row!);
}

export async function listSchedules(queries: Queries): Promise<ScheduleRecord[]> {
  return (await queries.query('SELECT * FROM schedules ORDER BY created_at, id')).map(toSchedule);
}

export async function findSchedule(queries: Queries, id: string): Promise<ScheduleRecord | null> {
  const [row] = await queries.query('SELECT * FROM schedules WHERE id = $1', [id]);
  return row ? toSchedule(row) : null;
}

/** @throws {PlatformError} `not-found` */
export async function removeSchedule(database: Database, queue: RunQueue, id: string): Promise<void> {
  const gone = await database.query('DELETE FROM schedules WHERE id = $1 RETURNING id', [id]);
  if (gone.length === 0)
    throw new PlatformError('not-found', `There is no schedule ${id}; landmeter schedule list names them`);
  await queue.unschedule(id);
}

/** What a scene brings is not known yet; that the words are of parameters there are is. */
function checkWords({ pipeline, graph, parameters }: NewSchedule): void {
  const names = (graph as unknown as Pipeline).parameters.map(({ name }) => name);
  const unknown = Object.keys(parameters.settings).find((name) => !names.includes(name));
  if (unknown !== undefined)
    throw new PlatformError(
      'parameter-invalid',
      `${pipeline} has no parameter "${unknown}"; it has ${names.join(', ')}`,
    );
}

/** When it is due next. @throws {PlatformError} `parameter-invalid` */
export function nextTime(queue: RunQueue, cron: string, timeZone: string | null): Date {
  try {
    return queue.preview(cron, timeZone);
  } catch (cause) {
    throw new PlatformError(
      'parameter-invalid',
      `"${cron}"${timeZone === null ? '' : ` in the time zone ${timeZone}`} is no time that repeats (${(cause as Error).message}); five fields are accepted, such as "0 6 * * *" for each day at six`,
      { cause },
    );
  }
}

/**
 * The run that a schedule asks for now.
 * @throws {PlatformError} `parameter-invalid` where its values do not fit the pipeline
 */
export function runOfSchedule(
  schedule: NewSchedule & { readonly id: string },
  now: Date,
  scene: SceneRecord | null,
): NewRun {
  const { id, pipeline, graph, priority, askedBy, parameters } = schedule;
  const startedBy: StartedBy =
    scene === null ? { kind: 'schedule', schedule: id } : { kind: 'scene', schedule: id, scene: scene.id };
  const settings = fillWords(parameters.settings, now, scene) as Record<string, Json>;
  const bound = bind({ pipeline, definition: graph as unknown as Pipeline }, settings);
  const { base } = parameters;
  return {
    pipeline,
    priority,
    askedBy,
    startedBy,
    graph: bound.graph,
    parameters: { ...(base !== undefined && { base }), values: bound.values },
  };
}

export async function noteRun(queries: Queries, schedule: string, run: RunRecord): Promise<void> {
  await queries.query('UPDATE schedules SET last_run = $2 WHERE id = $1', [schedule, run.id]);
}

/** Schedules that a scene which has just come in starts. */
export async function schedulesFor(queries: Queries, scene: SceneRecord): Promise<ScheduleRecord[]> {
  const all = await listSchedules(queries);
  return all.filter(({ onScene }) => {
    if (onScene === null) return false;
    const { collection, tile, maxCloudCover } = onScene;
    return (
      (collection === null || collection === scene.collection) &&
      (tile === null || tile === scene.tile) &&
      (maxCloudCover === null || (scene.cloudCover ?? 0) <= maxCloudCover)
    );
  });
}

const WORDS = /\{(scene|scene\.collection|scene\.date|scene\.tile|today(?:([+-]\d+)d)?)\}/g;

/**
 * Replaces, in all texts of a graph, `{today}`, `{today-30d}`, and for a scene that came in `{scene}` (its id),
 * `{scene.date}`, `{scene.collection}`, `{scene.tile}`.
 */
export function fillWords(value: Json, now: Date, scene: SceneRecord | null): Json {
  if (typeof value === 'string')
    return value.replace(WORDS, (whole, word: string, days: string | undefined) => {
      if (word.startsWith('today')) return dayOf(now, Number(days ?? 0));
      return (scene && ofScene(scene, word)) ?? whole;
    });
  if (Array.isArray(value)) return value.map((member: Json) => fillWords(member, now, scene));
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [name, fillWords(member ?? null, now, scene)]),
  );
}

function ofScene({ id, collection, datetime, tile }: SceneRecord, word: string): string | null {
  switch (word) {
    case 'scene':
      return id;
    case 'scene.collection':
      return collection;
    case 'scene.date':
      return datetime.slice(0, 10);
    default:
      return tile;
  }
}

function dayOf(now: Date, days: number): string {
  return new Date(now.getTime() + days * 24 * 3600 * 1000).toISOString().slice(0, 10);
}

function toSchedule(row: Row): ScheduleRecord {
  const {
    time_zone: timeZone,
    on_scene: onScene,
    asked_by: askedBy,
    last_run: lastRun,
    created_at: createdAt,
    ...rest
  } = row;
  return {
    ...rest,
    timeZone,
    onScene,
    askedBy,
    lastRun,
    createdAt: (createdAt as Date).toISOString(),
  } as unknown as ScheduleRecord;
}
