/** Quality flags of the readings of a table: `landmeter sensors flag`. */
import { setImmediate } from 'node:timers/promises';
import { PlatformError } from '../core/errors.ts';
import { nearestWords } from '../core/nearest.ts';
import type { ObservedProperty } from '../core/sensors/properties.ts';
import { findProperty, PROPERTY_IDS } from '../core/sensors/properties.ts';
import type { FlagName } from '../core/sensors/quality/flags.ts';
import { FLAG, FLAG_NAMES, flagNames } from '../core/sensors/quality/flags.ts';
import type { FlaggedSeries } from '../core/sensors/quality/flag-series.ts';
import { examineSeries } from '../core/sensors/quality/flag-series.ts';
import type { FlagLimits } from '../core/sensors/quality/limits.ts';
import type { Place } from '../core/sensors/quality/near-stations.ts';
import { flagNeighbours } from '../core/sensors/quality/neighbours.ts';
import { parseTime } from '../core/series/time.ts';
import { checkAborted } from '../io/byte-source/byte-source.ts';
import type { SeriesColumns } from '../io/table/read-series.ts';
import type { SourceCell } from '../io/table/read-table.ts';
import type { Column, TableBatch } from '../io/table/table.ts';
import { findTableFormat, writeTable } from '../io/table/write-table.ts';
import type { RunControls } from './progress.ts';
import type { Readings } from './sensor-readings.ts';
import { placeColumns, placesOf, readPlaces, readReadings } from './sensor-readings.ts';

export interface SensorFlagsRequest {
  readonly table: string;
  readonly columns: SeriesColumns;
  /** Id, CF name or alias of what is observed; null: limits are estimated from the table. */
  readonly property: string | null;
  /** Table of the places of stations; null: as the table itself tells. */
  readonly stations: string | null;
  /** RFC 3339: readings of later are of a wrong clock; null: there is none. */
  readonly now: string | null;
  readonly output: string;
}

export interface SensorFlagsReport {
  readonly output: string;
  readonly property: string | null;
  readonly rows: number;
  readonly flagged: number;
  /** Rows per flag; a row can have several. */
  readonly counts: Readonly<Record<FlagName, number>>;
  readonly series: readonly { readonly id: string | null; readonly limits: FlagLimits }[];
  readonly notes: readonly string[];
}

const BATCH_ROWS = 20_000;
/** Without places each station is compared with each: more would take long and tell little. */
const MOST_WITHOUT_PLACE = 60;

/**
 * Reads a table and writes its rows again, in their order, with the columns `flags` (bit mask) and `flag_names`.
 *
 * @throws {PlatformError} `parameter-invalid` for an unknown property or a missing column; `usage` for an output of an
 *   unknown format; as `readReadings` and `writeTable`
 */
export async function runSensorFlags(
  request: SensorFlagsRequest,
  controls: RunControls = {},
): Promise<SensorFlagsReport> {
  const { table, stations, output } = request;
  const { signal, progress, passport } = controls;
  const format = findTableFormat(output);
  const property = request.property === null ? null : requireProperty(request.property);
  const nowMs = request.now === null ? Infinity : parseTime(request.now) * 86_400_000;
  if (Number.isNaN(nowMs)) throw new PlatformError('usage', `--now is "${request.now}"; an RFC 3339 time is accepted`);
  passport?.begin({
    inputs: [{ role: 'table', path: table }, ...(stations === null ? [] : [{ role: 'stations', path: stations }])],
    method: { summary: 'Quality flags of sensor readings' },
  });
  progress?.stage(`reading ${table}`);
  const readings = await readReadings(table, request.columns, (names) => names, signal);
  const places =
    stations === null ? placesOf(readings, placeColumns(readings.columnNames)) : await readPlaces(stations, signal);
  progress?.stage('flagging', readings.ids.length + 1);
  const flags = new Uint16Array(readings.rows);
  const notes: string[] = [];
  const examined: FlaggedSeries[] = [];
  for (const [k, rows] of readings.rowsOf.entries()) {
    checkAborted(signal);
    const one = examineSeries(pick(readings.times, rows), pick(readings.values, rows), {
      property: property?.quality ?? null,
      nowMs,
    });
    for (let i = 0; i < rows.length; i++) flags[rows[i]!] = one.flags[i]!;
    examined.push(one);
    if (!one.tellsOrder)
      notes.push(`${nameOf(readings, k)} is in no order of time; late rows are not told from others`);
    progress?.advance();
    if (k % 64 === 63) await setImmediate();
  }
  addNeighbours(readings, examined, places, property, flags, notes);
  const counts = Object.fromEntries(FLAG_NAMES.map((name) => [name, countOf(flags, FLAG[name])]));
  const shown = notes.length > 3 ? [...notes.slice(0, 3), `… and ${notes.length - 3} more of the kind`] : notes;
  passport?.found({}, shown);
  await writeTable(
    output,
    format,
    columnsOf(readings, request.columns, output),
    batches(readings, flags, request.columns, output),
    passport,
  );
  return {
    output,
    property: property?.id ?? null,
    rows: readings.rows,
    flagged: countOf(flags, 0xffff),
    counts: counts as Record<FlagName, number>,
    series: examined.map(({ limits }, k) => ({ id: readings.by === null ? null : readings.ids[k]!, limits })),
    notes: shown,
  };
}

