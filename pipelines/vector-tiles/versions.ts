/** Versions of data in the database, and reading at one of them. */
import type { Database, Queries } from '../database/database.ts';
import type { SourceLayer } from './source.ts';

export interface DataVersion {
  readonly number: number;
  readonly stamp: string;
  /** The archive under the layer, if it has one. */
  readonly base: TileBase | null;
}

export interface TileBase {
  /** Of the data that it was made of. */
  readonly number: number;
  readonly stamp: string;
  /** Name in the folder of bases. */
  readonly file: string;
}

/** By `keyOf`. */
export type Versions = ReadonlyMap<string, DataVersion>;

export function keyOf({ kind, id }: SourceLayer['data']): string {
  return `${kind} ${id}`;
}

/** How addresses name it: data and archive, since either changes bytes. */
export function versionText({ number, stamp, base }: DataVersion): string {
  return `${number}-${stamp}${base ? `.${base.number}-${base.stamp}` : ''}`;
}

export async function readVersions(queries: Queries): Promise<Versions> {
  const rows = await queries.query<Record<string, unknown>>(
    `SELECT v.kind, v.id, v.version, v.stamp, b.version AS base_version, b.stamp AS base_stamp, b.file
     FROM data_versions AS v LEFT JOIN tile_bases AS b ON b.kind = v.kind AND b.layer = v.id`,
  );
  return new Map(
    rows.map((row) => [
      `${row['kind'] as string} ${row['id'] as string}`,
      {
        number: row['version'] as number,
        stamp: row['stamp'] as string,
        base:
          row['file'] === null
            ? null
            : {
                number: row['base_version'] as number,
                stamp: row['base_stamp'] as string,
                file: row['file'] as string,
              },
      },
    ]),
  );
}

/** Writes between the looks that are put up with before everything is read in one snapshot. */
const ATTEMPTS = 3;

/**
 * What `read` finds, and the version of the data that it is of. A version never comes again, so that the same before and
 * after means that nothing was written in between; where it is written all the time, one snapshot tells.
 */
export async function readAtVersion<T>(
  database: Database,
  data: SourceLayer['data'],
  look: () => Promise<Versions>,
  read: (queries: Queries, version: DataVersion) => Promise<T>,
): Promise<{ readonly version: DataVersion; readonly found: T } | null> {
  const key = keyOf(data);
  let version = (await look()).get(key);
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    if (!version) return null;
    const found = await read(database, version);
    const after = (await look()).get(key);
    if (after && versionText(after) === versionText(version)) return { version, found };
    version = after;
  }
  return database.transaction(async (tx) => {
    await tx.query('SET TRANSACTION ISOLATION LEVEL REPEATABLE READ');
    const one = (await readVersions(tx)).get(key);
    return one ? { version: one, found: await read(tx, one) } : null;
  });
}
