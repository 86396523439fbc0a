/** Rows as the entities of SensorThings in JSON (OGC 18-088, 8.2). */
import type { Path, QueryOptions } from '../../../pipelines/core/odata/ast.ts';
import { brief, fault } from '../../../pipelines/core/odata/fault.ts';
import { FLAG_NAMES } from '../../../pipelines/core/sensors/quality/flags.ts';
import type { Row } from '../../../pipelines/database/database.ts';
import type { EntityType, Property } from './entities.ts';
import { propertyOf, relationOf } from './entities.ts';
import { entityAddress } from './site.ts';

export type EntityJson = Record<string, unknown>;

const ID_NAMES = new Set(['id', '@iot.id']);
const LINK_NAMES = new Set(['selfLink', '@iot.selfLink']);

/** What of an entity is shown: its own members by name, in the order of the standard. */
export interface Shown {
  readonly hasId: boolean;
  readonly hasLink: boolean;
  readonly properties: readonly (readonly [name: string, property: Property])[];
  /** Relations shown as a link. */
  readonly links: readonly string[];
}

/** @throws {PlatformError} `expression-invalid` for what the type does not have */
export function shownOf(type: EntityType, { select, expand }: QueryOptions): Shown {
  for (const path of select ?? []) checkSelected(type, path);
  const names = select && new Set(select.map(({ segments }) => segments[0]!));
  const has = (name: string) => names === null || names.has(name);
  const hasOneOf = (some: ReadonlySet<string>) => names === null || [...some].some((name) => names.has(name));
  const expanded = new Set(expand.map(({ relation }) => relation));
  return {
    hasId: hasOneOf(ID_NAMES),
    hasLink: hasOneOf(LINK_NAMES),
    properties: Object.entries(type.properties).filter(([name]) => has(name)),
    links: Object.keys(type.relations).filter((name) => has(name) && !expanded.has(name)),
  };
}

function checkSelected(type: EntityType, { segments, at }: Path): void {
  const [name, ...rest] = segments as [string, ...string[]];
  const isKnown = ID_NAMES.has(name) || LINK_NAMES.has(name) || propertyOf(type, name) || relationOf(type, name);
  if (!isKnown || rest.length > 0)
    throw fault('$select', at, `${type.name} has no property or relation "${brief(segments.join('/'))}"`);
}

/** Without what was expanded. */
export function toEntity(row: Row, type: EntityType, shown: Shown, root: string): EntityJson {
  const entity: EntityJson = {};
  const address = entityAddress(root, type, row['id'] as number);
  if (shown.hasId) entity['@iot.id'] = row['id'];
  if (shown.hasLink) entity['@iot.selfLink'] = address;
  for (const [name, property] of shown.properties) {
    const value = valueOf(row, property);
    // A result may be null, and so may the time that it became known (table 12); what else is not there is left out.
    if (value !== null || property.kind === 'result' || property.kind === 'instant') entity[name] = value;
  }
  for (const name of shown.links) entity[`${name}@iot.navigationLink`] = `${address}/${name}`;
  return entity;
}

export function valueOf(row: Row, property: Property): unknown {
  switch (property.kind) {
    case 'instant':
      return timeText(row[property.column]);
    case 'period':
      return periodText(row[property.start], row[property.end]);
    case 'record':
      return Object.fromEntries(Object.entries(property.members).map(([name, column]) => [name, row[column] ?? null]));
    case 'result':
      return resultOf(row);
    case 'quality':
      return qualityOf(row);
    default:
      return row[property.column] ?? null;
  }
}

function resultOf(row: Row): unknown {
  if (row['result_kind'] === 'n') return row['result'];
  return row['result_kind'] === 'b' ? row['result'] !== 0 : (row['result_json'] ?? null);
}

/** What the sender said, and the tests that the reading failed: as a bit mask and by name. */
function qualityOf(row: Row): unknown {
  const [flags, given] = [row['flags'] as number, row['result_quality'] ?? null];
  if (flags === 0) return given;
  const flagNames = FLAG_NAMES.filter((_, bit) => (flags & (1 << bit)) !== 0);
  return { flags, flagNames, ...(given !== null && { given }) };
}

function periodText(start: unknown, end: unknown): string | null {
  const from = timeText(start);
  return from === null || end === null || end === undefined ? from : `${from}/${timeText(end)}`;
}

/** The database speaks of times in UTC. */
export function timeText(value: unknown): string | null {
  return typeof value === 'string' ? value.replace(/\+00:00$/, 'Z') : null;
}
