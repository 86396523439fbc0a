/**
 * What the rest of the platform knows of a database: statements in the dialect of PostgreSQL 15, the same for the
 * embedded database and for a server. No extension is asked for.
 */

/** JSON goes in as text (`$1::jsonb`) and comes out parsed; times go in as RFC 3339 text and come out as `Date`. */
export type SqlValue = string | number | boolean | null | Uint8Array | Date | readonly string[] | readonly number[];

export type Row = Readonly<Record<string, unknown>>;

export interface Queries {
  /**
   * One statement, with `$1`, `$2` … in it. 64-bit integers come out as numbers, bytes as `Uint8Array`.
   * @throws {SqlError} for what the database answers; {PlatformError} `unavailable` where it is gone, `disk-full`.
   */
  query<T extends Row = Row>(sql: string, params?: readonly SqlValue[]): Promise<T[]>;
  /** Statements without parameters, one after the other; the rows of all of them. */
  script(sql: string): Promise<Row[]>;
}

export interface Database extends Queries {
  readonly kind: 'embedded' | 'postgres';
  /**
   * All of `work` or nothing of it. Inside, only the queries that are handed in belong to it; the embedded database has
   * one connection, so that asking the database itself from within would wait for ever.
   */
  transaction<T>(work: (tx: Queries) => Promise<T>): Promise<T>;
  /**
   * Hears what is said on a channel by `pg_notify`, of this process too. A connection that breaks is made again; what was
   * said meanwhile is lost. Only a server has it: the embedded database has one process.
   * @returns how to stop
   */
  readonly listen?: (channel: string, hear: (payload: string) => void) => () => void;
  close(): Promise<void>;
}

/** What a database said of a statement. Unless somebody expects it (a unique key), it is a fault of ours. */
export class SqlError extends Error {
  /** SQLSTATE, such as `23505` for a key that is there already. */
  readonly sqlState: string | null;

  constructor(message: string, sqlState: string | null, options?: ErrorOptions) {
    super(message, options);
    this.name = 'SqlError';
    this.sqlState = sqlState;
  }
}
