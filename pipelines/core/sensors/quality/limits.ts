/** What a series is held against: numbers only, so that they can be kept, shown, and used again for what arrives later. */
import type { QualityParameters } from '../properties.ts';
import { estimateChange, estimateRange, estimateSpread, estimateStuck, findStep } from './estimate.ts';
import type { Rhythm } from './estimate.ts';

export interface FlagLimits {
  readonly range: { readonly lower: number; readonly upper: number } | null;
  /** Most change in a time: as `QualityParameters.change`, in milliseconds. */
  readonly change: readonly (readonly [ms: number, change: number])[] | null;
  readonly spike: {
    /** Readings to either side that a reading is compared with. */
    readonly halfWindow: number;
    /** So many robust standard deviations of the window are no spike. */
    readonly factor: number;
    /** Standard deviation that a window has at least: it is that of all windows, or what the property says. */
    readonly leastSigma: number;
    /** A spike stands out by at least this much. */
    readonly least: number;
  } | null;
  readonly stuck: {
    readonly rows: number;
    readonly ms: number;
    readonly spared: readonly (readonly [from: number, to: number])[];
    /** Values that often repeat, and how long each may. */
    readonly frequent: readonly (readonly [value: number, rows: number])[];
  } | null;
  /** The rhythm of the times; null where there are too few. */
  readonly rhythm: Rhythm | null;
  /** A longer time without a reading is a gap. */
  readonly gapMs: number;
}

export const HAMPEL = { halfWindow: 5, factor: 5, spread: 6 } as const;

const HOUR = 3_600_000;
const MINUTE = 60_000;
/** The same reading so often is no chance, whatever the property. */
const LEAST_STUCK_ROWS = 6;

/**
 * The limits for a series.
 *
 * @param times  Milliseconds since 1970, ascending, without duplicates.
 * @param values  As long, finite.
 * @param property  Of what is observed; null: limits are estimated from the series, robustly, so that up to one reading in
 *   twenty may be wrong.
 */
export function limitsFor(times: Float64Array, values: Float64Array, property: QualityParameters | null): FlagLimits {
  const rhythm = findStep(times);
  const shared = { rhythm, gapMs: rhythm === null ? Infinity : rhythm.gapMs };
  if (property === null) return { ...shared, ...estimated(times, values, rhythm) };
  const { range, change, spike, stuck } = property;
  const spread = spike === null ? null : estimateSpread(values, HAMPEL.halfWindow, range);
  return {
    ...shared,
    range: { lower: range.lower, upper: range.upper },
    change: change === null ? null : change.most.map(([minutes, most]) => [minutes * MINUTE, most] as const),
    spike:
      spike === null
        ? null
        : {
            halfWindow: HAMPEL.halfWindow,
            factor: HAMPEL.factor,
            leastSigma: spread === null ? 0 : spread.sigma,
            least: Math.max(spike.least, spread === null ? 0 : spread.least),
          },
    stuck: stuck === null ? null : { ...stuckRows(values), ms: stuck.hours * HOUR, spared: stuck.spared ?? [] },
  };
}

/** Readings rounded to a whole number rest longer than the property alone would let them. */
function stuckRows(values: Float64Array): Pick<NonNullable<FlagLimits['stuck']>, 'rows' | 'frequent'> {
  const { rows, frequent } = estimateStuck(values) ?? { rows: 0, frequent: [] };
  return { rows: Math.max(LEAST_STUCK_ROWS, rows), frequent };
}

function estimated(times: Float64Array, values: Float64Array, rhythm: Rhythm | null) {
  const range = estimateRange(values);
  const spread = estimateSpread(values, HAMPEL.halfWindow, range);
  const change = rhythm === null ? null : estimateChange(times, values, rhythm.stepMs, range);
  const stuck = estimateStuck(values);
  return {
    range,
    change: change === null || rhythm === null ? null : [[rhythm.stepMs, change] as const],
    spike:
      spread === null
        ? null
        : { halfWindow: HAMPEL.halfWindow, factor: HAMPEL.factor, leastSigma: spread.sigma, least: spread.least },
    stuck: stuck === null ? null : { ...stuck, ms: 0, spared: [] },
  };
}

/** Most change in `ms`, by the anchors of `FlagLimits.change`. */
export function mostChange(anchors: readonly (readonly [ms: number, change: number])[], ms: number): number {
  const [first, last] = [anchors[0]!, anchors.at(-1)!];
  if (ms <= first[0]) return first[1];
  if (ms >= last[0]) return last[1] * Math.sqrt(ms / last[0]);
  const k = anchors.findIndex(([at]) => at >= ms);
  const [low, high] = [anchors[k - 1]!, anchors[k]!];
  const share = Math.log(ms / low[0]) / Math.log(high[0] / low[0]);
  return low[1] * (high[1] / low[1]) ** share;
}
