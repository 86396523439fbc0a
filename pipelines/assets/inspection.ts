/** Inspections of assets: rows of a table, or of a request, become one for each asset, day and inspector. */
import { createHash } from 'node:crypto';
import { nameDefect } from '../core/assets/condition.ts';
import { parsePartRow, RowFault, scoreRows } from '../core/assets/defect-rows.ts';
import type { PartRow, ScoredAsset } from '../core/assets/defect-rows.ts';
import type { ScoredPart } from '../core/assets/condition.ts';
import type { DefectRow } from './defect-table.ts';

export interface NewInspection {
  readonly asset: string;
  /** `2024-05-01`. */
  readonly day: string;
  /** Tells inspections of one day apart. */
  readonly key: string;
  readonly score: number;
  /** Of the aggregation; null where the score was given as it is. */
  readonly index: number | null;
  /** The care score, which has nothing to do with the condition. */
  readonly care: number | null;
  readonly worstPart: string | null;
  readonly worstDefect: string | null;
  readonly worstScore: number | null;
  readonly inspector: string | null;
  readonly note: string | null;
  readonly rows: readonly PartRow[];
  readonly parts: readonly ScoredPart[];
  readonly digest: string;
}

interface Draft {
  readonly first: DefectRow;
  readonly rows: PartRow[];
  score: number | null;
  readonly numbers: number[];
}

export interface RefusedRow {
  readonly row: number;
  readonly id: string | null;
  readonly reason: string;
}

export interface Inspections {
  readonly inspections: readonly NewInspection[];
  readonly refused: readonly RefusedRow[];
}

/**
 * Rows with the same asset, date, inspector and key are one inspection. A row has a defect of a part, or a part and no
 * defect, or (where all that is known is a score) a `score` and no part.
 */
export async function collectInspections(rows: AsyncIterable<DefectRow> | Iterable<DefectRow>): Promise<Inspections> {
  const drafts = new Map<string, Draft>();
  const refused: RefusedRow[] = [];
  for await (const row of rows) {
    try {
      add(drafts, row);
    } catch (error) {
      if (!(error instanceof RowFault)) throw error;
      refused.push({ row: row.row, id: row.asset, reason: error.message });
    }
  }
  return { inspections: [...drafts.values()].map(toInspection), refused };
}

function add(drafts: Map<string, Draft>, row: DefectRow): void {
  if (row.asset === null) throw new RowFault('its asset is empty');
  const day = dayOf(row.date);
  stepOf('care', row.care);
  const score = stepOf('score', row.score);
  const part = score !== null && row.part === null ? null : parsePartRow(row);
  const key = JSON.stringify([row.asset, day, row.inspector, row.key]);
  const draft = drafts.get(key) ?? { first: { ...row, date: day }, rows: [], score: null, numbers: [] };
  if (part) draft.rows.push(part);
  if (score !== null) draft.score = score;
  draft.numbers.push(row.row);
  drafts.set(key, draft);
}

function dayOf(cell: string | null): string {
  const day = /^(\d{4})-(\d\d)-(\d\d)(?=$|[T ])/.exec(cell ?? '')?.[0];
  if (day === undefined || new Date(`${day}T00:00:00Z`).toJSON()?.slice(0, 10) !== day)
    throw new RowFault(`date "${cell ?? ''}" is no day; such as 2024-05-01 is accepted`);
  return day;
}

function stepOf(name: string, cell: string | null): number | null {
  if (cell === null) return null;
  if (/^[1-6]$/.test(cell)) return Number(cell);
  throw new RowFault(`${name} "${cell}" is not known; whole numbers from 1 to 6 are accepted`);
}

function toInspection({ first, rows, score }: Draft): NewInspection {
  const scored: ScoredAsset | null = rows.length > 0 ? scoreRows(rows) : null;
  const worst = scored?.worstPart ?? null;
  const inspection = {
    asset: first.asset!,
    day: first.date!,
    key: first.key ?? first.inspector ?? '',
    // What an inspector gave the whole goes before what parts add up to
    score: score ?? scored!.score,
    index: scored?.index ?? null,
    care: first.care === null ? null : Number(first.care),
    worstPart: worst?.part ?? null,
    worstDefect: worst?.worst ? nameDefect(worst.worst) : null,
    worstScore: worst?.score ?? null,
    inspector: first.inspector,
    note: first.note,
    rows,
    parts: scored?.parts ?? [],
  };
  const digest = createHash('sha256').update(JSON.stringify(inspection)).digest('hex').slice(0, 32);
  return { ...inspection, digest };
}
