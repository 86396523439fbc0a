/** Sorting, and where a page begins: after the values by which the last row of the page before was sorted. */
import type { OrderKey } from '../../../pipelines/core/odata/ast.ts';
import { fault } from '../../../pipelines/core/odata/fault.ts';
import { PlatformError } from '../../../pipelines/core/errors.ts';
import type { Binder } from './binder.ts';
import type { Compiler } from './compile.ts';
import type { SimpleKind, SimpleValue, Value } from './value.ts';
import { as, SQL_TYPES } from './value.ts';

export interface SortKey {
  readonly sql: string;
  readonly kind: SimpleKind;
  readonly isWhole: boolean;
  readonly isNullable: boolean;
  readonly isDescending: boolean;
}

/** Of the last row: texts of the database, so that no digit is lost. */
export type Cursor = readonly (string | null)[];

/** @param usual  What is sorted by where the request does not say. The number of the entity settles what is equal. */
export function sortKeys(
  order: readonly OrderKey[],
  usual: readonly SortKey[],
  id: string,
  compiler: Compiler,
): SortKey[] {
  const keys = order.length === 0 ? [...usual] : order.flatMap((key) => keysOf(key, compiler.key(key.expression)));
  const byId: SortKey = { sql: id, kind: 'number', isWhole: true, isNullable: false, isDescending: false };
  return keys.some(({ sql }) => sql === id)
    ? keys
    : [...keys, { ...byId, isDescending: keys.at(-1)?.isDescending ?? false }];
}

/** JSON is sorted by its numbers, then by its texts. */
function keysOf({ expression, isDescending }: OrderKey, value: Value): SortKey[] {
  const values = value.kind === 'dynamic' ? [as('number', value)!, as('text', value)!] : [simpleOf(value)];
  return values.map((one) => {
    if (!one) throw fault('$orderby', expression.at, 'nothing can be sorted by null');
    const { sql, kind, isWhole = false, isNullable = true } = one;
    return { sql, kind, isWhole, isNullable, isDescending };
  });
}

function simpleOf(value: Value): SimpleValue | null {
  if (value.kind === 'period') return as('instant', value);
  return value.kind === 'null' || value.kind === 'dynamic' ? null : value;
}

/** Null comes before everything else (OData 4.0, Part 1, 11.2.5.2). */
export function orderBy(keys: readonly SortKey[]): string {
  return keys
    .map(({ sql, isDescending, isNullable }) => {
      if (!isNullable) return isDescending ? `${sql} DESC` : sql;
      return isDescending ? `${sql} DESC NULLS LAST` : `${sql} NULLS FIRST`;
    })
    .join(', ');
}

/** Columns `k0`, `k1` … of which the cursor is made. */
export function cursorColumns(keys: readonly SortKey[]): string {
  return keys.map(({ sql }, k) => `(${sql})::text AS k${k}`).join(', ');
}

export function cursorOf(row: Readonly<Record<string, unknown>>, keys: readonly SortKey[]): Cursor {
  return keys.map((_, k) => row[`k${k}`] as string | null);
}

/** A condition that a row comes after the cursor. */
export function afterCursor(keys: readonly SortKey[], cursor: Cursor, binder: Binder): string {
  const [{ sql, isDescending, isNullable }, first] = [keys[0]!, cursor[0]!];
  const after = laterThan(keys, cursor, binder);
  // Says again of the first key what follows from the rest: an index begins there.
  if (first === null || isNullable || keys.length === 1) return after;
  return `(${sql} ${isDescending ? '<=' : '>='} ${bound(keys[0]!, first, binder)} AND ${after})`;
}

function laterThan(keys: readonly SortKey[], cursor: Cursor, binder: Binder): string {
  const [key, ...others] = keys as [SortKey, ...SortKey[]];
  const value = cursor[0]!;
  const at = value === null ? null : bound(key, value, binder);
  const later = laterBy(key, at);
  if (others.length === 0) return later;
  const same = at === null ? `${key.sql} IS NULL` : `${key.sql} = ${at}`;
  return `(${later} OR (${same} AND ${laterThan(others, cursor.slice(1), binder)}))`;
}

function laterBy({ sql, isDescending, isNullable }: SortKey, at: string | null): string {
  if (at === null) return isDescending ? 'FALSE' : `${sql} IS NOT NULL`;
  if (!isDescending) return `${sql} > ${at}`;
  return isNullable ? `(${sql} < ${at} OR ${sql} IS NULL)` : `${sql} < ${at}`;
}

function bound({ kind, isWhole }: SortKey, value: string, binder: Binder): string {
  return binder.bind(value, isWhole ? 'bigint' : SQL_TYPES[kind]);
}

export function writeCursor(cursor: Cursor): string {
  return Buffer.from(JSON.stringify(cursor)).toString('base64url');
}

/** @throws {PlatformError} `parameter-invalid` where it is none of ours for this order */
export function readCursor(token: string, keys: readonly SortKey[]): Cursor {
  const cursor = parseCursor(token);
  if (cursor?.length === keys.length && cursor.every((value, k) => value !== null || keys[k]!.isNullable))
    return cursor;
  throw new PlatformError(
    'parameter-invalid',
    '$skiptoken does not belong to this request; follow @iot.nextLink as it is given',
    { detail: { parameter: '$skiptoken', value: token.slice(0, 100) } },
  );
}

function parseCursor(token: string): Cursor | null {
  try {
    const value: unknown = JSON.parse(Buffer.from(token, 'base64url').toString());
    const isCursor = Array.isArray(value) && value.every((part) => part === null || typeof part === 'string');
    return isCursor ? (value as Cursor) : null;
  } catch {
    return null;
  }
}
