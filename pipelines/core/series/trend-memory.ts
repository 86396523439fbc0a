/** The compiled kernel of trends with memory for one series: times are kept, so that series on the same dates share their work. */
import { instantiate } from '../kernel/web-assembly.ts';
import type { WasmMemory } from '../kernel/web-assembly.ts';
import { DAYS_PER_YEAR } from './series.ts';
import { MODULE } from './trend-wasm.ts';

interface Variable {
  readonly value: number;
}

interface TrendModule {
  readonly memory: WasmMemory;
  readonly FREE: Variable;
  invert(times: number, n: number, inverse: number): void;
  trend(
    n: number,
    values: number,
    years: number,
    inverse: number,
    pairs: number,
    room: number,
    rest: number,
    ranks: number,
    bound: number,
  ): void;
  /** Of the last series; trend.as says what they are. */
  readonly slope: Variable;
  readonly intercept: Variable;
  readonly discordant: Variable;
  readonly tiedPairs: Variable;
  readonly tieWeight: Variable;
  readonly autocorrelation: Variable;
}

/** Slopes of all pairs are held, and sums of ranks fit into 32 bits: 2 MB. */
export const MAX_KERNEL_POINTS = 512;
/** Lags whose autocorrelation is beyond ±1.96/√n (95 %) count in the correction. */
export const SIGNIFICANT = 1.959963984540054;

const PAGE_BYTES = 65536;

export interface TrendSums {
  readonly slope: number;
  readonly intercept: number;
  readonly discordant: number;
  readonly tiedPairs: number;
  readonly tieWeight: number;
  readonly autocorrelation: number;
}

/** @param capacity  Most points of a series, at most `MAX_KERNEL_POINTS`. */
export function createTrendMemory(
  capacity: number,
): (days: Float64Array, values: Float64Array, n: number) => TrendSums {
  const module = instantiate<TrendModule>(MODULE);
  const pairCount = (capacity * (capacity - 1)) / 2 + 4;
  let end = module.FREE.value;
  const room = (sizeBytes: number) => (end += Math.ceil(sizeBytes / 16) * 16) - Math.ceil(sizeBytes / 16) * 16;
  const numbers = (count: number) => room(8 * count);
  const [valuesAt, yearsAt] = [numbers(capacity + 2), numbers(capacity + 2)];
  const [inverseAt, pairsAt, spareAt] = [numbers(pairCount), numbers(pairCount), numbers(pairCount)];
  const restAt = numbers(capacity + 4);
  const ranksAt = room(8 * (capacity + 2) + 2 * (capacity + 16));
  module.memory.grow(Math.max(0, Math.ceil((end - module.memory.buffer.byteLength) / PAGE_BYTES)));
  const view = (at: number) => new Float64Array(module.memory.buffer, at, capacity + 2);
  const [valuesIn, years] = [view(valuesAt), view(yearsAt)];
  const daysBefore = new Float64Array(capacity);
  let before = 0;
  const settleTimes = (days: Float64Array, n: number) => {
    let same = n === before;
    for (let i = 0; same && i < n; i++) same = days[i] === daysBefore[i];
    if (same) return;
    for (let i = 0; i < n; i++) {
      daysBefore[i] = days[i]!;
      years[i] = (days[i]! - days[0]!) / DAYS_PER_YEAR;
    }
    before = n;
    module.invert(yearsAt, n, inverseAt);
  };
  const sums = { slope: 0, intercept: 0, discordant: 0, tiedPairs: 0, tieWeight: 0, autocorrelation: 0 };
  return (days, values, n) => {
    settleTimes(days, n);
    for (let i = 0; i < n; i++) valuesIn[i] = values[i]!;
    module.trend(
      n,
      valuesAt,
      yearsAt,
      inverseAt,
      pairsAt,
      spareAt - pairsAt,
      restAt,
      ranksAt,
      SIGNIFICANT / Math.sqrt(n),
    );
    sums.slope = module.slope.value;
    sums.intercept = module.intercept.value;
    sums.discordant = module.discordant.value;
    sums.tiedPairs = module.tiedPairs.value;
    sums.tieWeight = module.tieWeight.value;
    sums.autocorrelation = module.autocorrelation.value;
    return sums;
  };
}
