/** Rows of a table → observations, as a mapping says. */
import { createTransform, parseCrs } from '../core/grid/crs.ts';
import { declareProperty, declareStation, streamKey, toUcum } from '../feeds/declare.ts';
import type { FeedPart, ReadPayloadOptions } from '../feeds/feed.ts';
import { PartBuilder } from '../feeds/feed.ts';
import { toPlace } from '../feeds/record.ts';
import type { ByteSource } from '../io/byte-source/byte-source.ts';
import type { MappedCell, MappedValue, ObservationMapping } from './mapping.ts';
import type { Cell, TableRow } from './table-rows.ts';
import { readTableRows } from './table-rows.ts';
import { createTimeReader } from './time-format.ts';
import type { TimeReader } from './time-format.ts';

/**
 * @param name  Of the mapping, before the keys of what it makes.
 * @throws {PlatformError} `parameter-invalid` for a column that the table has not, and what reading throws
 */
export async function* readMapped(
  source: ByteSource,
  mapping: ObservationMapping,
  name: string,
  options: ReadPayloadOptions = {},
): AsyncGenerator<FeedPart> {
  const mapper = createRowMapper(mapping, name);
  const part = new PartBuilder();
  for await (const { rows, refused } of readTableRows(source, mapping, mapper.columns, options)) {
    for (const { row, reason } of refused) part.refuse(row, reason);
    for (const row of rows) {
      mapper.map(row, part);
      if (part.isFull) yield part.take();
    }
  }
  yield part.take();
}

export interface RowMapper {
  /** That it needs, in the order in which rows bring them. */
  readonly columns: readonly string[];
  map(row: TableRow, part: PartBuilder): void;
}

