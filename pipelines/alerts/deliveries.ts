/**
 * What is to be sent lies in a table, written with the alert itself, so that nothing is lost and nothing is sent of what
 * was undone. A delivery that is being tried is put off by a lease; where the process dies, another takes it up
 * afterwards. It arrives at least once: receivers tell repeats by the id.
 */
import type { Target } from '../core/alerts/rule.ts';
import type { Database, Queries } from '../database/database.ts';

export interface Delivery {
  readonly id: number;
  readonly alert: number;
  readonly event: 'opened' | 'closed';
  readonly target: Target;
  /** Tries before this one. */
  readonly attempts: number;
}

const LEASE_SECONDS = 60;
/** Seconds until the next try; after the last one it is given up, two days after the first. */
const WAITS = [15, 60, 300, 1800, 7200, 28_800, 129_600] as const;

/** Takes what is due, earliest first. */
export async function takeDeliveries(database: Database, limit: number): Promise<Delivery[]> {
  return (await database.query(
    `UPDATE alert_deliveries AS d SET not_before = now() + make_interval(secs => $1)
     FROM (SELECT id FROM alert_deliveries WHERE state = 'waiting' AND not_before <= now()
       ORDER BY not_before, id LIMIT $2 FOR UPDATE SKIP LOCKED) AS due
     WHERE d.id = due.id RETURNING d.id, d.alert, d.event, d.target, d.attempts`,
    [LEASE_SECONDS, limit],
  )) as unknown as Delivery[];
}

export async function noteSent(queries: Queries, id: number): Promise<void> {
  await queries.query(
    `UPDATE alert_deliveries SET (state, attempts, last_error, sent_at) = ('sent', attempts + 1, NULL, now()) WHERE id = $1`,
    [id],
  );
}

/** @returns whether it is tried again */
export async function noteFailed(queries: Queries, { id, attempts }: Delivery, error: string): Promise<boolean> {
  const wait = WAITS[attempts];
  await queries.query(
    `UPDATE alert_deliveries SET (state, attempts, last_error, not_before)
       = ($2, attempts + 1, $3, now() + make_interval(secs => $4)) WHERE id = $1`,
    [id, wait === undefined ? 'given-up' : 'waiting', error.slice(0, 500), wait ?? 0],
  );
  return wait !== undefined;
}

export interface DeliveryNote {
  readonly event: string;
  /** Without the secret. */
  readonly to: string;
  readonly state: 'waiting' | 'sent' | 'given-up';
  readonly attempts: number;
  readonly lastError: string | null;
  readonly sentAt: Date | null;
}

/** What was sent of an alert, and what was not. */
export async function deliveriesOf(queries: Queries, alert: number): Promise<DeliveryNote[]> {
  const rows = await queries.query(
    'SELECT event, target, state, attempts, last_error, sent_at FROM alert_deliveries WHERE alert = $1 ORDER BY id',
    [alert],
  );
  return rows.map((row) => ({
    event: row['event'] as string,
    to: addressOf(row['target'] as Target),
    state: row['state'] as DeliveryNote['state'],
    attempts: row['attempts'] as number,
    lastError: row['last_error'] as string | null,
    sentAt: row['sent_at'] as Date | null,
  }));
}

/** A webhook's address may hold a secret in its query: only its place is told. */
export function addressOf(target: Target): string {
  if (target.kind === 'email') return `mailto:${target.to}`;
  const { origin, pathname } = new URL(target.url);
  return origin + pathname;
}
