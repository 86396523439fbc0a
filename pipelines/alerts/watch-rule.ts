/**
 * One rule a step further: the values that its subjects have not shown it yet, through the measure and the states, into
 * alerts. All of a step is one transaction, and a process that dies in it has done nothing; two that watch the same rule
 * take turns.
 */
import type { MeasureMemory, Usual } from '../core/alerts/measure.ts';
import { ageAt, measure, NO_MEMORY } from '../core/alerts/measure.ts';
import type { AlertRule } from '../core/alerts/rule.ts';
import type { Sample, WatchEvent, WatchState } from '../core/alerts/watch.ts';
import { CALM, step } from '../core/alerts/watch.ts';
import { VALUE_FLAGS } from '../core/sensors/quality/flags.ts';
import type { Database, Queries } from '../database/database.ts';
import type { AlertRecord } from './alert-record.ts';
import { gatherEvidence } from './evidence.ts';
import { endAlert, raiseAlert } from './raise-alert.ts';
import { findRule } from './rules-repository.ts';
import type { DatastreamSubject, Subject, ZoneSubject } from './subjects.ts';
import { datastreamSubjects, zoneSubjects } from './subjects.ts';
import { findSupport } from './support.ts';
import type { UsualBook } from './usual.ts';
import type { SubjectValue } from './values.ts';
import { datastreamValues, MOST_VALUES, zoneValues } from './values.ts';

export interface WatchOutcome {
  readonly opened: readonly AlertRecord[];
  readonly ended: readonly AlertRecord[];
  /** There are more values than one step takes. */
  readonly hasMore: boolean;
}

/** One subject on its way through a step. */
interface Watch {
  readonly subject: Subject;
  state: WatchState;
  memory: MeasureMemory;
  /** Milliseconds since 1970. */
  seenTo: number;
  alert: number | null;
  isChanged: boolean;
}

