/** Stations out of a table: a row has a place and a value. */
import { PlatformError } from '../core/errors.ts';
import { findCrs } from '../core/grid/crs.ts';
import { withRoom } from '../core/vector/growable.ts';
import type { TableReadOptions } from '../io/table/read-table.ts';
import { openTable } from '../io/table/read-table.ts';
import { createCellParser } from '../io/table/series-cells.ts';
import type { StationValues } from './interpolate-stations.ts';

export interface StationColumns {
  readonly x: string;
  readonly y: string;
  readonly value: string;
}

/**
 * @param epsg  CRS of the coordinates.
 * @throws {PlatformError} `parameter-invalid` where a column is missing; `format-damaged` with the number of the row for
 *   a coordinate that is none, or none of this CRS, and for a value that is no number
 */
export async function readStations(
  path: string,
  { x, y, value }: StationColumns,
  epsg: number,
  options: TableReadOptions = {},
): Promise<StationValues> {
  const table = await openTable(path, options);
  try {
    for (const [option, column] of [
      ['--x', x],
      ['--y', y],
      ['--value', value],
    ] as const)
      if (!table.columnNames.includes(column))
        throw new PlatformError(
          'parameter-invalid',
          `${table.name} has no column "${column}"; name one with ${option}: ${table.columnNames.slice(0, 30).join(', ')}`,
          { detail: { path: table.name, column, columns: table.columnNames } },
        );
    const parse = createCellParser(table.name);
    const isDegrees = findCrs(epsg).units === 'degree';
    let count = 0;
    let [xs, ys, values] = [new Float64Array(1024), new Float64Array(1024), new Float64Array(1024)];
    for await (const batch of table.batches([x, y, value], options)) {
      [xs, ys, values] = [xs, ys, values].map((data) => withRoom(data, count + batch.rows)) as [
        Float64Array<ArrayBuffer>,
        Float64Array<ArrayBuffer>,
        Float64Array<ArrayBuffer>,
      ];
      for (let i = 0; i < batch.rows; i++, count++) {
        xs[count] = parse.value(batch.columns[0]![i]!, count, x);
        ys[count] = parse.value(batch.columns[1]![i]!, count, y);
        values[count] = parse.value(batch.columns[2]![i]!, count, value);
        checkPlace(xs[count]!, ys[count]!, isDegrees, `${table.name}, row ${count + 1}`);
      }
    }
    return { x: xs.subarray(0, count), y: ys.subarray(0, count), values: values.subarray(0, count), epsg };
  } finally {
    await table.close();
  }
}

function checkPlace(x: number, y: number, isDegrees: boolean, where: string): void {
  if (Number.isNaN(x) || Number.isNaN(y))
    throw new PlatformError('format-damaged', `${where}: the station has no place; each row needs x and y`);
  if (isDegrees && (Math.abs(x) > 360 || Math.abs(y) > 90))
    throw new PlatformError(
      'format-damaged',
      `${where}: ${x}, ${y} are no longitude and latitude; say with --crs which coordinates they are, such as EPSG:28992`,
    );
}
