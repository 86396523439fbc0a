/** Rules in the database; each change makes a new version. */
import type { AlertRule } from '../core/alerts/rule.ts';
import { PlatformError } from '../core/errors.ts';
import type { Database, Queries, Row } from '../database/database.ts';

export interface RuleRecord {
  readonly rule: AlertRule;
  readonly version: number;
  readonly createdAt: Date;
}

/** What was watched stays watched, unless what is watched or measured has changed: then it begins anew. */
export async function putRule(database: Database, rule: AlertRule): Promise<RuleRecord> {
  return database.transaction(async (tx) => {
    const before = await findRule(tx, rule.id);
    const [row] = await tx.query(
      `INSERT INTO alert_rules (id, rule) VALUES ($1, $2::jsonb) ON CONFLICT (id)
       DO UPDATE SET (rule, version, updated_at) = (EXCLUDED.rule, alert_rules.version + 1, now()) RETURNING *`,
      [rule.id, JSON.stringify(rule)],
    );
    if (before && watched(before.rule) !== watched(rule))
      await tx.query('DELETE FROM alert_watches WHERE rule = $1', [rule.id]);
    return toRule(row!);
  });
}

function watched({ source, measure, condition, countsFlagged, since }: AlertRule): string {
  return JSON.stringify([source, measure, condition, countsFlagged, since]);
}

export async function findRule(queries: Queries, id: string): Promise<RuleRecord | null> {
  const [row] = await queries.query('SELECT * FROM alert_rules WHERE id = $1', [id]);
  return row ? toRule(row) : null;
}

/** @throws {PlatformError} `not-found` */
export async function demandRule(queries: Queries, id: string): Promise<RuleRecord> {
  const found = await findRule(queries, id);
  if (!found) throw new PlatformError('not-found', `There is no rule ${id}; landmeter alerts rules lists them`);
  return found;
}

export async function listRules(queries: Queries): Promise<RuleRecord[]> {
  return (await queries.query('SELECT * FROM alert_rules ORDER BY id')).map(toRule);
}

/** Its alerts stay. @throws {PlatformError} `not-found` */
export async function removeRule(queries: Queries, id: string): Promise<void> {
  const [row] = await queries.query('DELETE FROM alert_rules WHERE id = $1 RETURNING id', [id]);
  if (!row) throw new PlatformError('not-found', `There is no rule ${id}; landmeter alerts rules lists them`);
}

function toRule(row: Row): RuleRecord {
  return {
    rule: row['rule'] as AlertRule,
    version: row['version'] as number,
    createdAt: row['created_at'] as Date,
  };
}
