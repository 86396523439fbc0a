/** Tables of defects: `asset, part, seriousness, extent, intensity`, and columns that some have beside them. */
import { PlatformError } from '../core/errors.ts';
import type { DefectCells } from '../core/assets/defect-rows.ts';
import { openTable } from '../io/table/read-table.ts';
import type { SourceCell } from '../io/table/read-table.ts';

const NEEDED = ['asset', 'part', 'seriousness', 'extent', 'intensity'] as const;
const OTHERS = ['weight', 'date', 'inspector', 'care', 'note', 'score', 'key'] as const;
type Name = (typeof NEEDED)[number] | (typeof OTHERS)[number];

/** A row as it stands; null where a cell is empty or the column is not there. */
export interface DefectRow extends DefectCells, Readonly<Record<Exclude<Name, keyof DefectCells>, string | null>> {
  /** As spreadsheets count: the header is row 1. */
  readonly row: number;
}

/**
 * All rows from first to last.
 * @throws {PlatformError} `parameter-invalid` naming the columns that are missing and those there are; as `openTable`
 */
export async function* readDefectTable(
  path: string,
  signal?: AbortSignal,
  needed: readonly Name[] = NEEDED,
): AsyncGenerator<DefectRow> {
  const table = await openTable(path, signal ? { signal } : {});
  try {
    const places = new Map(table.columnNames.map((name) => [name.trim().toLowerCase(), name]));
    const missing = needed.filter((name) => !places.has(name));
    if (missing.length > 0)
      throw new PlatformError(
        'parameter-invalid',
        `${path} has no column ${missing.join(', ')}; it has ${table.columnNames.slice(0, 20).join(', ') || 'none'}`,
        { detail: { path, missing } },
      );
    const names = [...NEEDED, ...OTHERS].filter((name) => places.has(name));
    let row = 1;
    for await (const batch of table.batches(
      names.map((name) => places.get(name)!),
      signal ? { signal } : {},
    ))
      for (let k = 0; k < batch.rows; k++) {
        row++;
        const cells = Object.fromEntries(names.map((name, c) => [name, textOf(batch.columns[c]![k]!)]));
        yield { ...EMPTY, ...cells, row };
      }
  } finally {
    await table.close();
  }
}

const EMPTY = Object.fromEntries([...NEEDED, ...OTHERS].map((name) => [name, null])) as Record<Name, null>;

function textOf(cell: SourceCell): string | null {
  if (cell === null) return null;
  const text = (cell instanceof Date ? cell.toISOString().slice(0, 10) : String(cell)).trim();
  return text === '' ? null : text;
}