/** @throws {PlatformError} `parameter-invalid`, naming those most like it */
export function requireProperty(name: string): ObservedProperty {
  const found = findProperty(name);
  if (found !== null) return found;
  throw new PlatformError(
    'parameter-invalid',
    `--property ${name} is not known; did you mean ${nearestWords(name, PROPERTY_IDS).join(', ')}? Without it limits are estimated from the table`,
    { detail: { property: name, accepted: PROPERTY_IDS } },
  );
}

function addNeighbours(
  readings: Readings,
  examined: readonly FlaggedSeries[],
  places: ReadonlyMap<string, Place>,
  property: ObservedProperty | null,
  flags: Uint16Array,
  notes: string[],
): void {
  if (readings.ids.length < 3 || (property !== null && property.quality.neighbour === null)) return;
  const placeless = readings.ids.filter((id) => !places.has(id)).length;
  if (placeless > MOST_WITHOUT_PLACE) {
    notes.push(`Stations without a place, not compared with others: ${placeless}; tell places with --stations`);
    return;
  }
  const stations = examined.map((one, k) => {
    const rows = one.rows.map((row) => readings.rowsOf[k]![row]!);
    return {
      place: places.get(readings.ids[k]!) ?? null,
      times: pick(readings.times, rows),
      values: pick(readings.values, rows),
      flags: Uint16Array.from(rows, (row) => flags[row]!),
      rows,
    };
  });
  const found = flagNeighbours(stations, { parameters: property?.quality.neighbour ?? null });
  stations.forEach(({ rows }, k) => {
    for (let i = 0; i < rows.length; i++) flags[rows[i]!]! |= found[k]![i]!;
  });
}

function pick(values: Float64Array, rows: Uint32Array): Float64Array {
  const picked = new Float64Array(rows.length);
  for (let i = 0; i < rows.length; i++) picked[i] = values[rows[i]!]!;
  return picked;
}

function countOf(flags: Uint16Array, mask: number): number {
  let count = 0;
  for (let i = 0; i < flags.length; i++) if ((flags[i]! & mask) !== 0) count++;
  return count;
}

function nameOf(readings: Readings, k: number): string {
  return readings.by === null ? readings.name : `${readings.by} ${readings.ids[k]}`;
}

/** Text stays as it was written where the format is text. */
function columnsOf({ columnNames, others }: Readings, { time, value }: SeriesColumns, output: string): Column[] {
  const isText = output.toLowerCase().endsWith('.csv');
  const typeOf = (name: string): Column['type'] => {
    if (name === time) return 'time';
    const cell = others.get(name)!.find((one) => one !== null);
    if (name === value && !isText) return 'number';
    return typeof cell === 'number' ? 'number' : typeof cell === 'boolean' ? 'boolean' : 'text';
  };
  const kept = columnNames.filter((name) => !ADDED.includes(name));
  return [
    ...kept.map((name) => ({ name, type: typeOf(name) })),
    { name: ADDED[0]!, type: 'integer' },
    { name: ADDED[1]!, type: 'text' },
  ];
}

/** A table that was flagged before gets its flags anew. */
const ADDED = ['flags', 'flag_names'];

async function* batches(
  { columnNames, others, values, rows }: Readings,
  flags: Uint16Array,
  { value }: SeriesColumns,
  output: string,
): AsyncGenerator<TableBatch> {
  const isText = output.toLowerCase().endsWith('.csv');
  const kept = columnNames.filter((name) => !ADDED.includes(name)).map((name) => ({ name, cells: others.get(name)! }));
  for (let from = 0; from < rows; from += BATCH_ROWS) {
    const to = Math.min(rows, from + BATCH_ROWS);
    const masks = Array.from(flags.subarray(from, to));
    yield {
      rows: to - from,
      columns: [
        ...kept.map(({ name, cells }) =>
          name === value && !isText ? values.slice(from, to) : cells.slice(from, to).map(toCell),
        ),
        masks,
        masks.map((mask) => (mask === 0 ? null : flagNames(mask))),
      ],
    };
    await setImmediate();
  }
}

function toCell(cell: SourceCell): string | number | boolean | null {
  if (cell instanceof Date) return cell.toISOString().replace('.000Z', 'Z');
  return typeof cell === 'bigint' ? Number(cell) : cell;
}
