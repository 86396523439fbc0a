/** The JSON of an entity as columns of its table and as what it is related to. */
import { PlatformError } from '../../../pipelines/core/errors.ts';
import { formatInstant, parseInstant } from '../../../pipelines/core/sensors/time.ts';
import { ucumOf } from '../../../pipelines/sensors/units.ts';
import type { EntityType, Property } from '../read/entities.ts';
import { ENTITY_TYPES, propertyOf, relationOf } from '../read/entities.ts';
import { boxOf } from './geometry.ts';

export type EntityBody = Readonly<Record<string, unknown>>;

export interface Column {
  readonly value: string | number | boolean | null;
  readonly type: 'text' | 'jsonb' | 'timestamptz' | 'float8' | 'integer' | 'boolean' | 'bigint';
}

export type Related =
  | { readonly kind: 'known'; readonly id: number }
  | { readonly kind: 'new'; readonly body: EntityBody; readonly at: string };

export interface ParsedEntity {
  /** By the column's name. */
  readonly columns: ReadonlyMap<string, Column>;
  /** By the relation's name. */
  readonly related: ReadonlyMap<string, readonly Related[]>;
}

/**
 * `create`: all that is required must be there, and what else is not there is null. `change`: what is there. Numbers and
 * links of the entity itself are not read: they are what they are.
 */
export type Mode = 'create' | 'change';

/** Of a Datastream, and counted by us. */
const COUNTED = new Set(['phenomenonTime', 'resultTime']);

/**
 * @param at  Where the entity stands in the request, such as `Datastreams[0]/Sensor`; empty for the whole of it.
 * @param encodingType  Of the entity as it is; for a change that does not name it.
 * @throws {PlatformError} `parameter-invalid`
 */
export function parseEntity(
  type: EntityType,
  body: EntityBody,
  at: string,
  { mode, encodingType = '' }: { readonly mode: Mode; readonly encodingType?: string },
): ParsedEntity {
  const columns = new Map<string, Column>();
  for (const [name, property] of Object.entries(type.properties)) {
    if (type.name === 'Datastream' && COUNTED.has(name)) continue;
    if (mode === 'change' && !Object.hasOwn(body, name)) continue;
    const value = Object.hasOwn(body, name) ? body[name] : undefined;
    const isAbsent = value === undefined || value === null;
    if (isAbsent && property.isRequired) throw missing(type, name, at);
    for (const [column, made] of columnsOf(property, value ?? null, within(at, name))) columns.set(column, made);
  }
  addDerived(type, body, at, encodingType, columns);
  return { columns, related: relatedOf(type, body, at) };
}

export function within(at: string, name: string): string {
  return at === '' ? name : `${at}/${name}`;
}

export function invalid(parameter: string, message: string): PlatformError {
  return new PlatformError('parameter-invalid', message, { detail: { parameter } });
}

function missing(type: EntityType, name: string, at: string): PlatformError {
  const where = at === '' ? '' : ` at ${at}`;
  return invalid(within(at, name), `The ${type.name}${where} has no ${name}, which each must have`);
}

function columnsOf(property: Property, value: unknown, name: string): (readonly [string, Column])[] {
  switch (property.kind) {
    case 'text':
      return [[property.column, { value: textOf(value, name), type: 'text' }]];
    case 'instant':
      return [[property.column, { value: instantOf(value, name), type: 'timestamptz' }]];
    case 'geometry':
    case 'json': {
      if (name.endsWith('properties') && value !== null && !isRecord(value))
        throw invalid(name, `${name} is no JSON object`);
      return [[property.column, { value: value === null ? null : JSON.stringify(value), type: 'jsonb' }]];
    }
    case 'record': {
      if (!isRecord(value)) throw invalid(name, `${name} is no JSON object`);
      return Object.entries(property.members).map(([member, column]) => [
        column,
        { value: value[member] == null ? null : textOf(value[member], within(name, member)), type: 'text' },
      ]);
    }
    default:
      throw new Error(`${name} is of an Observation, which goes by the door`);
  }
}

function textOf(value: unknown, name: string): string {
  if (typeof value !== 'string') throw invalid(name, `${name} is no text`);
  return value;
}

