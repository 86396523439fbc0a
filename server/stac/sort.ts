/** The order of items and the tokens of pages: a page begins after the last item of the one before, whatever is written. */
import { findStacQueryable, STAC_QUERYABLES } from './queryables.ts';
import type { SortKey } from './search-request.ts';
import { invalid } from './conditions.ts';

interface OrderedKey {
  readonly sql: string;
  readonly castTo: 'timestamptz' | 'float8' | 'text';
  readonly isDescending: boolean;
}

export interface Order {
  readonly keys: readonly OrderedKey[];
  readonly orderBy: string;
}

const CASTS: Readonly<Record<string, OrderedKey['castTo']>> = {
  instant: 'timestamptz',
  number: 'float8',
  string: 'text',
};

/** Newest first unless asked otherwise; the id settles what is equal. Items without a value count as the least. */
export function orderOf(sortby: readonly SortKey[]): Order {
  const asked = sortby.length > 0 ? sortby : [{ field: 'datetime', isDescending: true }];
  const keys = asked.map(toKey);
  if (!asked.some(({ field }) => field === 'id'))
    keys.push(toKey({ field: 'id', isDescending: keys[0]!.isDescending }));
  const orderBy = keys.map(({ sql, isDescending }) => `${sql} ${isDescending ? 'DESC' : 'ASC'}`).join(', ');
  return { keys, orderBy };
}

function toKey({ field, isDescending }: SortKey): OrderedKey {
  const queryable = findStacQueryable(field);
  const castTo = queryable && CASTS[queryable.type];
  if (!queryable?.sql || !castTo) throw invalid('sortby', field, Object.keys(STAC_QUERYABLES).join(', '));
  const { value } = queryable.sql;
  const sql = queryable.leastKnown === undefined ? value : `coalesce(${value}, ${queryable.leastKnown})`;
  return { sql, castTo, isDescending };
}

/** As SQL gives it back exactly. */
export function keyTexts({ keys }: Order): string[] {
  return keys.map(({ sql, castTo }) =>
    castTo === 'timestamptz' ? `to_char(${sql} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')` : `(${sql})::text`,
  );
}

export function toToken(keys: readonly string[]): string {
  return Buffer.from(JSON.stringify(keys)).toString('base64url');
}

/** The condition for what comes after a token. @throws {PlatformError} `parameter-invalid` */
export function afterToken({ keys }: Order, token: string, params: string[]): string {
  const values = parseToken(token, keys.length);
  const bound = keys.map(({ castTo }, k) => {
    params.push(values[k]!);
    return `$${params.length}::text::${castTo}`;
  });
  const isOneWay = keys.every(({ isDescending }) => isDescending === keys[0]!.isDescending);
  // Compared as rows where it can be: that is what an index answers.
  if (isOneWay) {
    const sign = keys[0]!.isDescending ? '<' : '>';
    return `(${keys.map(({ sql }) => sql).join(', ')}) ${sign} (${bound.join(', ')})`;
  }
  const alternatives = keys.map((key, k) => {
    const equal = keys.slice(0, k).map(({ sql }, before) => `${sql} = ${bound[before]!}`);
    return `(${[...equal, `${key.sql} ${key.isDescending ? '<' : '>'} ${bound[k]!}`].join(' AND ')})`;
  });
  return `(${alternatives.join(' OR ')})`;
}

function parseToken(token: string, count: number): string[] {
  const refuse = () => invalid('token', token, 'the token of a next link, with the same sortby');
  let values: unknown;
  try {
    values = JSON.parse(Buffer.from(token, 'base64url').toString());
  } catch {
    throw refuse();
  }
  if (!Array.isArray(values) || values.length !== count || !values.every((value) => typeof value === 'string'))
    throw refuse();
  return values;
}
