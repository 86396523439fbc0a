/**
 * What a provider's payload is to us: stations and observations, a part at a time, and the rows of it that make no sense.
 * A provider is one file beside this one and its line in `registry.ts`.
 */
import type { ByteSource } from '../io/byte-source/byte-source.ts';
import type { StationDeclaration } from '../sensors/ensure-stations.ts';
import type { IncomingObservation } from '../sensors/observation.ts';

/** A row that was left out, and why. */
export interface RefusedRow {
  /** Line of the file from 1, or the place in a JSON document. */
  readonly row: number | string;
  readonly reason: string;
}

export interface FeedPart {
  /** What the observations of this part and of later ones belong to; each is declared at least once before it is used. */
  readonly stations: readonly StationDeclaration[];
  readonly observations: readonly IncomingObservation[];
  /** Where each observation stands, in the same order. */
  readonly rows: readonly (number | string)[];
  readonly refused: readonly RefusedRow[];
}

export interface ReadPayloadOptions {
  readonly signal?: AbortSignal | undefined;
  /** Told the bytes read since the last call. */
  readonly advance?: ((bytes: number) => void) | undefined;
}

export interface Feed {
  readonly id: string;
  readonly title: string;
  /** Name or address of the terms under which the provider gives its data. */
  readonly licence: string;
  readonly attribution: string;
  /** Where the provider describes the payload. */
  readonly documentation: string;
  /** Whether a payload that begins so is one of this provider. */
  fits(head: string): boolean;
  /**
   * @throws {PlatformError} `format-damaged` where the payload as a whole cannot be read
   */
  read(source: ByteSource, options?: ReadPayloadOptions): AsyncGenerator<FeedPart>;
  /** The address of the page after this one, of a payload that says so; null: it is the last. */
  next?(head: unknown, address: string): string | null;
}

/** Observations of a part: large enough that a transaction costs little, small enough for memory. */
export const PART_ROWS = 10_000;

/** Gathers a part; a reader pushes rows and takes parts. */
export class PartBuilder {
  #stations: StationDeclaration[] = [];
  #observations: IncomingObservation[] = [];
  #rows: (number | string)[] = [];
  #refused: RefusedRow[] = [];

  station(station: StationDeclaration): void {
    this.#stations.push(station);
  }

  observation(observation: IncomingObservation, row: number | string): void {
    this.#observations.push(observation);
    this.#rows.push(row);
  }

  refuse(row: number | string, reason: string): void {
    this.#refused.push({ row, reason });
  }

  get isFull(): boolean {
    return this.#observations.length >= PART_ROWS || this.#refused.length >= PART_ROWS;
  }

  /** What was gathered since the last time. */
  take(): FeedPart {
    const part = {
      stations: this.#stations,
      observations: this.#observations,
      rows: this.#rows,
      refused: this.#refused,
    };
    this.#stations = [];
    this.#observations = [];
    this.#rows = [];
    this.#refused = [];
    return part;
  }
}
