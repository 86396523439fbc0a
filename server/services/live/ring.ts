/** The last events, in order, within bounds: what a client that was away, or is slow, still gets. */
import type { DataKind } from '../../../pipelines/policy/levels.ts';

export const LIVE_KINDS = ['observations', 'alerts', 'runs'] as const;
export type LiveKind = (typeof LIVE_KINDS)[number];

export interface LiveEvent {
  readonly kind: LiveKind;
  /** As it goes over the wire, with its id. */
  readonly text: string;
  /** Of an observation: its datastream by number and key, and what it observes where. */
  readonly datastream: number | null;
  readonly key: string | null;
  readonly property: string | null;
  readonly place: readonly [lon: number, lat: number] | null;
  /** What whoever is told of it must be allowed to read; null: nothing in particular. */
  readonly subject: { readonly kind: DataKind | 'run'; readonly id: string } | null;
}

export class LiveRing {
  readonly #most: number;
  readonly #mostCharacters: number;
  #events: LiveEvent[] = [];
  /** Places in `#events` that are no longer used. */
  #gone = 0;
  #first = 1;
  #characters = 0;

  constructor(most: number, mostCharacters: number) {
    this.#most = most;
    this.#mostCharacters = mostCharacters;
  }

  /** Number of the oldest event that is kept. */
  get first(): number {
    return this.#first;
  }

  /** Number of the next event. */
  get next(): number {
    return this.#first + this.#events.length - this.#gone;
  }

  at(number: number): LiveEvent {
    return this.#events[number - this.#first + this.#gone]!;
  }

  push(event: LiveEvent): void {
    this.#events.push(event);
    this.#characters += event.text.length;
    while (this.#events.length - this.#gone > this.#most || this.#characters > this.#mostCharacters) {
      this.#characters -= this.#events[this.#gone++]!.text.length;
      this.#first++;
    }
    if (this.#gone < this.#most) return;
    this.#events = this.#events.slice(this.#gone);
    this.#gone = 0;
  }
}
