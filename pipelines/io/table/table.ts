/** A table on its way to a file: columns with a name and a type, rows in batches of columns. */
export type ColumnType = 'integer' | 'number' | 'text' | 'boolean' | 'json' | 'time';

export interface Column {
  readonly name: string;
  /**
   * `integer` is a whole number up to 2^53; `json` is JSON text, nested where the format can; `time` is RFC 3339 text.
   */
  readonly type: ColumnType;
  /** Significant digits, at most 15, to which text formats round a `number`; default: as many as tell it apart. */
  readonly digits?: number;
}

/** The cells of a column: NaN and null are missing. */
export type ColumnData = Float64Array | readonly (string | number | boolean | null)[];

export interface TableBatch {
  readonly rows: number;
  /** In the order of the columns, each of `rows` cells. */
  readonly columns: readonly ColumnData[];
  /** JSON text of each row's geometry, in WGS 84; formats without geometry leave it out. */
  readonly geometries?: readonly string[];
}

/** Writes a file from front to back. */
export interface TableWriter {
  write(batch: TableBatch): Promise<void>;
  finish(): Promise<void>;
}

/** A cell, missing ones as null. */
export function cellAt(data: ColumnData, row: number): string | number | boolean | null {
  const cell = data[row]!;
  return typeof cell === 'number' && Number.isNaN(cell) ? null : cell;
}
