/**
 * The door that every observation comes through, whoever brings it: the SensorThings API, MQTT, a file, a feed or the
 * simulation. What is wrong with one observation refuses that one; the rest of the batch is kept.
 */
import type { Database } from '../database/database.ts';

/** A number, a truth value, or anything else that is JSON (a category, a vector). */
export type ObservationResult =
  | number
  | boolean
  | string
  | null
  | readonly unknown[]
  | Readonly<Record<string, unknown>>;

/** As it comes from outside: nothing of it has been checked against the database. */
export interface IncomingObservation {
  /** Of the datastream: its number, or the `key` under which a feed or a mapping knows it. */
  readonly datastream: number | { readonly key: string };
  /** RFC 3339, an instant or `start/end`. */
  readonly phenomenonTime: string;
  /** RFC 3339; default: not known. */
  readonly resultTime?: string | null | undefined;
  readonly result: ObservationResult;
  /** UCUM code of `result`, where the sender states one; it is converted into the datastream's unit. */
  readonly unit?: string | undefined;
  readonly validTime?: string | null | undefined;
  readonly resultQuality?: unknown;
  readonly parameters?: Readonly<Record<string, unknown>> | null | undefined;
  /** Number of the feature of interest; default: the place of the datastream's thing. */
  readonly feature?: number | undefined;
}

/** What became of one observation, in the order in which they came. */
export type ObservationOutcome =
  | { readonly status: 'added'; readonly id: number }
  /** The same datastream and the same instant were there; what was there stays. */
  | { readonly status: 'known'; readonly id: number }
  | { readonly status: 'refused'; readonly reason: string };

/** What was added, for whoever watches: live events, MQTT, alerts. Told after it is in the database. */
export interface AddedObservation {
  readonly id: number;
  readonly datastream: number;
  /** Milliseconds since 1970. */
  readonly phenomenonTime: number;
  readonly result: ObservationResult;
  /** Bit mask of the quality tests that it failed. */
  readonly flags: number;
}

export interface ObservationDoor {
  /**
   * In one transaction: rows, hours, days and the latest. When this has come back, they are in the database.
   * @throws {PlatformError} `unavailable` where the database is gone; then none of them was added
   */
  put(observations: readonly IncomingObservation[]): Promise<ObservationOutcome[]>;
  /**
   * Calls `listener` after each batch with what was added: by this process at once and without exception, by others on the
   * same PostgreSQL as long as the connection holds. Returns how to stop.
   */
  subscribe(listener: (added: readonly AddedObservation[]) => void): () => void;
}

/** Makes the door of a database. */
export type CreateObservationDoor = (database: Database) => ObservationDoor;
