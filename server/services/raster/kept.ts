/** Things that are kept for a while so as not to be made again: bounded by number, by weight, or by age. */
export interface Kept<T> {
  /** What is kept, else what `make` gives, which is then kept; a promise that fails is forgotten. */
  get(key: string, make: () => T): T;
  peek(key: string): T | undefined;
  set(key: string, value: T): void;
}

export interface KeptOptions<T> {
  /** Entries, or the sum of their weights. */
  readonly most: number;
  readonly lifeMs?: number;
  /** Default: 1 each. */
  readonly weigh?: (value: T) => number;
}

/** The longest unused goes first. */
export function createKept<T>({ most, lifeMs = Infinity, weigh = () => 1 }: KeptOptions<T>): Kept<T> {
  const entries = new Map<string, { readonly value: T; readonly weight: number; readonly until: number }>();
  let sum = 0;
  const drop = (key: string) => {
    sum -= entries.get(key)?.weight ?? 0;
    entries.delete(key);
  };
  const peek = (key: string) => {
    const entry = entries.get(key);
    if (!entry) return undefined;
    if (entry.until < performance.now()) {
      drop(key);
      return undefined;
    }
    entries.delete(key); // a Map keeps the order of insertion: what is used moves to its end
    entries.set(key, entry);
    return entry.value;
  };
  const set = (key: string, value: T) => {
    drop(key);
    const weight = weigh(value);
    if (weight > most) return;
    entries.set(key, { value, weight, until: performance.now() + lifeMs });
    sum += weight;
    for (const oldest of entries.keys()) {
      if (sum <= most) break;
      drop(oldest);
    }
  };
  return {
    peek,
    set,
    get(key, make) {
      const known = peek(key);
      if (known !== undefined) return known;
      const value = make();
      set(key, value);
      if (value instanceof Promise) value.catch(() => entries.get(key)?.value === value && drop(key));
      return value;
    },
  };
}
