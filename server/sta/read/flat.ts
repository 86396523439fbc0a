/** Entities as rows of one table: `$resultFormat=CSV` and the properties of GeoJSON. */
import type { EntityJson } from './entity-json.ts';

/** Parts of `Datastream` become `Datastream/name`; lists stay what they are. Links are left out. */
export function flatten(entity: EntityJson, omit: ReadonlySet<string>): Record<string, unknown> {
  const flat: Record<string, unknown> = {};
  collect(entity, '', flat, omit);
  return flat;
}

function collect(value: EntityJson, prefix: string, flat: Record<string, unknown>, omit: ReadonlySet<string>): void {
  for (const [name, part] of Object.entries(value)) {
    if (name === '@iot.selfLink' || name.includes('@iot.n') || omit.has(name)) continue;
    const key = `${prefix}${name === '@iot.id' ? 'id' : name}`;
    if (typeof part !== 'object' || part === null || Array.isArray(part) || GEOMETRIES.has(name)) flat[key] = part;
    else collect(part as EntityJson, `${key}/`, flat, omit);
  }
}

/** Names of properties that are geometries. */
export const GEOMETRIES: ReadonlySet<string> = new Set(['location', 'feature', 'observedArea']);

/** RFC 4180; lists and geometries as JSON. */
export function toCsv(entities: readonly EntityJson[]): string {
  const rows = entities.map((entity) => flatten(entity, new Set()));
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const lines = [columns.map(cell), ...rows.map((row) => columns.map((column) => cell(row[column])))];
  return lines.map((line) => `${line.join(',')}\r\n`).join('');
}

function cell(value: unknown): string {
  if (value === null || value === undefined) return '';
  const text = typeof value === 'object' ? JSON.stringify(value) : String(value as string | number | boolean);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
