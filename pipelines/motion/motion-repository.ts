/** Sets of ground-motion points in the database. */
import type { LonLatBox } from '../core/grid/bounds.ts';
import type { MotionProduct } from '../core/motion/product.ts';
import type { Queries, Row } from '../database/database.ts';

export interface MotionSet {
  readonly id: string;
  readonly title: string;
  readonly product: MotionProduct;
  /** Relative to the workspace. */
  readonly file: string;
  readonly source: string;
  /** SHA-256 of what was read. */
  readonly digest: string;
  readonly points: number;
  readonly refused: number;
  readonly dates: number;
  /** `YYYY-MM-DD` */
  readonly firstDate: string;
  readonly lastDate: string;
  readonly bbox: LonLatBox;
  readonly isSimulated: boolean;
}

const COLUMNS = `id, title, product, file, source, digest, points, refused, dates, first_date::text, last_date::text,
  west, south, east, north, is_simulated`;

export async function listMotionSets(queries: Queries): Promise<MotionSet[]> {
  return (await queries.query(`SELECT ${COLUMNS} FROM motion_sets ORDER BY id`)).map(toSet);
}

export async function findMotionSet(queries: Queries, id: string): Promise<MotionSet | null> {
  const [row] = await queries.query(`SELECT ${COLUMNS} FROM motion_sets WHERE id = $1`, [id]);
  return row ? toSet(row) : null;
}

export async function findMotionDigest(queries: Queries, digest: string): Promise<MotionSet | null> {
  const [row] = await queries.query(`SELECT ${COLUMNS} FROM motion_sets WHERE digest = $1 ORDER BY id LIMIT 1`, [
    digest,
  ]);
  return row ? toSet(row) : null;
}

/** Adds a set, or replaces the one of its id. */
export async function putMotionSet(queries: Queries, set: MotionSet): Promise<void> {
  await queries.query(
    `INSERT INTO motion_sets (id, title, product, file, source, digest, points, refused, dates, first_date, last_date,
       west, south, east, north, is_simulated)
     VALUES ($1, $2, $3::jsonb, $4, $5, $6, $7, $8, $9, $10::date, $11::date, $12, $13, $14, $15, $16)
     ON CONFLICT (id) DO UPDATE SET (title, product, file, source, digest, points, refused, dates, first_date, last_date,
       west, south, east, north, is_simulated, added_at)
     = (EXCLUDED.title, EXCLUDED.product, EXCLUDED.file, EXCLUDED.source, EXCLUDED.digest, EXCLUDED.points,
       EXCLUDED.refused, EXCLUDED.dates, EXCLUDED.first_date, EXCLUDED.last_date, EXCLUDED.west, EXCLUDED.south,
       EXCLUDED.east, EXCLUDED.north, EXCLUDED.is_simulated, now())`,
    [
      set.id,
      set.title,
      JSON.stringify(set.product),
      set.file,
      set.source,
      set.digest,
      set.points,
      set.refused,
      set.dates,
      set.firstDate,
      set.lastDate,
      ...set.bbox,
      set.isSimulated,
    ],
  );
}

function toSet(row: Row): MotionSet {
  const text = (name: string) => row[name] as string;
  const number = (name: string) => row[name] as number;
  return {
    id: text('id'),
    title: text('title'),
    product: row['product'] as MotionProduct,
    file: text('file'),
    source: text('source'),
    digest: text('digest'),
    points: number('points'),
    refused: number('refused'),
    dates: number('dates'),
    firstDate: text('first_date'),
    lastDate: text('last_date'),
    bbox: [number('west'), number('south'), number('east'), number('north')],
    isSimulated: row['is_simulated'] as boolean,
  };
}
