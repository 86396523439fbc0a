/** A table of inspections into the register. */
import { collectInspections } from '../assets/inspection.ts';
import { readDefectTable } from '../assets/defect-table.ts';
import { putInspections } from '../assets/inspections-repository.ts';
import type { NewInspection } from '../assets/inspection.ts';
import type { Database } from '../database/database.ts';
import type { ImportAssetsResult, ImportControls } from './ingest-assets.ts';

/**
 * CSV or Parquet with `asset, date` and either `part, seriousness, extent, intensity` or `score`; `inspector, care, note,
 * key, weight` where they are there. Rows that do not fit come back with the reason; the others are kept.
 *
 * @throws {PlatformError} as `readDefectTable`
 */
export async function importInspections(
  database: Database,
  path: string,
  { signal, progress }: ImportControls = {},
): Promise<ImportAssetsResult> {
  progress?.stage(`Inspections of ${path}`);
  const { inspections, refused } = await collectInspections(readDefectTable(path, signal, ['asset', 'date']));
  const { unknown, ...counts } = await putInspections(database, inspections, path);
  return {
    ...counts,
    refused: [
      ...refused.map(({ row, id, reason }) => ({ id: id === null ? `row ${row}` : `${id}, row ${row}`, reason })),
      ...unknown.map(unknownAsset),
    ],
  };
}

export function unknownAsset({ asset, day }: NewInspection): { readonly id: string; readonly reason: string } {
  return { id: asset, reason: `its inspection of ${day} is of no asset of the register; import the asset first` };
}
