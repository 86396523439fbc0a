/** Statistics of zones through time in the database. */
import type { Database, Queries, Row } from '../database/database.ts';
import { SqlError } from '../database/database.ts';
import { PlatformError } from '../core/errors.ts';

/** A series of all zones of a set: an index or a layer, by a name of its own. */
export interface ZoneSeriesKey {
  readonly setId: string;
  readonly name: string;
}

export interface ZoneSeriesRecord extends ZoneSeriesKey {
  /** Of the database's rows. */
  readonly number: number;
  /** What the numbers of a row are, in their order. */
  readonly statistics: readonly string[];
  /** Statistics that are JSON, by their names. */
  readonly objects: readonly string[];
}

/** As text, which is how they come out of a table and go into a database. */
export interface ZoneValueRows {
  readonly zoneIds: readonly string[];
  /** RFC 3339. */
  readonly times: readonly string[];
  /** `{0.31,NULL}`: an array in the words of PostgreSQL, in the order of the series' statistics. */
  readonly numbers: readonly string[];
  /** `{"shares":{…}}`, or `null`; empty where the series has no such statistics. */
  readonly objects: readonly string[];
}

export interface ZoneValue {
  readonly zoneId: string;
  readonly time: Date;
  readonly numbers: readonly (number | null)[];
  readonly objects: Readonly<Record<string, unknown>> | null;
}

/** The series, made where it is not there. One with other statistics is emptied first. */
export async function openZoneSeries(
  database: Database,
  { setId, name }: ZoneSeriesKey,
  statistics: readonly string[],
  objects: readonly string[],
): Promise<ZoneSeriesRecord> {
  return database.transaction(async (tx) => {
    const before = await findZoneSeries(tx, { setId, name });
    const isSame = before && isEqual([before.statistics, before.objects], [statistics, objects]);
    if (before && !isSame) await tx.query('DELETE FROM zone_series WHERE number = $1', [before.number]);
    const [row] = await tx.query(
      `INSERT INTO zone_series (set_id, name, statistics, objects) VALUES ($1, $2, $3::text[], $4::text[])
       ON CONFLICT (set_id, name) DO UPDATE SET updated_at = now() RETURNING *`,
      [setId, name, statistics, objects],
    );
    return toSeries(row!);
  });
}

function isEqual(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

export async function findZoneSeries(
  queries: Queries,
  { setId, name }: ZoneSeriesKey,
): Promise<ZoneSeriesRecord | null> {
  const [row] = await queries.query('SELECT * FROM zone_series WHERE set_id = $1 AND name = $2', [setId, name]);
  return row ? toSeries(row) : null;
}

export async function listZoneSeries(queries: Queries, setId: string): Promise<ZoneSeriesRecord[]> {
  return (await queries.query('SELECT * FROM zone_series WHERE set_id = $1 ORDER BY name', [setId])).map(toSeries);
}

/** With all its rows. */
export async function removeZoneSeries(queries: Queries, { setId, name }: ZoneSeriesKey): Promise<void> {
  await queries.query('DELETE FROM zone_series WHERE set_id = $1 AND name = $2', [setId, name]);
}

/**
 * Adds rows, or replaces those of the same zone and time; rows that are there already cost no write. Some ten thousand
 * at a time go best.
 * @throws {PlatformError} `parameter-invalid` for two rows of one zone and time
 */
export async function putZoneValues(queries: Queries, series: number, rows: ZoneValueRows): Promise<void> {
  const { zoneIds, times, numbers, objects } = rows;
  try {
    await queries.query(
      `INSERT INTO zone_values (series, zone_id, time, numbers, objects)
       SELECT $1, zone_id, time::timestamptz, numbers::float8[], NULLIF(objects::jsonb, 'null')
       FROM unnest($2::text[], $3::text[], $4::text[], $5::text[]) AS given (zone_id, time, numbers, objects)
       ON CONFLICT (series, zone_id, time) DO UPDATE SET (numbers, objects) = (EXCLUDED.numbers, EXCLUDED.objects)
       WHERE (zone_values.numbers, zone_values.objects) IS DISTINCT FROM (EXCLUDED.numbers, EXCLUDED.objects)`,
      [series, zoneIds, times, numbers, objects],
    );
  } catch (error) {
    if (!(error instanceof SqlError && error.sqlState === CARDINALITY)) throw error;
    throw new PlatformError(
      'parameter-invalid',
      'The table has two rows of one zone at the same time, and the database keeps one; tell the zones apart with --id',
      { cause: error },
    );
  }
}

/** SQLSTATE of a statement that would change a row twice. */
const CARDINALITY = '21000';

export interface ZoneValueFilter {
  readonly zoneId?: string;
  /** RFC 3339, both included. */
  readonly from?: string;
  readonly to?: string;
}

/** By zone, then by time. */
export async function listZoneValues(
  queries: Queries,
  series: number,
  { zoneId, from, to }: ZoneValueFilter = {},
): Promise<ZoneValue[]> {
  const rows = await queries.query(
    `SELECT zone_id, time, numbers, objects FROM zone_values
     WHERE series = $1 AND ($2::text IS NULL OR zone_id = $2::text)
       AND ($3::timestamptz IS NULL OR time >= $3::timestamptz) AND ($4::timestamptz IS NULL OR time <= $4::timestamptz)
     ORDER BY zone_id, time`,
    [series, zoneId ?? null, from ?? null, to ?? null],
  );
  return rows.map((row) => ({
    zoneId: row['zone_id'] as string,
    time: row['time'] as Date,
    numbers: row['numbers'] as ZoneValue['numbers'],
    objects: row['objects'] as ZoneValue['objects'],
  }));
}

function toSeries(row: Row): ZoneSeriesRecord {
  return {
    number: row['number'] as number,
    setId: row['set_id'] as string,
    name: row['name'] as string,
    statistics: row['statistics'] as string[],
    objects: row['objects'] as string[],
  };
}