function instantOf(value: unknown, name: string): string {
  const instant = typeof value === 'string' ? parseInstant(value) : null;
  if (instant === null)
    throw invalid(name, `${name} is no time: RFC 3339 with an offset, such as 2024-06-01T10:00:00Z`);
  return formatInstant(instant);
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What the database keeps beside: boxes, the UCUM code of a unit, how long a Datastream keeps its Observations. */
function addDerived(
  type: EntityType,
  body: EntityBody,
  at: string,
  encodingType: string,
  columns: Map<string, Column>,
): void {
  if (type.boxed !== undefined && Object.hasOwn(body, type.boxed)) {
    const encoding = columns.get('encoding_type')?.value ?? encodingType;
    const box = boxOf(body[type.boxed], String(encoding), within(at, type.boxed));
    for (const [k, name] of ['min_lon', 'min_lat', 'max_lon', 'max_lat'].entries())
      columns.set(name, { value: box?.[k] ?? null, type: 'float8' });
  }
  if (type.name !== 'Datastream') return;
  if (columns.has('unit_symbol')) {
    const texts = ['unit_symbol', 'unit_definition', 'unit_name'].map((name) => columns.get(name)?.value);
    columns.set('ucum', { value: ucumOfUnit(texts), type: 'text' });
  }
  if (isRecord(body['properties'])) {
    const { retentionDays, keepRollups } = body['properties'];
    columns.set('retention_days', { value: daysOf(retentionDays, at), type: 'integer' });
    columns.set('keep_rollups', { value: keepRollups !== false, type: 'boolean' });
  }
}

/** A definition is an address, which names the unit behind its `#` where it is one of UCUM. */
function ucumOfUnit(texts: readonly unknown[]): string | null {
  for (const text of texts) {
    const code = typeof text === 'string' ? ucumOf(text.replace(/^https?:[^#]*ucum[^#]*#(?!para)/, '')) : null;
    if (code !== null) return code;
  }
  return null;
}

function daysOf(value: unknown, at: string): number | null {
  if (value === undefined || value === null) return null;
  if (Number.isInteger(value) && (value as number) > 0 && (value as number) < 100_000) return value as number;
  throw invalid(within(at, 'properties/retentionDays'), 'properties/retentionDays is no whole number of days');
}

function relatedOf(type: EntityType, body: EntityBody, at: string): Map<string, Related[]> {
  const related = new Map<string, Related[]>();
  for (const [name, value] of Object.entries(body)) {
    // What the service says of itself comes back in what clients have read.
    if (name.includes('@') || name === 'id' || propertyOf(type, name)) continue;
    const relation = relationOf(type, name);
    if (!relation)
      throw invalid(within(at, name), `${type.name} has no property or relation ${JSON.stringify(name.slice(0, 60))}`);
    if (value === null) continue;
    const many = Array.isArray(value) ? value : null;
    if (relation.isMany !== (many !== null))
      throw invalid(
        within(at, name),
        `${within(at, name)} is ${relation.isMany ? 'no array' : 'one entity, not many'}`,
      );
    const places = (many ?? [value]) as readonly unknown[];
    related.set(
      name,
      places.map((one, k) => relatedEntity(one, many ? `${within(at, name)}[${k}]` : within(at, name))),
    );
  }
  return related;
}

function relatedEntity(value: unknown, at: string): Related {
  if (!isRecord(value)) throw invalid(at, `${at} is no entity`);
  if (!Object.hasOwn(value, '@iot.id')) return { kind: 'new', body: value, at };
  return { kind: 'known', id: idOf(value['@iot.id'], at) };
}

/** @throws {PlatformError} `parameter-invalid` */
export function idOf(value: unknown, at: string): number {
  const number = typeof value === 'string' && /^\d{1,15}$/.test(value) ? Number(value) : value;
  if (Number.isSafeInteger(number) && (number as number) > 0) return number as number;
  throw invalid(within(at, '@iot.id'), `${within(at, '@iot.id')} names no entity; numbers do`);
}

/** What of a new entity must be there: the other ends of its relations to one. */
export function requiredRelations(type: EntityType): string[] {
  const optional = new Set(['FeatureOfInterest']);
  return Object.entries(type.relations)
    .filter(([, { isMany, to }]) => !isMany && !optional.has(to))
    .map(([name]) => name);
}

export const OBSERVATION = ENTITY_TYPES.Observation;
