/** Features as CSV, geometry as well-known text in the column `geometry`. @see RFC 4180 */
import type { TableContent, TableFeature } from './feature-table.ts';
import { cellOf } from './feature-table.ts';

const NEEDS_QUOTES = /[",\r\n]/;

/** A page at a time is held. */
export async function* writeFeatureCsv({ pages, columns: given }: TableContent): AsyncGenerator<string> {
  const columns = given.filter(({ name }) => name !== 'geometry');
  yield toLine(['id', ...columns.map(({ name }) => name), 'geometry']);
  for await (const page of pages()) {
    const rows = page.map((feature) => [
      feature.id,
      ...columns.map((column) => cellOf(feature, column)),
      feature.geometry && toWkt(feature.geometry),
    ]);
    yield rows.map(toLine).join('');
  }
}

function toLine(row: readonly unknown[]): string {
  return `${row.map(toCell).join(',')}\r\n`;
}

function toCell(value: unknown): string {
  const text = value === null ? '' : String(value as string | number | boolean);
  return NEEDS_QUOTES.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function toWkt(geometry: NonNullable<TableFeature['geometry']>): string {
  if (geometry.type === 'GeometryCollection')
    return `GEOMETRYCOLLECTION (${geometry.geometries.map(toWkt).join(', ')})`;
  const nested = (value: unknown): string => {
    const list = value as readonly unknown[];
    return typeof list[0] === 'number' ? list.join(' ') : list.map(part).join(', ');
  };
  const part = (value: unknown): string =>
    typeof (value as readonly unknown[])[0] === 'number' ? nested(value) : `(${nested(value)})`;
  return `${geometry.type.toUpperCase()} (${nested(geometry.coordinates)})`;
}
