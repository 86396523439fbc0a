// AssemblyScript: Theil-Sen slope, Mann-Kendall score and the ranks' autocorrelation of one series.
// Compiled into trend-wasm.ts by test/support/build-wasm.ts.

/** Numbers in a sample that brackets the median: between the 24th and the 41st it lies 19 times out of 20. */
const SAMPLE: i32 = 64;
const REACH: i32 = 8;
/** So few are searched as they are. */
const FEW: i32 = 200;
/** Where the caller may put its data: before it lies the sample. */
export const FREE: i32 = 0x1000;
const SAMPLES: i32 = 0x400;

/** Of the last series, for the caller to read. */
export let slope: f64 = 0;
export let intercept: f64 = 0;
/** Pairs that fall, pairs of equal values, and the weight of these in the variance: Σ t(t − 1)(2t + 5). */
export let discordant: f64 = 0;
export let tiedPairs: f64 = 0;
export let tieWeight: f64 = 0;
/** Σ (n − k)(n − k − 1)(n − k − 2) r(k) over lags k whose autocorrelation of ranks is significant. */
export let autocorrelation: f64 = 0;

/** 1 / (t[j] − t[i]) of all pairs i < j, row by row. `times` is readable 8 bytes beyond the last. */
export function invert(times: i32, n: i32, inverse: i32): void {
  const one = f64x2.splat(1);
  for (let i = 0; i < n - 1; i++) {
    const t = f64x2.splat(load<f64>(times + (i << 3)));
    for (let j = i + 1; j < n; j += 2) {
      v128.store(inverse, f64x2.div(one, f64x2.sub(v128.load(times + (j << 3)), t)));
      inverse += 16;
    }
    if ((n - 1 - i) & 1) inverse -= 8; // what went beyond the row is overwritten
  }
}

/**
 * @param values  f64 × (n + 1); the last is overwritten.
 * @param years  f64 × n, since the first.
 * @param inverse  Of `invert`, readable 8 bytes beyond the last.
 * @param pairs  Room for f64 × (n(n − 1) / 2 + 2), twice.
 * @param room  Bytes of one of them.
 * @param rest  Room for f64 × (n + 2).
 * @param ranks  Room for i64 × (n + 1) and i16 × (n + 8).
 * @param bound  Autocorrelations beyond it, positive or negative, count.
 */
export function trend(
  n: i32,
  values: i32,
  years: i32,
  inverse: i32,
  pairs: i32,
  room: i32,
  rest: i32,
  ranks: i32,
  bound: f64,
): void {
  fillSlopes(n, values, inverse, pairs);
  slope = medianOf(pairs, (n * (n - 1)) >> 1, pairs + room);
  for (let i = 0; i < n << 3; i += 8) store<f64>(rest + i, load<f64>(values + i) - slope * load<f64>(years + i));
  const words = ranks + ((n + 1) << 3);
  rank(n, rest, ranks, words);
  autocorrelation = correlate(n, words, bound);
  const middle = middleOf(n, rest, words);
  intercept = middle == middle ? middle : medianOf(rest, n, pairs);
}

/** All slopes, and how the pairs stand: NaN behind the last value compares with nothing. */
function fillSlopes(n: i32, values: i32, inverse: i32, pairs: i32): void {
  const end = values + (n << 3);
  store<f64>(end, NaN);
  const zero = f64x2.splat(0);
  let falling = i64x2.splat(0);
  let equal: f64 = 0;
  let weight: f64 = 0;
  for (let at = values; at < end - 8; at += 8) {
    const v = f64x2.splat(load<f64>(at));
    let same = i64x2.splat(0);
    for (let other = at + 8; other < end; other += 16) {
      const d = f64x2.sub(v128.load(other), v);
      v128.store(pairs, f64x2.mul(d, v128.load(inverse)));
      falling = i64x2.sub(falling, f64x2.lt(d, zero));
      same = i64x2.sub(same, f64x2.eq(d, zero));
      pairs += 16;
      inverse += 16;
    }
    const beyond = (end - 8 - at) & 8;
    pairs -= beyond;
    inverse -= beyond;
    if (!v128.any_true(same)) continue;
    // a group of t equal values has rows with 0, 1, … t − 1 equal ones after them: 6 e (e + 2) sums to t(t − 1)(2t + 5)
    const e = <f64>(i64x2.extract_lane(same, 0) + i64x2.extract_lane(same, 1));
    equal += e;
    weight += 6 * e * (e + 2);
  }
  discordant = <f64>(i64x2.extract_lane(falling, 0) + i64x2.extract_lane(falling, 1));
  tiedPairs = equal;
  tieWeight = weight;
}

/** Twice the rank of each number, equal ones sharing theirs, less the mean: the signs of its differences to all others. */
function rank(n: i32, rest: i32, ranks: i32, words: i32): void {
  store<f64>(rest + (n << 3), NaN);
  memory.fill(ranks, 0, ((n + 1) << 3) + ((n + 8) << 1));
  for (let i = 0; i < n - 1; i++) {
    const r = f64x2.splat(load<f64>(rest + (i << 3)));
    let sum = i64x2.splat(0);
    // from an even place, so that sums are read as they were written; a number has no sign to itself
    for (let j = ((i + 1) & ~1) << 3; j < n << 3; j += 16) {
      const other = v128.load(rest + j);
      const sign = i64x2.sub(f64x2.lt(r, other), f64x2.gt(r, other)); // 1 where r is greater: masks are −1
      sum = i64x2.add(sum, sign);
      v128.store(ranks + j, i64x2.sub(v128.load(ranks + j), sign));
    }
    const at = ranks + (i << 3);
    store<i64>(at, load<i64>(at) + i64x2.extract_lane(sum, 0) + i64x2.extract_lane(sum, 1));
  }
  for (let i = 0; i < n; i++) store<i16>(words + (i << 1), <i16>load<i64>(ranks + (i << 3)));
}

