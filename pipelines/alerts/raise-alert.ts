/** An alert into the database, with what is to be sent of it; inside the transaction that moved its subject's state. */
import { confidenceOf, priorOf, weekOf } from '../core/alerts/judge.ts';
import { sendAt } from '../core/alerts/quiet-hours.ts';
import type { AlertRule } from '../core/alerts/rule.ts';
import type { Queries } from '../database/database.ts';
import type { AlertRecord, Evidence } from './alert-record.ts';
import { toAlert } from './alert-record.ts';
import { addHistory, verdictsOf } from './alerts-repository.ts';
import type { Subject } from './subjects.ts';
import { supportOthers } from './support.ts';

export interface Raised {
  readonly rule: AlertRule;
  readonly version: number;
  readonly subject: Subject;
  /** Milliseconds since 1970. */
  readonly since: number;
  readonly opened: number;
  readonly value: number;
  readonly peak: number;
  readonly evidence: Evidence;
}

const iso = (time: number) => new Date(time).toISOString();
const WEEK_MS = 7 * 86_400_000;

/** @param now  By the clock, for deliveries; @returns null where it was raised before */
export async function raiseAlert(queries: Queries, raised: Raised, now: number): Promise<AlertRecord | null> {
  const { rule, version, subject, since, opened, value, peak, evidence } = raised;
  const isOverBudget = await isBudgetSpent(queries, rule, opened);
  const own = priorOf(await verdictsOf(queries, rule.id));
  const [row] = await queries.query(
    `INSERT INTO alerts (rule, rule_version, subject, title, severity, since, opened, value, peak, lon, lat, source,
       data_kind, data_id, is_over_budget, confidence, evidence)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17::jsonb)
     ON CONFLICT (rule, subject, opened) DO NOTHING RETURNING *`,
    [
      rule.id,
      version,
      subject.key,
      `${rule.title}: ${subject.title}`,
      rule.severity,
      iso(since),
      iso(opened),
      value,
      peak,
      subject.position?.[0] ?? null,
      subject.position?.[1] ?? null,
      subject.source,
      subject.data?.kind ?? null,
      subject.data?.id ?? null,
      isOverBudget,
      confidenceOf([own, ...evidence.support.map(({ worth }) => worth)]),
      JSON.stringify(evidence),
    ],
  );
  if (!row) return null;
  const alert = toAlert(row);
  await addHistory(queries, alert.id, { what: 'opened', time: iso(opened) });
  const speaker = { alert: alert.id, title: alert.title, source: subject.source, worth: own };
  await supportOthers(queries, evidence.support, speaker);
  if (!isOverBudget) await addDeliveries(queries, alert.id, 'opened', rule, now);
  return alert;
}

/** The condition is no longer met. What people think of the alert is theirs to say. */
export async function endAlert(
  queries: Queries,
  id: number,
  rule: AlertRule,
  { time, peak }: { readonly time: number; readonly peak: number },
  now: number,
): Promise<AlertRecord | null> {
  const [row] = await queries.query(
    'UPDATE alerts SET (ended, peak) = ($2::timestamptz, $3) WHERE id = $1 AND ended IS NULL RETURNING *',
    [id, iso(time), peak],
  );
  if (!row) return null;
  await addHistory(queries, id, { what: 'ended', time: iso(time) });
  const alert = toAlert(row);
  if (!alert.isOverBudget) await addDeliveries(queries, id, 'closed', rule, now);
  return alert;
}

async function isBudgetSpent(queries: Queries, { id, budgetPerWeek }: AlertRule, opened: number): Promise<boolean> {
  if (budgetPerWeek === null) return false;
  const week = weekOf(opened);
  const [row] = await queries.query(
    `SELECT count(*)::int AS count FROM alerts
     WHERE rule = $1 AND opened >= $2::timestamptz AND opened < $3::timestamptz AND NOT is_over_budget`,
    [id, iso(week), iso(week + WEEK_MS)],
  );
  return (row!['count'] as number) >= budgetPerWeek;
}

async function addDeliveries(
  queries: Queries,
  alert: number,
  event: 'opened' | 'closed',
  { deliver, quietHours, severity }: AlertRule,
  now: number,
): Promise<void> {
  const notBefore = iso(sendAt(now, severity === 'critical' ? null : quietHours));
  for (const target of deliver)
    await queries.query(
      'INSERT INTO alert_deliveries (alert, event, target, not_before) VALUES ($1, $2, $3::jsonb, $4::timestamptz)',
      [alert, event, JSON.stringify(target), notBefore],
    );
}
