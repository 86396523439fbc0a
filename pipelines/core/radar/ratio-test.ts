/** Has the backscatter of a place changed, or is it speckle? The ratio of two intensities against its own distribution. */
import { incompleteBeta } from './incomplete-beta.ts';
import type { PowerMean } from './temporal-mean.ts';
import { toDecibels } from './units.ts';

/**
 * The two-sided p of a ratio of mean powers where nothing changed. A mean of n dates of L looks is gamma distributed with
 * shape nL, so that the ratio follows F(2 · looksAfter, 2 · looksBefore).
 *
 * @param ratio  After / before.
 * @param looksBefore  Looks of the mean before: L times the dates.
 * @see Conradsen, Nielsen & Skriver (2016), IEEE TGRS 54(5) 3007–3024, https://doi.org/10.1109/TGRS.2015.2510160, for one
 *   channel and two dates; Touzi, Lopès & Bousquet (1988), https://doi.org/10.1109/36.7708
 */
export function ratioTail(ratio: number, looksBefore: number, looksAfter: number): number {
  const [a, b] = [looksAfter, looksBefore];
  const below = incompleteBeta((a * ratio) / (a * ratio + b), a, b);
  const above = incompleteBeta(b / (a * ratio + b), b, a);
  return Math.min(1, 2 * Math.min(below, above));
}

/** ln(ratio) from −14 to 14 (60 dB) in steps small beside what changes p. */
const REACH = 14;
const STEPS = 2048;

/** ln p at even steps of ln(ratio), between which it is nearly straight: 1e-3 relative and better. */
function createTails(looksBefore: number, looksAfter: number): Float64Array {
  return Float64Array.from({ length: STEPS + 1 }, (_, i) => {
    const ratio = Math.exp(REACH * ((2 * i) / STEPS - 1));
    return Math.log(Math.max(1e-300, ratioTail(ratio, looksBefore, looksAfter)));
  });
}

const tables = new Map<string, Float64Array>();

/** Kept, because the next region asks for the same. */
function tailsFor(looksBefore: number, looksAfter: number): Float64Array {
  const key = `${looksBefore} ${looksAfter}`;
  let tails = tables.get(key);
  if (tails) return tails;
  if (tables.size > 512) tables.clear();
  tables.set(key, (tails = createTails(looksBefore, looksAfter)));
  return tails;
}

/**
 * Change of power per pixel and whether it is one.
 *
 * @param looks  Equivalent number of looks of one date.
 * @param change  Becomes 10 · log₁₀(after / before), decibels; NaN where one side has no valid date.
 * @param p  Becomes the two-sided p of no change; NaN likewise.
 */
export function testChange(
  before: PowerMean,
  after: PowerMean,
  looks: number,
  change: Float32Array,
  p: Float32Array,
): void {
  let key = -1;
  let tails: Float64Array = new Float64Array(0);
  for (let i = 0; i < change.length; i++) {
    const [n, m] = [before.count[i]!, after.count[i]!];
    if (n === 0 || m === 0) {
      change[i] = p[i] = NaN;
      continue;
    }
    if (n * 65536 + m !== key) {
      key = n * 65536 + m;
      tails = tailsFor(n * looks, m * looks);
    }
    const ratio = after.sum[i]! / m / (before.sum[i]! / n);
    change[i] = toDecibels(ratio);
    p[i] = lookUp(tails, Math.log(ratio));
  }
}

function lookUp(tails: Float64Array, logRatio: number): number {
  const place = Math.min(STEPS, Math.max(0, (logRatio / REACH + 1) * (STEPS / 2)));
  const at = Math.min(STEPS - 1, place | 0);
  return Math.exp(tails[at]! + (place - at) * (tails[at + 1]! - tails[at]!));
}
