/**
 * Those who watch, and what they were told. Nothing is queued for one of them: each has a place in the ring, and goes on
 * from there when its connection takes more. Who is so slow that the ring has gone past is told how much was missed.
 */
import type { LiveFilter } from './filter.ts';
import { wants } from './filter.ts';
import type { LiveEvent } from './ring.ts';
import { LiveRing } from './ring.ts';

export interface LiveClient {
  readonly filter: LiveFilter;
  /** Where it left off, `Last-Event-ID`; null: it begins now. */
  readonly lastId: string | null;
  /** May it be told of this? Asked each time, because levels change. */
  readonly mayBeTold: (subject: NonNullable<LiveEvent['subject']>) => boolean;
  /** @returns false where the connection is full, and `onDrain` will be called. */
  readonly write: (text: string) => boolean;
  /** The server stops. */
  readonly end: () => void;
}

export interface LiveHub {
  tell(event: Omit<LiveEvent, 'text'>, name: string, data: unknown): void;
  add(client: LiveClient): { readonly drained: () => void; readonly remove: () => void };
  readonly count: number;
  close(): void;
}

export interface LiveHubOptions {
  /** Tells one server from another, and from itself before it was started again. */
  readonly instance: string;
  /** What everybody may be told of, at this moment; default: nothing that has a subject. */
  readonly isOpen?: (subject: NonNullable<LiveEvent['subject']>) => boolean;
  /** Events that are kept. */
  readonly most?: number;
  readonly mostCharacters?: number;
  /** Events that come within this time go out together. */
  readonly gatherMs?: number;
}

/** A connection on which nothing moves is cut. */
const ALIVE_MS = 15_000;
/** Of one write: what a slow connection holds in memory. */
const WRITE_CHARACTERS = 128 << 10;

interface Place {
  readonly client: LiveClient;
  /** Number of the next event that it is told. */
  next: number;
  isFull: boolean;
}

export function createLiveHub(options: LiveHubOptions): LiveHub {
  const { instance, most = 20_000, mostCharacters = 16 << 20, gatherMs = 40, isOpen = () => false } = options;
  const ring = new LiveRing(most, mostCharacters);
  const places = new Set<Place>();
  let timer: NodeJS.Timeout | null = null;
  const alive = setInterval(() => {
    for (const place of places) if (!place.isFull) place.isFull = !place.client.write(': alive\n\n');
  }, ALIVE_MS).unref();

  const schedule = () => {
    timer ??= setTimeout(() => {
      timer = null;
      const made = new Map<string, Piece>();
      for (const place of places) catchUp(place, made);
    }, gatherMs);
  };

  /** @param made  Pieces of this round: clients that want the same get the same text. */
  function catchUp(place: Place, made: Map<string, Piece>): void {
    const { client } = place;
    while (!place.isFull && place.next < ring.next) {
      if (place.next < ring.first) {
        const missed = ring.first - place.next;
        place.next = ring.first;
        place.isFull = !client.write(`event: missed\ndata: ${JSON.stringify({ missed })}\n\n`);
        continue;
      }
      const id = `${place.next} ${client.filter.id}`;
      let piece = made.get(id);
      if (!piece) {
        piece = cut(ring, place.next, client, isOpen);
        if (!piece.isPersonal) made.set(id, piece);
      }
      place.next = piece.next;
      if (piece.text !== '') place.isFull = !client.write(piece.text);
    }
  }

  return {
    tell(event, name, data) {
      const text = `id: ${instance}-${ring.next}\nevent: ${name}\ndata: ${JSON.stringify(data)}\n\n`;
      ring.push({ ...event, text });
      if (places.size > 0) schedule();
    },
    add(client) {
      const place: Place = { client, next: placeOf(client.lastId, instance, ring), isFull: false };
      places.add(place);
      if (place.next < ring.next) schedule();
      return {
        drained() {
          place.isFull = false;
          if (place.next < ring.next) catchUp(place, new Map());
        },
        remove: () => void places.delete(place),
      };
    },
    get count() {
      return places.size;
    },
    close() {
      clearInterval(alive);
      if (timer !== null) clearTimeout(timer);
      for (const { client } of places) client.end();
      places.clear();
    },
  };
}

interface Piece {
  readonly text: string;
  readonly next: number;
  /** Made for this client alone: what others may be told differs. */
  readonly isPersonal: boolean;
}

function cut(ring: LiveRing, from: number, client: LiveClient, isOpen: NonNullable<LiveHubOptions['isOpen']>): Piece {
  let text = '';
  let isPersonal = false;
  let next = from;
  for (; next < ring.next && text.length < WRITE_CHARACTERS; next++) {
    const event = ring.at(next);
    if (!wants(client.filter, event)) continue;
    if (event.subject !== null && !isOpen(event.subject)) {
      isPersonal = true;
      if (!client.mayBeTold(event.subject)) continue;
    }
    text += event.text;
  }
  return { text, next, isPersonal };
}

/** After the event that it had last; of another instance, nobody knows what it has missed. */
function placeOf(lastId: string | null, instance: string, ring: LiveRing): number {
  if (lastId === null) return ring.next;
  const at = lastId.lastIndexOf('-');
  const number = Number(lastId.slice(at + 1));
  const isOurs = lastId.slice(0, at) === instance && Number.isSafeInteger(number) && number >= 0 && number < ring.next;
  return isOurs ? number + 1 : ring.first;
}
