/** A part of a filter in SQL, with what is known of it. */
import type { Binder } from './binder.ts';

export type SimpleKind = 'number' | 'text' | 'boolean' | 'instant' | 'date' | 'clock' | 'duration';

export interface SimpleValue {
  readonly kind: SimpleKind;
  readonly sql: string;
  /** A 64-bit integer of the database: compared as such, an index of it serves. */
  readonly isWhole?: boolean;
  /** False: never null, so that an index gives its order. */
  readonly isNullable?: boolean;
}

export interface PeriodValue {
  readonly kind: 'period';
  readonly start: string;
  readonly end: string;
  readonly isNullable: boolean;
}

/** JSON: what it is, only its value tells. Each is null where it is something else. */
export interface DynamicValue {
  readonly kind: 'dynamic';
  readonly number: string;
  readonly text: string;
  readonly boolean: string;
  readonly json: string;
}

export type Value = SimpleValue | PeriodValue | DynamicValue | { readonly kind: 'null' };

export const SQL_TYPES: Readonly<Record<SimpleKind, string>> = {
  number: 'float8',
  text: 'text',
  boolean: 'boolean',
  instant: 'timestamptz',
  date: 'date',
  clock: 'time',
  duration: 'interval',
};

export const simple = (kind: SimpleKind, sql: string): SimpleValue => ({ kind, sql });

export function jsonValue(json: string): DynamicValue {
  return {
    kind: 'dynamic',
    json,
    number: `(CASE WHEN jsonb_typeof(${json}) = 'number' THEN (${json} #>> '{}')::float8 END)`,
    text: `(CASE WHEN jsonb_typeof(${json}) = 'string' THEN ${json} #>> '{}' END)`,
    boolean: `(CASE WHEN jsonb_typeof(${json}) = 'boolean' THEN (${json} #>> '{}')::boolean END)`,
  };
}

/** A member of JSON that the request names. */
export function memberOf(json: string, path: readonly string[], binder: Binder): DynamicValue {
  return jsonValue(path.length === 0 ? json : `(${json} #> ${binder.bind([...path], 'text[]')})`);
}

/** Numbers and truth values have a column of their own. */
export function resultValue(alias: string): DynamicValue {
  return {
    kind: 'dynamic',
    number: `(CASE WHEN ${alias}.result_kind = 'n' THEN ${alias}.result END)`,
    text: `(CASE WHEN jsonb_typeof(${alias}.result_json) = 'string' THEN ${alias}.result_json #>> '{}' END)`,
    boolean: `(CASE WHEN ${alias}.result_kind = 'b' THEN ${alias}.result <> 0 END)`,
    json: `(CASE ${alias}.result_kind WHEN 'n' THEN to_jsonb(${alias}.result) WHEN 'b' THEN to_jsonb(${alias}.result <> 0) ELSE ${alias}.result_json END)`,
  };
}

const RFC_3339 = "'^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}(:\\d{2}(\\.\\d+)?)?(Z|[+-]\\d{2}:\\d{2})$'";

/** A value as one of a kind, or null where it cannot be that. */
export function as(kind: SimpleKind, value: Value): SimpleValue | null {
  if (value.kind === kind) return value;
  if (value.kind === 'null') return simple(kind, `NULL::${SQL_TYPES[kind]}`);
  if (value.kind === 'dynamic') {
    if (kind === 'number' || kind === 'text' || kind === 'boolean') return simple(kind, value[kind]);
    if (kind !== 'instant') return null;
    return simple(kind, `(CASE WHEN ${value.text} ~ ${RFC_3339} THEN ${value.text}::timestamptz END)`);
  }
  if (kind !== 'instant') return null;
  if (value.kind === 'period') return { kind, sql: value.start, isNullable: value.isNullable };
  return value.kind === 'date' ? simple(kind, `(${value.sql}::timestamp AT TIME ZONE 'UTC')`) : null;
}

/** Start and end of whatever is a time; null where it is none. */
export function asPeriod(value: Value): { readonly start: string; readonly end: string } | null {
  if (value.kind === 'period') return value;
  const instant = as('instant', value);
  return instant && { start: instant.sql, end: instant.sql };
}

const NAMES: Readonly<Record<Value['kind'], string>> = {
  number: 'a number',
  text: 'a text',
  boolean: 'a truth value',
  instant: 'a time',
  date: 'a day',
  clock: 'a time of day',
  duration: 'a length of time',
  period: 'a period',
  dynamic: 'JSON',
  null: 'null',
};

export function nameOf(kind: Value['kind']): string {
  return NAMES[kind];
}
