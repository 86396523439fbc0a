/** Rows of one time out of several rasters: neighbouring scenes are taken at the same moment and overlap. */
import type { ColumnData } from '../io/table/table.ts';

export interface TimedCells {
  readonly days: number;
  /** Valid cells of each zone. */
  readonly weight: Float64Array;
  /** A column per statistic, a row per zone. */
  readonly cells: readonly ColumnData[];
}

/**
 * Of inputs of the same time, which follow each other, each zone has the row of the one in which it has the most valid
 * cells, the first of equal ones.
 */
export async function* bestOfEqualTimes(inputs: AsyncIterable<TimedCells>): AsyncGenerator<TimedCells> {
  let waiting: TimedCells | null = null;
  for await (const next of inputs) {
    if (waiting && waiting.days !== next.days) {
      yield waiting;
      waiting = null;
    }
    waiting = waiting ? better(waiting, next) : next;
  }
  if (waiting) yield waiting;
}

function better(a: TimedCells, b: TimedCells): TimedCells {
  const isB = Uint8Array.from(a.weight, (weight, zone) => (b.weight[zone]! > weight ? 1 : 0));
  return {
    days: a.days,
    weight: a.weight.map((weight, zone) => Math.max(weight, b.weight[zone]!)),
    cells: a.cells.map((column, c) => choose(isB, column, b.cells[c]!)),
  };
}

function choose(isB: Uint8Array, a: ColumnData, b: ColumnData): ColumnData {
  if (a instanceof Float64Array && b instanceof Float64Array)
    return a.map((cell, row) => (isB[row] === 1 ? b[row]! : cell));
  return Array.from(a, (cell, row) => (isB[row] === 1 ? b[row]! : cell));
}