export function createRowMapper(mapping: ObservationMapping, provider: string): RowMapper {
  const columns: string[] = [];
  const missing = new Set(['', ...mapping.missing]);
  const place = (column: string) => {
    if (!columns.includes(column)) columns.push(column);
    return columns.indexOf(column);
  };
  /** The text of a cell; null where it is missing. */
  const reader = (cell: MappedCell | undefined): ((cells: readonly Cell[]) => string | null) => {
    if (cell === undefined) return () => null;
    if (typeof cell === 'string') return () => cell;
    const at = place(cell.column);
    const { map } = cell;
    return (cells) => {
      const text = textOf(cells[at]);
      if (text === null || missing.has(text)) return null;
      return map ? (map[text] ?? null) : text;
    };
  };
  const timeColumns = (mapping.time.columns ?? [mapping.time.column!]).map(place);
  const readTime = createTimeReader(mapping.time.format, mapping.time.zone);
  const station = {
    key: reader(mapping.station.key),
    name: reader(mapping.station.name),
    lon: reader(mapping.station.lon),
    lat: reader(mapping.station.lat),
    x: reader(mapping.station.x),
    y: reader(mapping.station.y),
  };
  const project = mapping.station.crs === undefined ? null : createTransform(parseCrs(mapping.station.crs), 4326);
  const numberOf = numberReader(mapping.decimal);
  const placeOf = (cells: readonly Cell[]) => {
    if (!project) return toPlace(numberOf(station.lon(cells)), numberOf(station.lat(cells)));
    const [lon, lat] = project.point(numberOf(station.x(cells)), numberOf(station.y(cells)));
    return toPlace(lon, lat);
  };
  const values = mapping.values.map((value: MappedValue) => ({
    ...value,
    at: place(value.column),
    property: reader(value.property),
    unit: reader(value.unit),
    variant: reader(value.variant),
  }));
  const streams = new Map<string, string>();

  function keyOf(
    cells: readonly Cell[],
    code: string,
    property: string,
    unit: string | null,
    variant: string | null,
  ): string {
    const id = `${code}\0${property}\0${variant ?? ''}`;
    const known = streams.get(id);
    if (known !== undefined) return known;
    const declared = declareProperty(property);
    const key =
      mapping.datastream === undefined
        ? streamKey(provider, code, declared.id, variant ?? undefined)
        : mapping.datastream
            .replaceAll('{station}', code)
            .replaceAll('{property}', declared.id)
            .replaceAll('{variant}', variant ?? '');
    streams.set(id, key);
    return key;
  }

  const declared = new Set<string>();
  function declare(
    part: PartBuilder,
    cells: readonly Cell[],
    words: { code: string; key: string; property: string; unit: string | null; variant: string | null },
  ): void {
    const { code, key, property, unit, variant } = words;
    if (declared.has(key)) return;
    declared.add(key);
    const name = station.name(cells) ?? code;
    const made = declareStation({
      provider,
      key: code,
      name,
      description: `Station ${name}`,
      place: placeOf(cells),
      sensor: {
        key: `${provider}/sensor`,
        name: mapping.source?.title ?? provider,
        description: mapping.source?.attribution ?? 'As the table says',
        metadata: mapping.source?.licence ?? '',
      },
      streams: [{ property, unit: unit ?? '1', ...(variant !== null && { variant }) }],
    });
    part.station({ ...made, datastreams: made.datastreams.map((stream) => ({ ...stream, key })) });
  }

  return {
    columns,
    map({ row, cells }, part) {
      const time = timeOf(cells, timeColumns, readTime);
      if (typeof time === 'string') return part.refuse(row, time);
      const code = station.key(cells);
      if (code === null) return part.refuse(row, 'it names no station');
      for (const value of values) {
        const raw = cells[value.at];
        const text = textOf(raw);
        if (text === null || missing.has(text)) continue;
        const result = numberOf(raw);
        if (Number.isNaN(result)) {
          part.refuse(
            row,
            `${value.column} is "${text.slice(0, 100)}", which is no number${mapping.decimal === ',' ? ' with a decimal comma' : ''}`,
          );
          continue;
        }
        const property = value.property(cells);
        if (property === null) {
          part.refuse(row, 'it names no property that the mapping knows');
          continue;
        }
        const sent = value.unit(cells);
        const unit = sent === null ? null : toUcum(sent);
        const variant = value.variant(cells);
        const key = keyOf(cells, code, property, unit, variant);
        if (mapping.create) declare(part, cells, { code, key, property, unit, variant });
        part.observation(
          {
            datastream: { key },
            phenomenonTime: new Date(time).toISOString(),
            result: value.scale === 1 && value.offset === 0 ? result : result * value.scale + value.offset,
            ...(unit !== null && { unit }),
          },
          row,
        );
      }
    },
  };
}

function textOf(cell: Cell): string | null {
  if (typeof cell === 'string') return cell.trim();
  if (typeof cell === 'number') return Number.isNaN(cell) ? null : String(cell);
  if (typeof cell === 'boolean') return cell ? '1' : '0';
  return cell === null || cell === undefined ? null : JSON.stringify(cell);
}

function timeOf(cells: readonly Cell[], columns: readonly number[], read: TimeReader): number | string {
  const text =
    columns.length === 1 ? textOf(cells[columns[0]!]) : columns.map((at) => textOf(cells[at]) ?? '').join(' ');
  if (text === null || text === '') return 'it has no time';
  const time = read(text);
  return typeof time === 'number' && Math.abs(time) > 8.64e15 ? `"${text}" is no time that there is` : time;
}

const POINT = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;
const COMMA = /^[+-]?(?:\d+,?\d*|,\d+)(?:[eE][+-]?\d+)?$/;

/** NaN for what is no number; thousands are not separated. */
function numberReader(decimal: '.' | ','): (cell: unknown) => number {
  return (cell) => {
    if (typeof cell === 'number') return cell;
    if (typeof cell === 'boolean') return cell ? 1 : 0;
    if (typeof cell !== 'string') return Number.NaN;
    const text = cell.trim();
    if (decimal === '.') return POINT.test(text) ? Number(text) : Number.NaN;
    return COMMA.test(text) ? Number(text.replace(',', '.')) : Number.NaN;
  };
}
