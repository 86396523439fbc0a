/** Parts of a payload through the door: what they belong to first, then the observations; what is refused is told. */
import type { Database } from '../database/database.ts';
import type { FeedPart, RefusedRow } from '../feeds/feed.ts';
import type { StationDeclaration } from '../sensors/ensure-stations.ts';
import { ensureStations } from '../sensors/ensure-stations.ts';
import type { ObservationDoor } from '../sensors/observation.ts';

export interface PutCounts {
  added: number;
  known: number;
  refused: number;
  things: number;
  datastreams: number;
}

export interface PutOptions {
  readonly signal?: AbortSignal | undefined;
  /** Of the provider, kept with each station that is made. */
  readonly terms?: { readonly licence: string; readonly attribution: string } | undefined;
  /** Told each row that was refused, by whoever refused it. */
  readonly onRefused?: ((row: RefusedRow) => Promise<void> | void) | undefined;
}

/** @throws {PlatformError} what reading the parts throws; `unavailable` where the database is gone */
export async function putParts(
  database: Database,
  door: ObservationDoor,
  parts: AsyncIterable<FeedPart>,
  { signal, terms, onRefused }: PutOptions = {},
): Promise<PutCounts> {
  const counts: PutCounts = { added: 0, known: 0, refused: 0, things: 0, datastreams: 0 };
  const refuse = async (row: RefusedRow) => {
    counts.refused++;
    await onRefused?.(row);
  };
  const put = async ({ observations, rows }: FeedPart) => {
    const outcomes = await door.put(observations);
    for (let i = 0; i < outcomes.length; i++) {
      const outcome = outcomes[i]!;
      if (outcome.status === 'refused') await refuse({ row: rows[i]!, reason: outcome.reason });
      else counts[outcome.status]++;
    }
  };
  // The next part is read while the database takes this one
  let putting: Promise<void> = Promise.resolve();
  try {
    for await (const part of parts) {
      signal?.throwIfAborted();
      await putting;
      if (part.stations.length > 0) {
        const made = await ensureStations(
          database,
          merged(part.stations).map((station) => withTerms(station, terms)),
        );
        counts.things += made.things;
        counts.datastreams += made.datastreams;
      }
      for (const row of part.refused) await refuse(row);
      putting = part.observations.length === 0 ? Promise.resolve() : put(part);
      putting.catch(() => {}); // it is awaited before the next part and at the end
    }
  } finally {
    await putting;
  }
  return counts;
}

function withTerms(station: StationDeclaration, terms: PutOptions['terms']): StationDeclaration {
  return terms ? { ...station, properties: { ...terms, ...station.properties } } : station;
}

/** A station that is spoken of several times is one, with all of its datastreams. */
function merged(stations: readonly StationDeclaration[]): StationDeclaration[] {
  const byKey = new Map<string, StationDeclaration>();
  for (const station of stations) {
    const known = byKey.get(station.key);
    byKey.set(
      station.key,
      known
        ? {
            ...known,
            place: known.place ?? station.place,
            datastreams: distinct([...known.datastreams, ...station.datastreams]),
          }
        : { ...station, datastreams: distinct(station.datastreams) },
    );
  }
  return [...byKey.values()];
}

function distinct(streams: StationDeclaration['datastreams']): StationDeclaration['datastreams'] {
  return [...new Map(streams.map((stream) => [stream.key, stream])).values()];
}
