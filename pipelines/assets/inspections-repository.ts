/** Inspections in the database. */
import type { ScoredPart } from '../core/assets/condition.ts';
import type { Database, Queries, Row } from '../database/database.ts';
import type { PutCounts } from './assets-repository.ts';
import type { NewInspection } from './inspection.ts';

export interface PutInspections extends PutCounts {
  /** Of assets that are not in the register. */
  readonly unknown: readonly NewInspection[];
}

const BATCH = 1000;

/** Adds inspections, or replaces those of the same asset, day and key; all of it or nothing. */
export function putInspections(
  database: Database,
  inspections: readonly NewInspection[],
  source: string,
): Promise<PutInspections> {
  return database.transaction(async (tx) => {
    const counts = { added: 0, updated: 0, known: 0 };
    const unknown: NewInspection[] = [];
    for (let from = 0; from < inspections.length; from += BATCH) {
      const batch = inspections.slice(from, from + BATCH);
      const ids = [...new Set(batch.map(({ asset }) => asset))];
      const rows = await tx.query<{ id: string; day: string | null; key: string; digest: string }>(
        `SELECT a.id, i.day::text AS day, i.key, i.digest FROM assets AS a LEFT JOIN asset_inspections AS i ON i.asset = a.id
         WHERE a.id = ANY ($1::text[])`,
        [ids],
      );
      const there = new Set(rows.map(({ id }) => id));
      const before = new Map(rows.map(({ id, day, key, digest }) => [keyOf(id, day, key), digest]));
      const changed: NewInspection[] = [];
      for (const one of batch) {
        const known = before.get(keyOf(one.asset, one.day, one.key));
        if (!there.has(one.asset)) unknown.push(one);
        else if (known === one.digest) counts.known++;
        else {
          counts[known === undefined ? 'added' : 'updated']++;
          changed.push(one);
        }
      }
      if (changed.length > 0) await write(tx, changed, source);
    }
    return { ...counts, unknown };
  });
}

function keyOf(asset: string, day: string | null, key: string): string {
  return `${asset}\n${day}\n${key}`;
}

async function write(tx: Queries, inspections: readonly NewInspection[], source: string): Promise<void> {
  await tx.query(
    `INSERT INTO asset_inspections (asset, day, key, score, score_index, care, worst_part, worst_defect, worst_score,
       inspector, note, rows, parts, digest, source)
     SELECT asset, day, key, score, index, care, "worstPart", "worstDefect", "worstScore", inspector, note, rows, parts, digest, $2
     FROM jsonb_to_recordset($1::jsonb) AS one (asset text, day date, key text, score integer, index float8, care integer,
       "worstPart" text, "worstDefect" text, "worstScore" integer, inspector text, note text, rows jsonb, parts jsonb, digest text)
     ON CONFLICT (asset, day, key) DO UPDATE SET (score, score_index, care, worst_part, worst_defect, worst_score, inspector,
       note, rows, parts, digest, source, added_at) = (EXCLUDED.score, EXCLUDED.score_index, EXCLUDED.care, EXCLUDED.worst_part,
       EXCLUDED.worst_defect, EXCLUDED.worst_score, EXCLUDED.inspector, EXCLUDED.note, EXCLUDED.rows, EXCLUDED.parts,
       EXCLUDED.digest, EXCLUDED.source, now())`,
    [JSON.stringify(inspections), source],
  );
}

export interface Inspection {
  readonly date: string;
  readonly score: number;
  readonly index: number | null;
  readonly care: number | null;
  readonly worstPart: string | null;
  readonly worstDefect: string | null;
  readonly worstScore: number | null;
  readonly inspector: string | null;
  readonly note: string | null;
  readonly parts: readonly ScoredPart[];
  readonly source: string;
}

/** Latest first. */
export async function inspectionsOf(queries: Queries, asset: string): Promise<Inspection[]> {
  const rows = await queries.query(
    `SELECT day::text AS day, score, score_index, care, worst_part, worst_defect, worst_score, inspector, note, parts, source
     FROM asset_inspections WHERE asset = $1 ORDER BY asset_inspections.day DESC, key`,
    [asset],
  );
  return rows.map(toInspection);
}

function toInspection(row: Row): Inspection {
  return {
    date: row['day'] as string,
    score: row['score'] as number,
    index: row['score_index'] as number | null,
    care: row['care'] as number | null,
    worstPart: row['worst_part'] as string | null,
    worstDefect: row['worst_defect'] as string | null,
    worstScore: row['worst_score'] as number | null,
    inspector: row['inspector'] as string | null,
    note: row['note'] as string | null,
    parts: row['parts'] as readonly ScoredPart[],
    source: row['source'] as string,
  };
}
