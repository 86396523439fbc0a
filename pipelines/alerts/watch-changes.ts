/** Polygons that runs found: each that is new, within the area and beyond the level is an alert, once. */
import type { AlertRule, ChangeSource } from '../core/alerts/rule.ts';
import { sideOf } from '../core/alerts/watch.ts';
import { relates } from '../core/cql2/spatial/relates.ts';
import type { Database } from '../database/database.ts';
import { readFeatures } from '../io/features/read-features.ts';
import type { AlertRecord, Evidence } from './alert-record.ts';
import { conditionInWords } from './evidence.ts';
import { raiseAlert } from './raise-alert.ts';
import { findRule } from './rules-repository.ts';
import type { Subject } from './subjects.ts';
import { findSupport } from './support.ts';
import type { WatchControls, WatchOutcome } from './watch-rule.ts';

/** Largest first; a rule that finds more in one product is too wide, and its budget says so. */
const MOST_OF_A_PRODUCT = 200;

interface FoundPolygon {
  readonly number: number;
  readonly areaM2: number;
  readonly geometry: PolygonGeometry;
  readonly properties: Readonly<Record<string, unknown>>;
}

type PolygonGeometry = {
  readonly type: 'Polygon' | 'MultiPolygon';
  readonly coordinates: readonly unknown[];
};

interface Product {
  readonly id: string;
  readonly title: string;
  readonly path: string;
  readonly madeAt: Date;
}

export async function watchChanges(database: Database, id: string, controls: WatchControls): Promise<WatchOutcome> {
  const opened: AlertRecord[] = [];
  const found = await findRule(database, id);
  if (!found?.rule.isEnabled || found.rule.source.kind !== 'changes') return { opened, ended: [], hasMore: false };
  const { rule, version, createdAt } = found;
  for (const product of await unseenProducts(database, rule, rule.since === null ? createdAt : new Date(rule.since))) {
    // A file is read before the transaction: the embedded database has one connection, which must not wait for a disk
    const polygons = await polygonsOf(product, rule);
    await database.transaction(async (tx) => {
      for (const polygon of polygons) {
        const subject = subjectOf(product, polygon);
        const time = product.madeAt.getTime();
        const support = await findSupport(tx, rule, subject, time);
        const evidence = evidenceOf(rule, product, polygon, support);
        const value = polygon.areaM2;
        const raised = { rule, version, subject, since: time, opened: time, value, peak: value, evidence };
        const alert = await raiseAlert(tx, raised, controls.now);
        if (alert) opened.push(alert);
      }
      await tx.query(
        `INSERT INTO alert_watches (rule, subject, state, memory, seen_to) VALUES ($1, '*', '{}', '{}', $2::timestamptz)
         ON CONFLICT (rule, subject) DO UPDATE SET seen_to = EXCLUDED.seen_to`,
        [id, product.madeAt.toISOString()],
      );
    });
  }
  return { opened, ended: [], hasMore: false };
}

async function unseenProducts(database: Database, { id, source }: AlertRule, start: Date): Promise<Product[]> {
  const rows = await database.query(
    `SELECT p.id, p.title, p.path, p.made_at FROM products AS p
     LEFT JOIN alert_watches AS w ON w.rule = $1 AND w.subject = '*'
     WHERE p.kind = 'features' AND ($2::text IS NULL OR p.process = $2::text)
       AND p.made_at > COALESCE(w.seen_to, $3::timestamptz)
     ORDER BY p.made_at, p.id`,
    [id, (source as ChangeSource).process ?? null, start.toISOString()],
  );
  return rows.map((row) => ({
    id: row['id'] as string,
    title: row['title'] as string,
    path: row['path'] as string,
    madeAt: row['made_at'] as Date,
  }));
}

async function polygonsOf({ path }: Product, { source, condition }: AlertRule): Promise<FoundPolygon[]> {
  const { area, minAreaM2 = 0 } = source as ChangeSource;
  const within = area && ('type' in area ? area : boxPolygon(area));
  const found: FoundPolygon[] = [];
  let number = 0;
  await readFeatures(path, ({ geometry, properties }) => {
    number++;
    const areaM2 = Number((properties as Record<string, unknown>)['area_m2']);
    if (!isPolygon(geometry) || !(areaM2 >= minAreaM2) || sideOf(areaM2, condition) !== 'beyond') return;
    if (within && !relates('s_intersects', geometry as never, within as never)) return;
    found.push({ number, areaM2, geometry, properties: properties as Record<string, unknown> });
  });
  return found.sort((a, b) => b.areaM2 - a.areaM2).slice(0, MOST_OF_A_PRODUCT);
}

function isPolygon(geometry: unknown): geometry is PolygonGeometry {
  const { type } = (geometry ?? {}) as { type?: string };
  return type === 'Polygon' || type === 'MultiPolygon';
}

function boxPolygon([west, south, east, north]: readonly [number, number, number, number]) {
  const ring = [
    [west, south],
    [east, south],
    [east, north],
    [west, north],
    [west, south],
  ];
  return { type: 'Polygon', coordinates: [ring] };
}

function subjectOf({ id, title }: Product, { number, geometry, areaM2 }: FoundPolygon): Subject {
  return {
    key: `polygon:${id}/${number}`,
    title: `${(areaM2 / 10_000).toFixed(2)} ha, ${title}`,
    unit: 'm²',
    position: middleOf(geometry),
    source: `product:${id}`,
    data: { kind: 'product', id },
  };
}

/** Middle of the box of the outer rings. */
function middleOf({ coordinates }: PolygonGeometry): readonly [number, number] {
  const positions = coordinates.flat(Infinity) as number[];
  let [west, south, east, north] = [Infinity, Infinity, -Infinity, -Infinity];
  for (let k = 0; k + 1 < positions.length; k += 2) {
    west = Math.min(west, positions[k]!);
    east = Math.max(east, positions[k]!);
    south = Math.min(south, positions[k + 1]!);
    north = Math.max(north, positions[k + 1]!);
  }
  return [(west + east) / 2, (south + north) / 2];
}

function evidenceOf(
  rule: AlertRule,
  { id }: Product,
  { geometry, properties }: FoundPolygon,
  support: Evidence['support'],
): Evidence {
  const [lon, lat] = middleOf(geometry);
  return {
    condition: conditionInWords(rule.condition, rule.measure, null),
    unit: 'm²',
    values: [],
    geometry,
    properties,
    links: [
      { rel: 'product', href: `/products/${encodeURIComponent(id)}` },
      { rel: 'passport', href: `/products/${encodeURIComponent(id)}/passport` },
      { rel: 'map', href: `/#v=${lat.toFixed(5)},${lon.toFixed(5)},15&s=${lat.toFixed(6)},${lon.toFixed(6)}` },
    ],
    support,
  };
}