/**
 * The median by the ranks: as many are greater as are less, or there are neighbours of which one more is greater and one
 * more is less. NaN where equal numbers hide these.
 */
function middleOf(n: i32, rest: i32, words: i32): f64 {
  let lower: f64 = NaN;
  let upper: f64 = NaN;
  for (let i = 0; i < n; i++) {
    const rank = load<i16>(words + (i << 1));
    if (rank < -1 || rank > 1) continue;
    const value = load<f64>(rest + (i << 3));
    if (rank == 0) return value;
    if (rank < 0) lower = value;
    else upper = value;
  }
  return (lower + upper) / 2;
}

/** @param words  i16 × n with eight zeros behind. */
function correlate(n: i32, words: i32, bound: f64): f64 {
  const power = <f64>laggedProduct(n, words, 0);
  if (power == 0) return 0;
  const limit = bound * power;
  let sum: f64 = 0;
  for (let lag = 1; lag < n - 2; lag++) {
    const product = <f64>laggedProduct(n, words, lag);
    const m = <f64>(n - lag);
    if (product > limit || product < -limit) sum += m * (m - 1) * (m - 2) * (product / power);
  }
  return sum;
}

function laggedProduct(n: i32, words: i32, lag: i32): i32 {
  let sums = i32x4.splat(0);
  const later = words + (lag << 1);
  for (let i = 0; i < (n - lag) << 1; i += 16)
    sums = i32x4.add(sums, i32x4.dot_i16x8_s(v128.load(words + i), v128.load(later + i)));
  return i32x4.extract_lane(sums, 0) + i32x4.extract_lane(sums, 1) + i32x4.extract_lane(sums, 2) + i32x4.extract_lane(sums, 3);
}

/**
 * Median of n numbers, which are lost; the mean of the two in the middle where n is even. After Floyd and Rivest: a
 * sample brackets it, and what lies in the bracket is kept; there numbers are spread nearly evenly, so that a second
 * bracket needs no sample. Where a bracket misses, what was kept before is searched.
 * @param spare  Room for as many.
 */
function medianOf(at: i32, n: i32, spare: i32): f64 {
  let low = (n - 1) >> 1;
  let high = n >> 1;
  if (n > FEW) {
    sample(at, n);
    let to = select(SAMPLES, SAMPLE, SAMPLE / 2 + REACH);
    let from = select(SAMPLES, SAMPLE, SAMPLE / 2 - REACH - 1);
    let within = sift(at, n, from, to, spare);
    if (below > low) {
      to = from;
      from = -Infinity;
      within = sift(at, n, from, to, spare);
    } else if (below + within <= high) {
      from = to;
      to = Infinity;
      within = sift(at, n, from, to, spare);
    }
    if (from == to) return from;
    n = within;
    low -= below;
    high -= below;
    const centre = from + (to - from) * ((<f64>low + 0.5) / <f64>n);
    const half = (to - from) * ((1.5 * Math.sqrt(<f64>n) + 2) / <f64>n);
    within = half < Infinity ? sift(spare, n, centre - half, centre + half, at) : 0;
    if (below <= low && below + within > high) {
      n = within;
      low -= below;
      high -= below;
    } else at = spare;
  }
  const upper = select(at, n, high);
  if (low == high) return upper;
  let lower = load<f64>(at);
  for (let i = at + 8; i < at + (high << 3); i += 8) lower = max(lower, load<f64>(i));
  return (lower + upper) / 2;
}

/** How many were less than what `sift` kept. */
let below: i32 = 0;

/** Keeps what lies between two numbers, themselves included. @returns how many they are. */
function sift(at: i32, n: i32, from: f64, to: f64, kept: i32): i32 {
  const start = kept;
  const least = f64x2.splat(from);
  const most = f64x2.splat(to);
  let less = i64x2.splat(0);
  store<f64>(at + (n << 3), NaN); // of an odd number the last comes with this, which is never kept
  for (let i = at; i < at + (n << 3); i += 16) {
    const v = v128.load(i);
    less = i64x2.sub(less, f64x2.lt(v, least));
    const inside = i64x2.bitmask(v128.and(f64x2.ge(v, least), f64x2.le(v, most)));
    store<f64>(kept, f64x2.extract_lane(v, 0));
    kept += (inside & 1) << 3;
    store<f64>(kept, f64x2.extract_lane(v, 1));
    kept += (inside & 2) << 2;
  }
  below = <i32>(i64x2.extract_lane(less, 0) + i64x2.extract_lane(less, 1));
  return (kept - start) >> 3;
}

/** Numbers from all over the sequence. */
function sample(at: i32, n: i32): void {
  const stride = (n / SAMPLE) << 3;
  for (let k = 0; k < SAMPLE; k++) {
    store<f64>(SAMPLES + (k << 3), load<f64>(at));
    at += stride;
  }
}

/** Hoare's FIND: the k-th smallest to its place, smaller ones before it, larger ones after it. */
function select(at: i32, n: i32, k: i32): f64 {
  const target = at + (k << 3);
  let left = at;
  let right = at + ((n - 1) << 3);
  while (left < right) {
    const pivot = load<f64>(target);
    let i = left;
    let j = right;
    while (i <= j) {
      while (load<f64>(i) < pivot) i += 8;
      while (load<f64>(j) > pivot) j -= 8;
      if (i <= j) {
        const swap = load<f64>(i);
        store<f64>(i, load<f64>(j));
        store<f64>(j, swap);
        i += 8;
        j -= 8;
      }
    }
    if (j < target) left = i;
    if (i > target) right = j;
  }
  return load<f64>(target);
}
