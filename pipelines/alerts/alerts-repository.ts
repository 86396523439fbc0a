/** Alerts: found, looked through, and judged by people. */
import type { Precision, Verdicts } from '../core/alerts/judge.ts';
import { precisionOf, weekOf } from '../core/alerts/judge.ts';
import type { Severity } from '../core/alerts/rule.ts';
import { PlatformError } from '../core/errors.ts';
import type { Database, Queries } from '../database/database.ts';
import type { AlertRecord, AlertState } from './alert-record.ts';
import { toAlert } from './alert-record.ts';

export interface AlertFilter {
  readonly states?: readonly AlertState[] | undefined;
  readonly rule?: string | undefined;
  readonly severity?: Severity | undefined;
  /** Only those whose condition is still met. */
  readonly isOngoing?: boolean | undefined;
  /** RFC 3339; opened from then on. */
  readonly since?: string | undefined;
  readonly bbox?: readonly [number, number, number, number] | undefined;
  /** Only older ones than this: the last of the page before. */
  readonly before?: number | undefined;
  /** Data sets that are left out. */
  readonly hidden?: readonly { readonly kind: string; readonly id: string }[] | undefined;
  readonly limit: number;
}

/** Latest first. */
export async function listAlerts(queries: Queries, filter: AlertFilter): Promise<AlertRecord[]> {
  const { states, rule, severity, isOngoing, since, bbox, before, hidden = [], limit } = filter;
  const rows = await queries.query(
    `SELECT a.* FROM alerts AS a LEFT JOIN alerts AS last ON last.id = $10::bigint
     WHERE ($1::text[] IS NULL OR a.state = ANY ($1::text[])) AND ($2::text IS NULL OR a.rule = $2::text)
       AND ($3::text IS NULL OR a.severity = $3::text) AND ($4::boolean IS NULL OR (a.ended IS NULL) = $4::boolean)
       AND ($5::timestamptz IS NULL OR a.opened >= $5::timestamptz)
       AND ($6::float8 IS NULL OR (a.lon BETWEEN $6::float8 AND $8::float8 AND a.lat BETWEEN $7::float8 AND $9::float8))
       AND ($10::bigint IS NULL OR (a.opened, a.id) < (last.opened, last.id))
       AND NOT (a.data_kind IS NOT NULL AND a.data_kind || '/' || a.data_id = ANY ($11::text[]))
     ORDER BY a.opened DESC, a.id DESC LIMIT $12`,
    [
      states ? [...states] : null,
      rule ?? null,
      severity ?? null,
      isOngoing ?? null,
      since ?? null,
      ...(bbox ?? [null, null, null, null]),
      before ?? null,
      hidden.map(({ kind, id }) => `${kind}/${id}`),
      limit,
    ],
  );
  return rows.map(toAlert);
}

/** @throws {PlatformError} `not-found` */
export async function demandAlert(queries: Queries, id: number): Promise<AlertRecord> {
  const [row] = await queries.query('SELECT * FROM alerts WHERE id = $1', [id]);
  if (!row)
    throw new PlatformError('not-found', `There is no alert ${id}; landmeter alerts list names those there are`);
  return toAlert(row);
}

export interface HistoryEntry {
  readonly time: Date;
  readonly what: string;
  readonly who: string | null;
  readonly reason: string | null;
}

/** Oldest first. */
export async function historyOf(queries: Queries, alert: number): Promise<HistoryEntry[]> {
  return (await queries.query('SELECT time, what, who, reason FROM alert_history WHERE alert = $1 ORDER BY number', [
    alert,
  ])) as unknown as HistoryEntry[];
}

export async function addHistory(
  queries: Queries,
  alert: number,
  entry: {
    readonly what: string;
    readonly who?: string | null;
    readonly reason?: string | null;
    readonly time?: string;
  },
): Promise<void> {
  await queries.query(
    `INSERT INTO alert_history (alert, number, time, what, who, reason)
     SELECT $1, COALESCE(max(number), 0) + 1, COALESCE($2::timestamptz, now()), $3, $4, $5 FROM alert_history WHERE alert = $1`,
    [alert, entry.time ?? null, entry.what, entry.who ?? null, entry.reason ?? null],
  );
}

