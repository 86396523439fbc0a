/** The points of a sample, judged: rows of a table, or features that a GIS has saved. */
import { isRecord } from '../core/vector/feature.ts';
import type { RawFeature } from '../core/vector/feature.ts';
import { readFeatures } from '../io/features/read-features.ts';
import type { SourceCell } from '../io/table/read-table.ts';
import { openTable } from '../io/table/read-table.ts';
import type { RunControls } from './progress.ts';

const FEATURE_NAMES = /\.(geojson|geojsonl|ndjson|jsonl|shp|zip|gpkg|fgb)$/i;

/**
 * @param choose  Is told the columns that there are, and says which are wanted; throws where one is missing.
 * @returns per row the cells of the wanted columns.
 * @throws {PlatformError} as `readFeatures` and `openTable` do
 */
export async function readSampleRows(
  path: string,
  { signal }: RunControls,
  choose: (columns: readonly string[]) => readonly string[],
): Promise<SourceCell[][]> {
  if (FEATURE_NAMES.test(path)) return featureRows(path, signal, choose);
  const options = signal ? { signal } : {};
  const table = await openTable(path, options);
  try {
    const rows: SourceCell[][] = [];
    for await (const batch of table.batches(choose(table.columnNames), options))
      for (let i = 0; i < batch.rows; i++) rows.push(batch.columns.map((column) => column[i]!));
    return rows;
  } finally {
    await table.close();
  }
}

/** Properties by their names; `lon` and `lat` are those of the point itself. */
async function featureRows(
  path: string,
  signal: AbortSignal | undefined,
  choose: (columns: readonly string[]) => readonly string[],
): Promise<SourceCell[][]> {
  const records: Readonly<Record<string, unknown>>[] = [];
  const names = new Set<string>();
  await readFeatures(
    path,
    ({ properties, geometry }: RawFeature) => {
      const record = { ...(isRecord(properties) ? properties : {}), ...placeOf(geometry) };
      for (const name of Object.keys(record)) names.add(name);
      records.push(record);
    },
    signal ? { signal } : {},
  );
  const wanted = choose([...names]);
  return records.map((record) => wanted.map((name) => toCell(record[name])));
}

function placeOf(geometry: unknown): { lon?: number; lat?: number } {
  if (!isRecord(geometry) || geometry['type'] !== 'Point' || !Array.isArray(geometry['coordinates'])) return {};
  const [lon, lat] = geometry['coordinates'] as unknown[];
  return typeof lon === 'number' && typeof lat === 'number' ? { lon, lat } : {};
}

function toCell(value: unknown): SourceCell {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? value : null;
}
