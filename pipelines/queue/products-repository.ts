/** Products that runs have made, each with its passport. */
import type { Passport } from '../core/passport/passport.ts';
import type { Queries, Row } from '../database/database.ts';

export interface ProductRecord {
  /** `<run>-<step>`, or of a layer's frame its name: a word of addresses. */
  readonly id: string;
  readonly runId: string | null;
  readonly step: string | null;
  readonly process: string;
  readonly kind: 'raster' | 'archive' | 'table' | 'features' | 'other';
  readonly title: string;
  /** Absolute. */
  readonly path: string;
  readonly mediaType: string;
  readonly bytes: number;
  readonly sha256: string;
  readonly passport: Passport;
  /** RFC 3339. */
  readonly madeAt: string;
}

export async function putProduct(queries: Queries, product: Omit<ProductRecord, 'madeAt'>): Promise<void> {
  await queries.query(
    `INSERT INTO products (id, run_id, step, process, kind, title, path, media_type, bytes, sha256, passport)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11::jsonb)
     ON CONFLICT (id) DO UPDATE SET (run_id, step, process, kind, title, path, media_type, bytes, sha256, passport, made_at)
     = (EXCLUDED.run_id, EXCLUDED.step, EXCLUDED.process, EXCLUDED.kind, EXCLUDED.title, EXCLUDED.path, EXCLUDED.media_type,
        EXCLUDED.bytes, EXCLUDED.sha256, EXCLUDED.passport, now())`,
    [
      product.id,
      product.runId,
      product.step,
      product.process,
      product.kind,
      product.title,
      product.path,
      product.mediaType,
      product.bytes,
      product.sha256,
      JSON.stringify(product.passport),
    ],
  );
}

export interface ProductFilter {
  readonly run?: string | null;
  readonly limit?: number;
}

/** Newest first. */
export async function listProducts(
  queries: Queries,
  { run = null, limit = 1000 }: ProductFilter = {},
): Promise<ProductRecord[]> {
  const rows = await queries.query(
    `SELECT * FROM products WHERE ($1::text IS NULL OR run_id = $1::text) ORDER BY made_at DESC, id LIMIT $2`,
    [run, limit],
  );
  return rows.map(toProduct);
}

export async function findProduct(queries: Queries, id: string): Promise<ProductRecord | null> {
  const [row] = await queries.query('SELECT * FROM products WHERE id = $1', [id]);
  return row ? toProduct(row) : null;
}

/** Those of the ids that are there, in no order. */
export async function findProducts(queries: Queries, ids: readonly string[]): Promise<ProductRecord[]> {
  const rows = await queries.query('SELECT * FROM products WHERE id = ANY($1::text[])', [ids]);
  return rows.map(toProduct);
}

function toProduct(row: Row): ProductRecord {
  const { run_id: runId, media_type: mediaType, made_at: madeAt, ...rest } = row;
  return { ...rest, runId, mediaType, madeAt: (madeAt as Date).toISOString() } as unknown as ProductRecord;
}
