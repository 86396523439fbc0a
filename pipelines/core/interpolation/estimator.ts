/** What turns the values of a set of stations into values elsewhere: inverse distance, kriging. */

/** Places to estimate at, and what comes out for each. */
export interface Places {
  readonly x: Float64Array;
  readonly y: Float64Array;
  /** The drift there; null: none. */
  readonly drift: Float64Array | null;
  readonly estimate: Float64Array;
  /** Variance of a new observation's difference from the estimate; left alone by methods that know none. */
  readonly variance: Float64Array;
}

/** `S` is what is worked out once for a set of stations and serves all places that have this set for neighbours. */
export interface Estimator<S> {
  /** Numbers that a set of so many stations is kept in. */
  sizeOf(stations: number): number;
  /**
   * @param ids  Of the stations, ascending; kept by the caller.
   * @param memory  Of `sizeOf` numbers: thousands of sets in one array spare the garbage collector.
   */
  prepare(ids: Uint32Array, memory: Float64Array): S;
  /** Estimates at the first `count` places. Each result depends on its place and the set alone. */
  estimate(set: S, places: Places, count: number): void;
}

export function createPlaces(size: number, withDrift: boolean): Places {
  const each = () => new Float64Array(size);
  return { x: each(), y: each(), drift: withDrift ? each() : null, estimate: each(), variance: each() };
}
