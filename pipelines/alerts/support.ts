/** Independent alerts that speak for the same thing, and what that makes of an alert's confidence. */
import { confidenceOf, priorOf } from '../core/alerts/judge.ts';
import type { AlertRule } from '../core/alerts/rule.ts';
import type { Queries } from '../database/database.ts';
import type { Evidence, Supporting } from './alert-record.ts';
import { verdictsOf } from './alerts-repository.ts';
import type { Subject } from './subjects.ts';

const METRES_A_DEGREE = 111_195;
const HOUR_MS = 3_600_000;

/** Rejected ones say nothing, and of each source the one worth most counts once. */
export async function findSupport(
  queries: Queries,
  rule: AlertRule,
  subject: Subject,
  opened: number,
): Promise<Supporting[]> {
  const { support } = rule;
  if (!support || !subject.position) return [];
  const [lon, lat] = subject.position;
  const reach = support.metres / METRES_A_DEGREE;
  const rows = await queries.query(
    `SELECT id, rule, title, source, lon, lat FROM alerts
     WHERE rule = ANY ($1::text[]) AND source <> $2 AND verdict IS DISTINCT FROM 'rejected'
       AND opened BETWEEN $3::timestamptz AND $4::timestamptz AND lat BETWEEN $5::float8 AND $6::float8
     ORDER BY id DESC LIMIT 1000`,
    [
      [...(support.rules ?? [rule.id])],
      subject.source,
      new Date(opened - support.hours * HOUR_MS).toISOString(),
      new Date(opened + support.hours * HOUR_MS).toISOString(),
      lat - reach,
      lat + reach,
    ],
  );
  const worth = new Map<string, number>();
  const found = new Map<string, Supporting>();
  for (const row of rows) {
    const metres = metresBetween([lon, lat], [row['lon'] as number, row['lat'] as number]);
    if (metres > support.metres) continue;
    const from = row['rule'] as string;
    if (!worth.has(from)) worth.set(from, priorOf(await verdictsOf(queries, from)));
    const source = row['source'] as string;
    const known = found.get(source);
    if (known && known.worth >= worth.get(from)!) continue;
    found.set(source, { alert: row['id'] as number, title: row['title'] as string, source, worth: worth.get(from)! });
  }
  return [...found.values()].sort((a, b) => b.worth - a.worth).slice(0, MOST_NAMED);
}

const MOST_NAMED = 10;

/** A new alert speaks for the earlier ones, too. */
export async function supportOthers(
  queries: Queries,
  found: readonly Supporting[],
  speaker: Supporting,
): Promise<void> {
  for (const { alert } of found) {
    const [row] = await queries.query('SELECT rule, evidence FROM alerts WHERE id = $1 FOR UPDATE', [alert]);
    const evidence = row!['evidence'] as Evidence;
    if (evidence.support.some(({ source }) => source === speaker.source)) continue;
    const support = [...evidence.support, speaker].slice(0, MOST_NAMED);
    const own = priorOf(await verdictsOf(queries, row!['rule'] as string));
    await queries.query('UPDATE alerts SET (evidence, confidence) = ($2::jsonb, $3) WHERE id = $1', [
      alert,
      JSON.stringify({ ...evidence, support }),
      confidenceOf([own, ...support.map(({ worth }) => worth)]),
    ]);
  }
}

/** On a sphere; good to 0.5 %, which a radius of support does not need better. */
function metresBetween([lonA, latA]: readonly [number, number], [lonB, latB]: readonly [number, number]): number {
  const radians = Math.PI / 180;
  const half = (degrees: number) => Math.sin((degrees * radians) / 2) ** 2;
  const h = half(latB - latA) + Math.cos(latA * radians) * Math.cos(latB * radians) * half(lonB - lonA);
  return 2 * METRES_A_DEGREE * (180 / Math.PI) * Math.asin(Math.sqrt(h));
}
