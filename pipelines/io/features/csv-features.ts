/** Features out of a table whose columns hold longitude and latitude, x and y, or well-known text. */
import { PlatformError } from '../../core/errors.ts';
import { createTransform } from '../../core/grid/crs.ts';
import { FeatureFault } from '../../core/vector/feature.ts';
import { parseWkt } from '../../core/vector/wkt.ts';
import type { ByteSource } from '../byte-source/byte-source.ts';
import { readChunks } from './chunks.ts';
import type { ChunkOptions } from './chunks.ts';
import { CsvRows, guessDelimiter } from './csv-rows.ts';
import type { CoordinateReading, FeatureSink } from './read-features.ts';
import { reprojectGeometry } from './reproject.ts';

/** Names of columns, in the order in which they are looked for, small letters. */
const X_NAMES = ['lon', 'lng', 'long', 'longitude', 'x'];
const Y_NAMES = ['lat', 'latitude', 'y'];
const WKT_NAMES = ['wkt', 'geometry', 'geom', 'the_geom', 'wkt_geom'];

/** A number written as one; a code with a leading zero is none, nor one of more digits than a double keeps. */
const NUMBER = /^-?(?:0|[1-9]\d{0,14})(?:\.\d+)?(?:[eE][-+]?\d{1,3})?$/;

/**
 * Cells become numbers and booleans where they are written as such; an empty one is no attribute.
 *
 * @returns the EPSG code of the coordinates: as the user says, else WGS 84.
 * @throws {PlatformError} `format-unknown` where no columns with coordinates are found
 */
export async function readCsvFeatures(
  source: ByteSource,
  sink: FeatureSink,
  { epsg, asStored }: CoordinateReading,
  options: ChunkOptions,
): Promise<number> {
  const decoder = new TextDecoder();
  const transform = asStored || epsg === null || epsg === 4326 ? null : createTransform(epsg, 4326);
  let rows: CsvRows | null = null;
  let columns: Columns | null = null;
  let row = 0;
  const take = (cells: string[]) => {
    row++;
    if (columns === null) {
      columns = findColumns(cells, source.name);
      return;
    }
    if (cells.length !== columns.names.length) {
      sink.refuse('row', row, `it has ${cells.length} cells and the header ${columns.names.length}`);
      return;
    }
    try {
      const geometry = geometryOf(cells, columns);
      if (transform) reprojectGeometry(geometry, (x, y) => transform.point(x, y));
      sink.feature({ geometry, properties: attributesOf(cells, columns) }, 'row', row);
    } catch (error) {
      if (!(error instanceof FeatureFault)) throw error;
      sink.refuse('row', row, error.message);
    }
  };
  try {
    for await (const chunk of readChunks(source, options)) {
      const text = decoder.decode(chunk, { stream: true });
      rows ??= new CsvRows(guessDelimiter(text.slice(0, Math.max(0, text.indexOf('\n'))) || text));
      for (const cells of rows.push(text)) take(cells);
    }
    for (const cells of rows?.end() ?? []) take(cells);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new PlatformError('format-damaged', `${source.name} cannot be read as a table: ${error.message}`, {
      detail: { path: source.name, row },
      cause: error,
    });
  }
  if (columns === null)
    throw new PlatformError('format-unknown', `${source.name} is empty; a table needs a header line`, {
      detail: { path: source.name },
    });
  return epsg ?? 4326;
}

interface Columns {
  readonly names: readonly string[];
  readonly geometry: { readonly wkt: number } | { readonly x: number; readonly y: number };
  /** Columns that become attributes: all but those of the geometry. */
  readonly attributes: readonly number[];
}

function findColumns(header: readonly string[], path: string): Columns {
  const names = header.map((name) => name.trim());
  const small = names.map((name) => name.toLowerCase());
  const find = (wanted: readonly string[]) => wanted.map((name) => small.indexOf(name)).find((i) => i >= 0) ?? -1;
  const [x, y, wkt] = [find(X_NAMES), find(Y_NAMES), find(WKT_NAMES)];
  if (wkt < 0 && (x < 0 || y < 0))
    throw new PlatformError(
      'format-unknown',
      `${path} has no columns with coordinates: "lon" and "lat", "x" and "y", or "wkt" are looked for, ` +
        `the header has ${names.slice(0, 20).join(', ')}`,
      { detail: { path } },
    );
  const used = x >= 0 && y >= 0 ? [x, y] : [wkt];
  return {
    names,
    geometry: x >= 0 && y >= 0 ? { x, y } : { wkt },
    attributes: names.map((_, i) => i).filter((i) => !used.includes(i)),
  };
}

function geometryOf(cells: readonly string[], { geometry, names }: Columns): unknown {
  if ('wkt' in geometry) return parseWkt(cells[geometry.wkt]!);
  const number = (column: number) => {
    const text = cells[column]!.trim();
    const value = text === '' ? NaN : Number(text);
    if (!Number.isFinite(value))
      throw new FeatureFault(
        text === '' ? `${names[column]} is empty` : `${names[column]} ${JSON.stringify(text)} is no number`,
      );
    return value;
  };
  return { type: 'Point', coordinates: [number(geometry.x), number(geometry.y)] };
}

function attributesOf(cells: readonly string[], { names, attributes }: Columns): Record<string, unknown> {
  const values: Record<string, unknown> = {};
  for (const column of attributes) values[names[column]!] = valueOf(cells[column]!);
  return values;
}

function valueOf(cell: string): string | number | boolean | null {
  if (cell === '') return null;
  if (NUMBER.test(cell)) return Number(cell);
  return cell === 'true' ? true : cell === 'false' ? false : cell;
}
