/** What may be asked about: the properties of a list of things, and where SQL finds them. */

export type QueryableType = 'string' | 'number' | 'boolean' | 'instant' | 'date' | 'geometry' | 'list';

export interface Queryable {
  readonly type: QueryableType;
  /** Absent: the database does not know it, and what asks for it is tried on each record. */
  readonly sql?: QueryableSql;
  /** JSON schema for lists of queryables. */
  readonly schema: Readonly<Record<string, unknown>>;
}

/**
 * An expression over columns, never over what a user wrote. Things that last have a start and an end beside the value; of
 * a geometry only its box is known.
 */
export type QueryableSql =
  | {
      readonly value: string;
      readonly start?: string;
      readonly end?: string;
      /** The range from start to end, where there is an index of it. */
      readonly span?: string;
    }
  | {
      /** Is null where there is no geometry. */
      readonly value: string;
      /**
       * A condition that holds where the box meets another one, whose four placeholders are given. For a wide one an
       * index only gets in the way.
       */
      readonly meets: (box: BoxPlaceholders, isWide: boolean) => string;
    };

export interface BoxPlaceholders {
  readonly west: string;
  readonly south: string;
  /** East of `west`; beyond 180 where the box crosses it. */
  readonly east: string;
  readonly north: string;
}

export type Queryables = Readonly<Record<string, Queryable>>;

/** By its name; STAC's clients put `properties.` before it. */
export function findQueryable(queryables: Queryables, name: string): Queryable | null {
  if (Object.hasOwn(queryables, name)) return queryables[name]!;
  const short = name.replace(/^properties\./, '');
  return Object.hasOwn(queryables, short) ? queryables[short]! : null;
}