export interface WatchControls {
  readonly usual: UsualBook;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** What was there before a rule was made counts for so long: what is wrong now shall not have to happen again. */
const LOOK_BACK_MS = 86_400_000;
const MINUTE_MS = 60_000;

/** Datastreams and zones; polygons of change have no states (`watch-changes.ts`). */
export async function watchRule(database: Database, id: string, controls: WatchControls): Promise<WatchOutcome> {
  return database.transaction(async (tx) => {
    await tx.query('SELECT id FROM alert_rules WHERE id = $1 FOR UPDATE', [id]);
    const found = await findRule(tx, id);
    if (!found?.rule.isEnabled || found.rule.source.kind === 'changes') return NOTHING;
    const { rule, version, createdAt } = found;
    const watches = await openWatches(tx, rule, startOf(rule, createdAt));
    if (watches.size === 0) return NOTHING;
    const stage: Stage = { tx, rule, version, controls, opened: [], ended: [] };
    const hasMore = rule.measure.kind === 'age' ? await byClock(stage, watches) : await byValues(stage, watches);
    await keepWatches(tx, id, watches);
    return { opened: stage.opened, ended: stage.ended, hasMore };
  });
}

const NOTHING: WatchOutcome = { opened: [], ended: [], hasMore: false };

function startOf({ since, measure: kind, condition: { minMinutes = 0 } }: AlertRule, createdAt: Date): number {
  if (since !== null) return Date.parse(since) - 1;
  const window = kind.kind === 'rate' ? kind.windowMinutes : 0;
  return createdAt.getTime() - Math.max(LOOK_BACK_MS, 2 * MINUTE_MS * (minMinutes + window));
}

interface Stage {
  readonly tx: Queries;
  readonly rule: AlertRule;
  readonly version: number;
  readonly controls: WatchControls;
  readonly opened: AlertRecord[];
  readonly ended: AlertRecord[];
}

async function byValues(stage: Stage, watches: ReadonlyMap<string, Watch>): Promise<boolean> {
  const { tx, rule } = stage;
  const values = await unseenValues(tx, rule, watches);
  for (const value of values) {
    const watch = watches.get(value.key)!;
    watch.seenTo = value.time;
    watch.isChanged = true;
    if ((value.flags & VALUE_FLAGS) !== 0 && !rule.countsFlagged) continue;
    const usual = await usualFor(stage, watch, value.time);
    const { sample, memory } = measure(rule.measure, value, watch.memory, usual);
    watch.memory = memory;
    if (sample) await further(stage, watch, sample, usual);
  }
  return values.length === MOST_VALUES;
}

/** Silence is no value: the clock says it. A subject that never had a value is silent since it was first looked at. */
async function byClock(stage: Stage, watches: ReadonlyMap<string, Watch>): Promise<boolean> {
  const latest = await latestTimes(stage.tx, stage.rule, watches);
  for (const watch of watches.values()) {
    watch.seenTo = latest.get(watch.subject.key) ?? watch.seenTo;
    watch.isChanged = true;
    await further(stage, watch, ageAt(stage.controls.now, watch.seenTo), null);
  }
  return false;
}

async function further(stage: Stage, watch: Watch, sample: Sample, usual: Usual | null): Promise<void> {
  const { state, event } = step(watch.state, sample, stage.rule.condition);
  watch.state = state;
  if (event?.kind === 'opened') await open(stage, watch, event, usual);
  if (event?.kind === 'closed' && watch.alert !== null) {
    const ended = await endAlert(stage.tx, watch.alert, stage.rule, event, stage.controls.now);
    if (ended) stage.ended.push(ended);
    watch.alert = null;
  }
}

async function open(
  { tx, rule, version, controls, opened }: Stage,
  watch: Watch,
  event: Extract<WatchEvent, { kind: 'opened' }>,
  usual: Usual | null,
): Promise<void> {
  const { subject } = watch;
  const support = await findSupport(tx, rule, subject, event.time);
  const evidence = await gatherEvidence(tx, { rule, subject, time: event.time, usual, support });
  const { since, value, peak } = event;
  const raised = { rule, version, subject, since, opened: event.time, value, peak, evidence };
  const alert = await raiseAlert(tx, raised, controls.now);
  if (!alert) return;
  watch.alert = alert.id;
  opened.push(alert);
}

async function usualFor({ tx, rule, controls }: Stage, { subject }: Watch, time: number): Promise<Usual | null> {
  if (rule.measure.kind !== 'anomaly') return null;
  return controls.usual.of(tx, (subject as DatastreamSubject).datastream, rule.measure.weeks, time);
}

async function unseenValues(
  tx: Queries,
  { source }: AlertRule,
  watches: ReadonlyMap<string, Watch>,
): Promise<SubjectValue[]> {
  const all = [...watches.values()];
  if (source.kind === 'zones')
    return zoneValues(
      tx,
      source,
      all.map(({ subject, seenTo }) => [(subject as ZoneSubject).zone, seenTo]),
    );
  return datastreamValues(
    tx,
    all.map(({ subject, seenTo }) => [(subject as DatastreamSubject).datastream, seenTo]),
  );
}

async function latestTimes(
  tx: Queries,
  { source }: AlertRule,
  watches: ReadonlyMap<string, Watch>,
): Promise<Map<string, number>> {
  const subjects = [...watches.values()].map(({ subject }) => subject);
  const rows =
    source.kind === 'zones'
      ? await tx.query(
          `SELECT 'zone:' || v.zone_id AS key, max(v.time) AS time FROM zone_series AS s
           JOIN zone_values AS v ON v.series = s.number AND v.zone_id = ANY ($3::text[])
           WHERE s.set_id = $1 AND s.name = $2 GROUP BY v.zone_id`,
          [source.set, source.series, subjects.map((subject) => (subject as ZoneSubject).zone)],
        )
      : await tx.query(
          `SELECT 'datastream:' || datastream AS key, phenomenon_time AS time FROM latest_observations
           WHERE datastream = ANY ($1::bigint[])`,
          [subjects.map((subject) => (subject as DatastreamSubject).datastream)],
        );
  return new Map(rows.map((row) => [row['key'] as string, (row['time'] as Date).getTime()]));
}

async function openWatches(tx: Queries, { id, source }: AlertRule, start: number): Promise<Map<string, Watch>> {
  const subjects =
    source.kind === 'zones'
      ? await zoneSubjects(tx, source)
      : source.kind === 'datastreams'
        ? await datastreamSubjects(tx, source)
        : [];
  const rows = await tx.query('SELECT subject, state, memory, seen_to, alert FROM alert_watches WHERE rule = $1', [id]);
  const known = new Map(rows.map((row) => [row['subject'] as string, row]));
  return new Map(
    subjects.map((subject) => {
      const row = known.get(subject.key);
      const watch: Watch = {
        subject,
        state: (row?.['state'] as WatchState | undefined) ?? CALM,
        memory: (row?.['memory'] as MeasureMemory | undefined) ?? NO_MEMORY,
        seenTo: (row?.['seen_to'] as Date | undefined)?.getTime() ?? start,
        alert: (row?.['alert'] as number | null | undefined) ?? null,
        isChanged: false,
      };
      return [subject.key, watch];
    }),
  );
}

async function keepWatches(tx: Queries, rule: string, watches: ReadonlyMap<string, Watch>): Promise<void> {
  const changed = [...watches.values()].filter(({ isChanged }) => isChanged);
  if (changed.length === 0) return;
  await tx.query(
    `INSERT INTO alert_watches (rule, subject, state, memory, seen_to, alert)
     SELECT $1, subject, state::jsonb, memory::jsonb, seen_to::timestamptz, NULLIF(alert, 0)
     FROM unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::bigint[]) AS given (subject, state, memory, seen_to, alert)
     ON CONFLICT (rule, subject) DO UPDATE SET (state, memory, seen_to, alert)
       = (EXCLUDED.state, EXCLUDED.memory, EXCLUDED.seen_to, EXCLUDED.alert)`,
    [
      rule,
      changed.map(({ subject }) => subject.key),
      changed.map(({ state }) => JSON.stringify(state)),
      changed.map(({ memory }) => JSON.stringify(memory)),
      changed.map(({ seenTo }) => new Date(seenTo).toISOString()),
      changed.map(({ alert }) => alert ?? 0),
    ],
  );
}
