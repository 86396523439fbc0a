/** Ids, times and values out of the cells of a table. */
import { PlatformError } from '../../core/errors.ts';
import { parseTime } from '../../core/series/time.ts';
import type { SourceCell } from './read-table.ts';

/** Whether a time is a day without a time of the day. */
export function isDate(cell: SourceCell): boolean {
  return cell instanceof Date ? cell.getTime() % 86_400_000 === 0 : typeof cell === 'string' && cell.length === 10;
}

const NUMBER = /^[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?$/;
/** How other programs write that there is no value. */
const MISSING = new Set(['', 'NA', 'NaN', 'nan', 'null']);

/**
 * Cells to what they mean; `row` counts from 0.
 * Each throws {PlatformError} `format-damaged` with the number of the row for what it cannot read.
 */
export function createCellParser(path: string) {
  const refuse = (cell: SourceCell, row: number, column: string, what: string): never => {
    const shown = cell === null ? 'is empty' : `is ${JSON.stringify(String(cell).slice(0, 40))}`;
    throw new PlatformError('format-damaged', `${path}, row ${row + 1}: ${column} ${shown}; ${what}`, {
      detail: { path, row: row + 1, column },
    });
  };
  return {
    id(cell: SourceCell, row: number, column: string): string {
      const id = cell === null ? '' : cell instanceof Date ? cell.toISOString() : String(cell).trim();
      return id === '' ? refuse(cell, row, column, 'each row needs one') : id;
    },
    time(cell: SourceCell, row: number, column: string): number {
      const days =
        cell instanceof Date ? cell.getTime() / 86_400_000 : typeof cell === 'string' ? parseTime(cell.trim()) : NaN;
      if (!Number.isNaN(days)) return days;
      return refuse(cell, row, column, 'a date or RFC 3339 time is read, such as 2024-05-01 or 2024-05-01T10:30:00Z');
    },
    value(cell: SourceCell, row: number, column: string): number {
      if (cell === null) return NaN;
      if (typeof cell === 'number' || typeof cell === 'bigint') {
        const value = Number(cell);
        return Number.isNaN(value) || Number.isFinite(value)
          ? value
          : refuse(cell, row, column, 'a finite number is read');
      }
      const text = String(cell).trim();
      if (MISSING.has(text)) return NaN;
      const value = NUMBER.test(text) ? Number(text) : NaN;
      if (Number.isFinite(value)) return value;
      return refuse(cell, row, column, 'a number with a decimal point is read, or nothing where there is no value');
    },
  };
}
