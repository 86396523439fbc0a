/** What other processes add to the same PostgreSQL: they say which rows, and who hears it looks at them. */
import type { Database, Row } from '../database/database.ts';
import { resultOfRow } from './check-observation.ts';
import { ADDED_CHANNEL } from './insert-observations.ts';
import type { AddedObservation, ObservationResult } from './observation.ts';

/** Some 200 bytes, whatever was added; PostgreSQL takes up to 8,000. */
interface Notice {
  readonly writer: string;
  readonly from: number;
  readonly to: number;
  readonly since: string;
  readonly until: string;
  readonly transaction: number;
}

/**
 * @param writer  Who we are: what we have added ourselves is told without the database.
 * @returns how to stop
 */
export function hearOthers(
  database: Database,
  writer: string | null,
  tell: (added: readonly AddedObservation[]) => void,
): () => void {
  if (!database.listen) return () => {};
  let last = Promise.resolve();
  return database.listen(ADDED_CHANNEL, (payload) => {
    const notice = JSON.parse(payload) as Notice;
    if (notice.writer === writer) return;
    last = last.then(async () => tell(await addedBy(database, notice))).catch(() => {}); // the database is gone again
  });
}

/** Numbers of several transactions may lie between each other: `xmin` tells whose a row is. */
async function addedBy(database: Database, notice: Notice): Promise<AddedObservation[]> {
  const { from, to, since, until, transaction } = notice;
  const rows = await database.query(
    `SELECT id, datastream, phenomenon_time, result, result_kind, result_json, flags FROM observations
     WHERE id BETWEEN $1 AND $2 AND phenomenon_time BETWEEN $3 AND $4 AND xmin::text::bigint = $5 ORDER BY id`,
    [from, to, since, until, transaction],
  );
  return rows.map((row) => ({
    id: row['id'] as number,
    datastream: row['datastream'] as number,
    phenomenonTime: (row['phenomenon_time'] as Date).getTime(),
    result: resultIn(row),
    flags: row['flags'] as number,
  }));
}

/** The result of a row, as it was said. */
export function resultIn(row: Row): ObservationResult {
  if (row['result_kind'] === 'j') return row['result_json'] as ObservationResult;
  return resultOfRow({ kind: row['result_kind'] as 'n' | 'b', number: row['result'] as number, json: null });
}
