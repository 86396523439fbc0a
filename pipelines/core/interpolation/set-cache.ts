/** Sets of stations that were worked out already: neighbouring cells mostly have the same neighbours. */
import type { Estimator } from './estimator.ts';

export interface KnownSet<S> {
  readonly ids: Uint32Array;
  readonly prepared: S;
  /** Cells that wait to be estimated with this set. */
  readonly cells: number[];
}

export interface SetCache<S> {
  /** The set of the stations of `list` that are marked 1 in `chosen`, worked out where it is new. */
  find(list: Uint32Array, chosen: Uint8Array): KnownSet<S>;
  /** Forgets all where they take too much; call it when no cell waits. */
  trim(): void;
}

/** What the sets may take. */
const MOST_BYTES = 24 * 2 ** 20;

/** @param size  Stations of a set. */
export function createSetCache<S>(estimator: Estimator<S>, size: number): SetCache<S> {
  const numbers = estimator.sizeOf(size);
  const most = Math.max(1, Math.floor(MOST_BYTES / (8 * numbers + 4 * size)));
  const known = new Map<number, KnownSet<S>>();
  const ids = new Uint32Array(size);
  let memory: Float64Array | null = null;
  let idMemory = new Uint32Array(0);
  /** Sets beyond those that are kept have memory of their own until the block is done. */
  const add = (): KnownSet<S> => {
    const at = known.size;
    if (at >= most) {
      const own = ids.slice();
      return { ids: own, prepared: estimator.prepare(own, new Float64Array(numbers)), cells: [] };
    }
    memory ??= new Float64Array(most * numbers);
    if (idMemory.length === 0) idMemory = new Uint32Array(most * size);
    const own = idMemory.subarray(at * size, (at + 1) * size);
    own.set(ids);
    const part = memory.subarray(at * numbers, (at + 1) * numbers);
    return { ids: own, prepared: estimator.prepare(own, part), cells: [] };
  };
  return {
    find(list, chosen) {
      let key = 0;
      let other = 0;
      for (let i = 0, at = 0; at < size; i++) {
        if (chosen[i] !== 1) continue;
        const id = list[i]!;
        ids[at++] = id;
        key = Math.imul(key ^ id, 0x9e3779b1) ^ (key >>> 15);
        other = Math.imul(other ^ id, 0x85ebca6b) ^ (other >>> 13);
      }
      let hash = (key >>> 0) * 2 ** 21 + (other >>> 11);
      for (;;) {
        const found = known.get(hash);
        if (!found) break;
        if (isSame(found.ids, ids)) return found;
        hash += 1; // two sets with one hash, which hardly ever is
      }
      const set = add();
      known.set(hash, set);
      return set;
    },
    trim() {
      if (known.size > most) known.clear();
    },
  };
}

function isSame(a: Uint32Array, b: Uint32Array): boolean {
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}
