/**
 * A rule held against what has been: which alerts it would have raised. So that its level, its duration and its budget
 * can be chosen before anybody is woken by it. Nothing is kept and nothing is sent.
 */
import type { MeasureMemory } from '../core/alerts/measure.ts';
import { ageAt, measure, NO_MEMORY } from '../core/alerts/measure.ts';
import type { AlertRule } from '../core/alerts/rule.ts';
import type { Sample, WatchEvent, WatchState } from '../core/alerts/watch.ts';
import { CALM, step } from '../core/alerts/watch.ts';
import { PlatformError } from '../core/errors.ts';
import { VALUE_FLAGS } from '../core/sensors/quality/flags.ts';
import type { Database } from '../database/database.ts';
import type { DatastreamSubject, Subject, ZoneSubject } from './subjects.ts';
import { datastreamSubjects, zoneSubjects } from './subjects.ts';
import { createPastUsualBook } from './usual.ts';
import type { SubjectValue } from './values.ts';
import { datastreamValues, MOST_VALUES, zoneValues } from './values.ts';

export interface Trial {
  readonly subjects: number;
  readonly values: number;
  /** In the order of time. */
  readonly alerts: readonly TriedAlert[];
  /** Alerts in a week, over the whole time. */
  readonly perWeek: number;
}

export interface TriedAlert {
  readonly subject: string;
  readonly title: string;
  /** RFC 3339. */
  readonly opened: string;
  /** Null: it was not over at the end. */
  readonly ended: string | null;
  readonly value: number;
  readonly peak: number;
}

interface Tried {
  readonly subject: Subject;
  state: WatchState;
  memory: MeasureMemory;
  seenTo: number;
}

const WEEK_MS = 7 * 86_400_000;
const MINUTE_MS = 60_000;
/** A longer list helps nobody to choose. */
const MOST_ALERTS = 10_000;

/** @param period  Milliseconds since 1970 @throws {PlatformError} `parameter-invalid` for rules on polygons, which have no history here */
export async function tryRule(
  database: Database,
  rule: AlertRule,
  { from, to }: { readonly from: number; readonly to: number },
  signal?: AbortSignal,
): Promise<Trial> {
  const { source } = rule;
  if (source.kind === 'changes')
    throw new PlatformError(
      'parameter-invalid',
      'source.kind: a rule on polygons cannot be tried; run the change again',
    );
  const subjects =
    source.kind === 'zones' ? await zoneSubjects(database, source) : await datastreamSubjects(database, source);
  const tried = new Map(
    subjects.map((subject): [string, Tried] => [
      subject.key,
      { subject, state: CALM, memory: NO_MEMORY, seenTo: from - 1 },
    ]),
  );
  const alerts: TriedAlert[] = [];
  const usual = createPastUsualBook({ from, to });
  let values = 0;
  for (let hasMore = tried.size > 0; hasMore && alerts.length < MOST_ALERTS;) {
    signal?.throwIfAborted();
    const page = await pageOf(database, rule, tried, to);
    for (const value of page) {
      const one = tried.get(value.key)!;
      if (rule.measure.kind === 'age') further(rule, one, ageAt(value.time, one.seenTo), alerts);
      one.seenTo = value.time;
      values++;
      if ((value.flags & VALUE_FLAGS) !== 0 && !rule.countsFlagged) continue;
      const expected =
        rule.measure.kind === 'anomaly'
          ? await usual.of(database, (one.subject as DatastreamSubject).datastream, rule.measure.weeks, value.time)
          : null;
      const { sample, memory } = measure(rule.measure, value, one.memory, expected);
      one.memory = memory;
      if (sample) further(rule, one, sample, alerts);
    }
    hasMore = page.length === MOST_VALUES;
  }
  if (rule.measure.kind === 'age') for (const one of tried.values()) further(rule, one, ageAt(to, one.seenTo), alerts);
  return { subjects: tried.size, values, alerts, perWeek: alerts.length / Math.max((to - from) / WEEK_MS, 1 / 7) };
}

function further(rule: AlertRule, one: Tried, sample: Sample, alerts: TriedAlert[]): void {
  // In history a silence is seen only when it ends; it began to count when its level was passed
  const { state, event } = step(one.state, sample, rule.condition);
  one.state = state;
  if (event?.kind === 'opened') alerts.push(openedAs(rule, one, event));
  if (event?.kind !== 'closed') return;
  const at = alerts.findLastIndex(({ subject }) => subject === one.subject.key);
  if (at >= 0) alerts[at] = { ...alerts[at]!, ended: new Date(event.time).toISOString(), peak: event.peak };
}

function openedAs(
  { measure: { kind }, condition }: AlertRule,
  { subject, seenTo }: Tried,
  event: Extract<WatchEvent, { kind: 'opened' }>,
) {
  const opened = kind === 'age' ? seenTo + condition.level * MINUTE_MS : event.time;
  const { key, title } = subject;
  return {
    subject: key,
    title,
    opened: new Date(opened).toISOString(),
    ended: null,
    value: event.value,
    peak: event.peak,
  };
}

async function pageOf(
  database: Database,
  { source }: AlertRule,
  tried: ReadonlyMap<string, Tried>,
  to: number,
): Promise<SubjectValue[]> {
  const all = [...tried.values()];
  return source.kind === 'zones'
    ? zoneValues(
        database,
        source,
        all.map(({ subject, seenTo }) => [(subject as ZoneSubject).zone, seenTo]),
        to,
      )
    : datastreamValues(
        database,
        all.map(({ subject, seenTo }) => [(subject as DatastreamSubject).datastream, seenTo]),
        to,
      );
}