export interface Judgement {
  readonly state: Exclude<AlertState, 'new'>;
  /** Of whoever judges: the id of a token, never a name. */
  readonly who: string | null;
  readonly reason: string | null;
}

/** What may follow what. A verdict can be changed by another verdict; a closed alert keeps the one it had. */
const NEXT: Readonly<Record<AlertState, readonly AlertState[]>> = {
  new: ['acknowledged', 'confirmed', 'rejected', 'closed'],
  acknowledged: ['confirmed', 'rejected', 'closed'],
  confirmed: ['rejected', 'closed'],
  rejected: ['confirmed', 'closed'],
  closed: ['confirmed', 'rejected'],
};

/**
 * What somebody says of an alert.
 * @throws {PlatformError} `not-found`; `parameter-invalid` where the state cannot follow, or a rejection has no reason
 */
export async function judgeAlert(
  database: Database,
  id: number,
  { state, who, reason }: Judgement,
): Promise<AlertRecord> {
  return database.transaction(async (tx) => {
    await tx.query('SELECT id FROM alerts WHERE id = $1 FOR UPDATE', [id]);
    const before = await demandAlert(tx, id);
    if (!NEXT[before.state].includes(state))
      throw new PlatformError(
        'parameter-invalid',
        `Alert ${id} is ${before.state} and cannot become ${state}; it can become ${NEXT[before.state].join(', ')}`,
        { detail: { parameter: 'state', state: before.state } },
      );
    if (state === 'rejected' && !reason?.trim())
      throw new PlatformError('parameter-invalid', `Alert ${id} cannot be rejected without a reason; give one`, {
        detail: { parameter: 'reason' },
      });
    const verdict = state === 'confirmed' || state === 'rejected' ? state : before.verdict;
    const [row] = await tx.query('UPDATE alerts SET (state, verdict) = ($2, $3) WHERE id = $1 RETURNING *', [
      id,
      state,
      verdict,
    ]);
    await addHistory(tx, id, { what: state, who, reason });
    return toAlert(row!);
  });
}

export interface RuleScore extends Precision, Verdicts {
  readonly opened: number;
  /** In the week of `now`, Monday to Sunday, UTC. */
  readonly thisWeek: number;
  /** Of these, how many were over the budget and not sent. */
  readonly overBudget: number;
}

/** What became of the alerts of each rule that has any. */
export async function scoreRules(queries: Queries, now: number): Promise<Map<string, RuleScore>> {
  const rows = await queries.query(
    `SELECT rule, count(*)::int AS opened, count(*) FILTER (WHERE verdict = 'confirmed')::int AS confirmed,
       count(*) FILTER (WHERE verdict = 'rejected')::int AS rejected,
       count(*) FILTER (WHERE opened >= $1::timestamptz)::int AS this_week,
       count(*) FILTER (WHERE opened >= $1::timestamptz AND is_over_budget)::int AS over_budget
     FROM alerts GROUP BY rule`,
    [new Date(weekOf(now)).toISOString()],
  );
  return new Map(
    rows.map((row) => {
      const verdicts = { confirmed: row['confirmed'] as number, rejected: row['rejected'] as number };
      const counts = { opened: row['opened'] as number, thisWeek: row['this_week'] as number };
      const score = { ...verdicts, ...precisionOf(verdicts), ...counts, overBudget: row['over_budget'] as number };
      return [row['rule'] as string, score];
    }),
  );
}

export async function verdictsOf(queries: Queries, rule: string): Promise<Verdicts> {
  const [row] = await queries.query(
    `SELECT count(*) FILTER (WHERE verdict = 'confirmed')::int AS confirmed,
       count(*) FILTER (WHERE verdict = 'rejected')::int AS rejected FROM alerts WHERE rule = $1`,
    [rule],
  );
  return row as unknown as Verdicts;
}
