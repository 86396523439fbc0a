/** Evidence beside inspections: what other parts of the platform find about assets (ground motion, plants, sensors). */
import type { Evidence } from '../core/assets/indicator.ts';
import type { Database, Queries } from '../database/database.ts';

export interface AssetEvidence extends Evidence {
  readonly asset: string;
  /** Tells evidence of one source apart, such as the set of points it is from. */
  readonly key: string;
}

const BATCH = 1000;

/**
 * Replaces all evidence of one source and key by what was found now; that of assets that are not in the register is left
 * out. It counts from the next `assessRegister` on.
 *
 * @returns how many were kept
 */
export function putEvidence(
  database: Database,
  source: string,
  key: string,
  evidence: readonly Omit<AssetEvidence, 'source' | 'key'>[],
): Promise<number> {
  return database.transaction(async (tx) => {
    await tx.query('DELETE FROM asset_evidence WHERE source = $1 AND key = $2', [source, key]);
    let kept = 0;
    for (let from = 0; from < evidence.length; from += BATCH) {
      const rows = evidence.slice(from, from + BATCH).map(({ asset, ...record }) => ({ asset, record }));
      const written = await tx.query(
        `INSERT INTO asset_evidence (asset, source, key, record)
         SELECT one.asset, $2, $3, one.record || jsonb_build_object('source', $2::text)
         FROM jsonb_to_recordset($1::jsonb) AS one (asset text, record jsonb) JOIN assets ON assets.id = one.asset
         ON CONFLICT (asset, source, key) DO UPDATE SET record = EXCLUDED.record RETURNING asset`,
        [JSON.stringify(rows), source, key],
      );
      kept += written.length;
    }
    return kept;
  });
}

/** Of all assets, by their ids. */
export async function loadEvidence(queries: Queries): Promise<Map<string, Evidence[]>> {
  const rows = await queries.query<{ asset: string; record: Evidence }>(
    'SELECT asset, record FROM asset_evidence ORDER BY asset, source, key',
  );
  const found = new Map<string, Evidence[]>();
  for (const { asset, record } of rows) found.set(asset, [...(found.get(asset) ?? []), record]);
  return found;
}
