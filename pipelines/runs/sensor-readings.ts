/** Tables of sensor readings: every row in its place, each datastream by itself. */
import { PlatformError } from '../core/errors.ts';
import type { Place } from '../core/sensors/quality/near-stations.ts';
import { withRoom } from '../core/vector/growable.ts';
import type { SeriesColumns } from '../io/table/read-series.ts';
import type { SourceCell, TableSource } from '../io/table/read-table.ts';
import { openTable } from '../io/table/read-table.ts';
import { createCellParser } from '../io/table/series-cells.ts';

export interface Readings {
  readonly name: string;
  readonly columnNames: readonly string[];
  readonly rows: number;
  /** Column of the ids; null where there is none: then all is one datastream. */
  readonly by: string | null;
  /** In the order in which they first appear. */
  readonly ids: readonly string[];
  /** Per id, its rows in the order of the table. */
  readonly rowsOf: readonly Uint32Array[];
  /** Milliseconds since 1970. */
  readonly times: Float64Array;
  /** NaN where the cell is empty. */
  readonly values: Float64Array;
  /** The columns that were asked for beside, by name. */
  readonly others: ReadonlyMap<string, readonly SourceCell[]>;
}

const MS_PER_DAY = 86_400_000;

/**
 * @param choose  Is told all columns and says which are wanted beside id, time and value.
 * @throws {PlatformError} `parameter-invalid` for a missing column or no rows; `format-damaged` with the row's number
 */
export async function readReadings(
  path: string,
  columns: SeriesColumns,
  choose: (names: readonly string[]) => readonly string[],
  signal?: AbortSignal,
): Promise<Readings> {
  const options = signal === undefined ? {} : { signal };
  const table = await openTable(path, options);
  try {
    const by = columns.by ?? (table.columnNames.includes('id') ? 'id' : null);
    requireColumns(table, columns);
    const others = choose(table.columnNames);
    const wanted = [columns.time, columns.value, ...(by === null ? [] : [by]), ...others];
    const unique = [...new Set(wanted)];
    const place = new Map(unique.map((name, c) => [name, c]));
    const cells = createCellParser(table.name);
    const kept = others.map((): SourceCell[] => []);
    const known = new Map<string, number[]>();
    let rows = 0;
    let times = new Float64Array(1024);
    let values = new Float64Array(1024);
    for await (const batch of table.batches(unique, options)) {
      times = withRoom(times, rows + batch.rows);
      values = withRoom(values, rows + batch.rows);
      const column = (name: string) => batch.columns[place.get(name)!]!;
      const [time, value] = [column(columns.time), column(columns.value)];
      const id = by === null ? null : column(by);
      for (let i = 0; i < batch.rows; i++, rows++) {
        times[rows] = Math.floor(cells.time(time[i]!, rows, columns.time) * MS_PER_DAY + 0.5);
        values[rows] = cells.value(value[i]!, rows, columns.value);
        const key = id === null ? '' : cells.id(id[i]!, rows, by!);
        const own = known.get(key);
        if (own === undefined) known.set(key, [rows]);
        else own.push(rows);
      }
      others.forEach((name, k) => {
        const from = column(name);
        for (let i = 0; i < batch.rows; i++) kept[k]!.push(from[i]!);
      });
    }
    if (rows === 0) throw new PlatformError('parameter-invalid', `${table.name} has a header but no rows`);
    return {
      name: table.name,
      columnNames: table.columnNames,
      rows,
      by,
      ids: [...known.keys()],
      rowsOf: [...known.values()].map((own) => Uint32Array.from(own)),
      times: times.subarray(0, rows),
      values: values.subarray(0, rows),
      others: new Map(others.map((name, k) => [name, kept[k]!])),
    };
  } finally {
    await table.close();
  }
}

function requireColumns({ name, columnNames }: TableSource, { by, time, value }: SeriesColumns): void {
  for (const [option, column] of [['--time', time] as const, ['--value', value] as const, ['--by', by] as const])
    if (column !== null && !columnNames.includes(column))
      throw new PlatformError(
        'parameter-invalid',
        `${name} has no column "${column}"; name one with ${option}: ${columnNames.slice(0, 30).join(', ')}`,
        { detail: { path: name, column, columns: columnNames } },
      );
}

/** Names that tell where a station is; the first pair that a table has. */
const PLACE_COLUMNS = [
  ['lon', 'lat'],
  ['longitude', 'latitude'],
  ['x', 'y'],
] as const;
const ELEVATION_COLUMNS = ['elevation', 'altitude', 'z'] as const;

/** The columns of places that a table has; none: it has no places. */
export function placeColumns(names: readonly string[]): readonly string[] {
  const pair = PLACE_COLUMNS.find((both) => both.every((name) => names.includes(name)));
  if (pair === undefined) return [];
  const elevation = ELEVATION_COLUMNS.find((name) => names.includes(name));
  return elevation === undefined ? pair : [...pair, elevation];
}

/**
 * Per id the first place that its rows tell. Coordinates are degrees where all of them can be, else metres.
 * @param columns  Of `placeColumns`.
 */
export function placesOf(readings: Readings, columns: readonly string[]): Map<string, Place> {
  const places = new Map<string, Place>();
  if (columns.length === 0) return places;
  const cells = createCellParser(readings.name);
  const [xs, ys, zs] = columns.map((name) => readings.others.get(name)!);
  readings.ids.forEach((id, k) => {
    for (const row of readings.rowsOf[k]!) {
      const [x, y] = [cells.value(xs![row]!, row, columns[0]!), cells.value(ys![row]!, row, columns[1]!)];
      if (!Number.isFinite(x) || !Number.isFinite(y)) continue;
      const z = zs === undefined ? NaN : cells.value(zs[row]!, row, columns[2]!);
      places.set(id, { x, y, elevation: Number.isNaN(z) ? null : z, isLonLat: false });
      break;
    }
  });
  return markDegrees(places);
}

function markDegrees(places: Map<string, Place>): Map<string, Place> {
  const isLonLat = [...places.values()].every(({ x, y }) => Math.abs(x) <= 180 && Math.abs(y) <= 90);
  return new Map([...places].map(([id, place]) => [id, { ...place, isLonLat }]));
}

/**
 * Places out of a table of stations: `id`, `x` and `y` (or `lon` and `lat`), `elevation` where it is known.
 * @throws {PlatformError} `parameter-invalid` where a column is missing
 */
export async function readPlaces(path: string, signal?: AbortSignal): Promise<Map<string, Place>> {
  const options = signal === undefined ? {} : { signal };
  const table = await openTable(path, options);
  try {
    const columns = placeColumns(table.columnNames);
    if (!table.columnNames.includes('id') || columns.length === 0)
      throw new PlatformError(
        'parameter-invalid',
        `${path} tells no places: it needs the columns id, x and y (or lon and lat), and has ${table.columnNames.slice(0, 30).join(', ')}`,
      );
    const cells = createCellParser(path);
    const places = new Map<string, Place>();
    let row = 0;
    for await (const batch of table.batches(['id', ...columns], options))
      for (let i = 0; i < batch.rows; i++, row++) {
        const [x, y, z] = columns.map((name, c) => cells.value(batch.columns[c + 1]![i]!, row, name));
        if (!Number.isFinite(x) || !Number.isFinite(y)) continue;
        const elevation = z === undefined || Number.isNaN(z) ? null : z;
        places.set(cells.id(batch.columns[0]![i]!, row, 'id'), { x: x!, y: y!, elevation, isLonLat: false });
      }
    return markDegrees(places);
  } finally {
    await table.close();
  }
}
