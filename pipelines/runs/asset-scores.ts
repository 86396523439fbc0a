/** A table of defects → condition scores of parts and assets, by NEN 2767. */
import { nameDefect } from '../core/assets/condition.ts';
import type { Aggregation } from '../core/assets/condition.ts';
import { parsePartRow, RowFault, scoreRows } from '../core/assets/defect-rows.ts';
import type { PartRow, ScoredAsset } from '../core/assets/defect-rows.ts';
import { PlatformError } from '../core/errors.ts';
import { readDefectTable } from '../assets/defect-table.ts';
import type { Column, ColumnData, TableBatch } from '../io/table/table.ts';
import { findTableFormat, writeTable } from '../io/table/write-table.ts';
import type { RunControls } from './progress.ts';

export interface AssetScoresRequest {
  readonly table: string;
  /** How parts become an asset; null: factors and limits as public descriptions of NEN 2767-1 name them. */
  readonly aggregation: Aggregation | null;
  readonly output: string;
}

export interface RefusedDefect {
  /** As spreadsheets count: the header is row 1. */
  readonly row: number;
  readonly asset: string | null;
  readonly reason: string;
}

export interface AssetScoresReport {
  readonly output: string;
  readonly assets: number;
  readonly parts: number;
  readonly rows: number;
  readonly refused: readonly RefusedDefect[];
  readonly notes: readonly string[];
}

const COLUMNS: readonly Column[] = [
  { name: 'asset', type: 'text' },
  { name: 'part', type: 'text' },
  { name: 'score', type: 'integer' },
  { name: 'worst_defect', type: 'text' },
  { name: 'worst_part', type: 'text' },
  { name: 'defects', type: 'integer' },
  { name: 'weight', type: 'number' },
  { name: 'index', type: 'number', digits: 6 },
];

/**
 * Writes a row for each part and then one for its asset, with an empty `part`, the score and its worst part and defect.
 *
 * @throws {PlatformError} `parameter-invalid` where a column is missing or no row can be scored; as `readDefectTable`
 */
export async function runAssetScores(
  { table, aggregation, output }: AssetScoresRequest,
  { signal, progress, passport }: RunControls = {},
): Promise<AssetScoresReport> {
  const format = findTableFormat(output);
  passport?.begin({ inputs: [{ role: 'table', path: table }], method: { summary: 'Condition scores by NEN 2767' } });
  progress?.stage(`reading ${table}`);
  const rowsOf = new Map<string, PartRow[]>();
  const refused: RefusedDefect[] = [];
  let rows = 0;
  for await (const { row, asset, ...cells } of readDefectTable(table, signal)) {
    rows++;
    try {
      if (asset === null) throw new RowFault('its asset is empty');
      const parsed = parsePartRow(cells);
      const known = rowsOf.get(asset);
      if (known) known.push(parsed);
      else rowsOf.set(asset, [parsed]);
    } catch (error) {
      if (!(error instanceof RowFault)) throw error;
      refused.push({ row, asset, reason: error.message });
    }
  }
  if (rowsOf.size === 0)
    throw new PlatformError(
      'parameter-invalid',
      rows === 0
        ? `${table} has no row below its header`
        : `${table} has no row that can be scored; row ${refused[0]!.row}: ${refused[0]!.reason}`,
    );
  const scored = [...rowsOf].map(([asset, own]) => ({ asset, ...scoreRows(own, aggregation ?? undefined) }));
  const parts = scored.reduce((sum, one) => sum + one.parts.length, 0);
  passport?.found({}, refused.length > 0 ? [`${refused.length} of ${rows} rows were refused`] : []);
  await writeTable(output, format, COLUMNS, batches(scored), passport);
  return { output, assets: scored.length, parts, rows, refused, notes: [] };
}

/** Assets of one batch. */
const BATCH = 5000;

async function* batches(scored: readonly (ScoredAsset & { asset: string })[]): AsyncGenerator<TableBatch> {
  for (let from = 0; from < scored.length; from += BATCH) {
    const rows = scored.slice(from, from + BATCH).flatMap(rowsOfAsset);
    yield { rows: rows.length, columns: COLUMNS.map((_, k): ColumnData => rows.map((row) => row[k]!)) };
  }
}

function rowsOfAsset({ asset, parts, ...whole }: ScoredAsset & { asset: string }): (string | number | null)[][] {
  const { worst, part } = whole.worstPart;
  const defects = parts.reduce((sum, one) => sum + one.defects, 0);
  const weight = parts.reduce((sum, one) => sum + one.weight, 0);
  return [
    ...parts.map((one) => [asset, one.part, one.score, one.worst && nameDefect(one.worst), null, one.defects, one.weight, null]), // prettier-ignore
    [asset, null, whole.score, worst && nameDefect(worst), part, defects, weight, whole.index],
  ];
}
