/** Observations out of the database into a table: a row each, with where it is from and under which terms. */
import { PlatformError } from '../core/errors.ts';
import type { Database, Row } from '../database/database.ts';
import { findTableFormat, writeTable } from '../io/table/write-table.ts';
import type { Column, TableBatch } from '../io/table/table.ts';

export interface ObservationSelection {
  /** Numbers and keys; default: all. */
  readonly datastreams?: readonly string[] | undefined;
  readonly properties?: readonly string[] | undefined;
  /** RFC 3339; included. */
  readonly from?: string | undefined;
  /** RFC 3339; not included. */
  readonly to?: string | undefined;
  /** Networks that are left out, in small letters. */
  readonly without?: readonly string[] | undefined;
}

export interface ExportControls {
  readonly signal?: AbortSignal | undefined;
  readonly onRows?: (rows: number) => void;
  /** More is refused. */
  readonly most?: number;
}

const COLUMNS: readonly Column[] = [
  { name: 'station', type: 'text' },
  { name: 'lon', type: 'number' },
  { name: 'lat', type: 'number' },
  { name: 'datastream', type: 'text' },
  { name: 'property', type: 'text' },
  { name: 'unit', type: 'text' },
  { name: 'time', type: 'time' },
  { name: 'end', type: 'time' },
  { name: 'value', type: 'number' },
  { name: 'flags', type: 'integer' },
  { name: 'licence', type: 'text' },
  { name: 'attribution', type: 'text' },
];

/** Of one statement: a bound of memory. */
const PAGE = 20_000;

/**
 * Results that are no numbers are left out; flagged ones are in it, with their flags.
 * @returns how many rows
 * @throws {PlatformError} `usage` for a name of no format; `not-found` where no datastream is selected; `too-large`
 */
export async function exportObservations(
  database: Database,
  path: string,
  selection: ObservationSelection,
  controls: ExportControls = {},
): Promise<number> {
  const format = findTableFormat(path);
  const streams = await selectStreams(database, selection);
  if (streams.length === 0)
    throw new PlatformError('not-found', 'No datastream is selected; /sta/v1.1/Datastreams lists them');
  return writeTable(path, format, COLUMNS, batchesOf(database, streams, selection, controls));
}

function selectStreams(
  database: Database,
  { datastreams, properties, without = [] }: ObservationSelection,
): Promise<Row[]> {
  return database.query(
    `SELECT stream.id, COALESCE(stream.key, stream.id::text) AS datastream, COALESCE(thing.key, thing.name) AS station,
       stream.property, stream.ucum AS unit, place.min_lon AS lon, place.min_lat AS lat,
       thing.properties ->> 'licence' AS licence, thing.properties ->> 'attribution' AS attribution
     FROM sta_datastreams AS stream JOIN sta_things AS thing ON thing.id = stream.thing
     LEFT JOIN LATERAL (
       SELECT location.* FROM sta_things_locations AS link JOIN sta_locations AS location ON location.id = link.location
       WHERE link.thing = thing.id ORDER BY min_lon IS NULL, link.location LIMIT 1
     ) AS place ON true
     WHERE ($1::text[] IS NULL OR stream.key = ANY ($1) OR stream.id::text = ANY ($1))
       AND ($2::text[] IS NULL OR stream.property = ANY ($2))
       AND NOT COALESCE(lower(thing.properties ->> 'network') = ANY ($3::text[]), false)
     ORDER BY stream.id`,
    [datastreams ? [...datastreams] : null, properties ? [...properties] : null, [...without]],
  );
}

async function* batchesOf(
  database: Database,
  streams: readonly Row[],
  { from = '-infinity', to = 'infinity' }: ObservationSelection,
  { signal, onRows, most = Number.POSITIVE_INFINITY }: ExportControls,
): AsyncGenerator<TableBatch> {
  let total = 0;
  for (const stream of streams) {
    let after: string | null = null;
    for (let isMore = true; isMore;) {
      signal?.throwIfAborted();
      const rows: Row[] = await database.query(
        `SELECT phenomenon_time, phenomenon_time::text AS place, phenomenon_end, result, flags FROM observations
         WHERE datastream = $1 AND phenomenon_time >= $2::timestamptz AND phenomenon_time < $3::timestamptz
           AND ($4::timestamptz IS NULL OR phenomenon_time > $4::timestamptz) AND result_kind = 'n'
         ORDER BY phenomenon_time LIMIT ${PAGE}`,
        [stream['id'] as number, from, to, after],
      );
      isMore = rows.length === PAGE;
      if (rows.length === 0) break;
      after = rows.at(-1)!['place'] as string;
      total += rows.length;
      if (total > most)
        throw new PlatformError(
          'too-large',
          `More than ${most} observations are selected; narrow it down with from and to, or export on the command line`,
        );
      yield toBatch(stream, rows);
      onRows?.(rows.length);
    }
  }
}

function toBatch(stream: Row, rows: readonly Row[]): TableBatch {
  const same = (name: string) => rows.map(() => (stream[name] ?? null) as string | number | null);
  const time = (name: string) => rows.map((row) => (row[name] === null ? null : (row[name] as Date).toISOString()));
  return {
    rows: rows.length,
    columns: [
      same('station'),
      same('lon'),
      same('lat'),
      same('datastream'),
      same('property'),
      same('unit'),
      time('phenomenon_time'),
      time('phenomenon_end'),
      Float64Array.from(rows, (row) => (row['result'] as number | null) ?? Number.NaN),
      rows.map((row) => row['flags'] as number),
      same('licence'),
      same('attribution'),
    ],
  };
}
