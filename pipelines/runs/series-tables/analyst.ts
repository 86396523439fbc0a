/** What each analysis of series makes of a table: the columns it writes, and the rows of one series. */
import type { MaskedSeries } from '../../core/series/series.ts';
import type { Column } from '../../io/table/table.ts';

export type OutputCell = string | number | boolean | null;

export interface SeriesContext {
  /** Length of the longest series. */
  readonly longest: number;
  /** Earliest time of the table, in days: grids of a given step begin there. */
  readonly origin: number;
  /** Days since 1970 as the table writes times; NaN becomes an empty cell. */
  readonly time: (days: number) => string | null;
}

export interface SeriesAnalyst {
  /** Those after the id. */
  readonly columns: readonly Column[];
  /**
   * Emits the rows of one series.
   * @returns why there is no result, as the end of "… has no trend: "; null where there is one.
   */
  analyse(series: MaskedSeries, emit: (cells: readonly OutputCell[]) => void, id: string | null): string | null;
}

export const TIME: Column = { name: 'time', type: 'time' };

export function numbers(...names: readonly string[]): Column[] {
  return names.map((name) => ({ name, type: 'number' }));
}

export const COUNT: Column = { name: 'n', type: 'integer' };
export const REASON: Column = { name: 'reason', type: 'text' };

/** The number of a cell; null where there is no such number. */
export function orEmpty(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
