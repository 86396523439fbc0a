// AssemblyScript: the moments of zones over samples of 16 bits, eight cells at a time.
// Compiled into integer-moments-wasm.ts by test/support/build-wasm.ts.

/** The lanes that the last `n` cells of a run take are those of the vector `n` words before the first 0. */
const TAILS = memory.data<i16>([-1, -1, -1, -1, -1, -1, -1, -1, 0, 0, 0, 0, 0, 0, 0, 0]);
/** Where the caller may put its data. */
export const FREE: i32 = 0x800;

/** The lowest of eight numbers. */
function lowest(v: v128): i32 {
  let found: i32 = i16x8.extract_lane_s(v, 0);
  found = min(found, i16x8.extract_lane_s(v, 1));
  found = min(found, i16x8.extract_lane_s(v, 2));
  found = min(found, i16x8.extract_lane_s(v, 3));
  found = min(found, i16x8.extract_lane_s(v, 4));
  found = min(found, i16x8.extract_lane_s(v, 5));
  found = min(found, i16x8.extract_lane_s(v, 6));
  return min(found, i16x8.extract_lane_s(v, 7));
}

/**
 * @param data  i16 per cell, readable 16 bytes beyond the last.
 * @param mask  u8 per cell, 1 = valid, readable 8 bytes beyond the last.
 * @param flip  0x8000 for unsigned samples, which are so read as signed ones less 32768; else 0.
 * @param ranges  u32 × 4 per piece: first run, end of runs, first cut cell, end of cut cells.
 * @param out  f64 × 6 per piece, as moments.ts says.
 */
export function measure(
  data: i32,
  mask: i32,
  flip: i32,
  ranges: i32,
  pieces: i32,
  runStart: i32,
  runLength: i32,
  cutCell: i32,
  cutShare: i32,
  out: i32,
): void {
  const flips = i16x8.splat(<i16>flip);
  const shift: f64 = flip == 0 ? 0 : 32768;
  for (; pieces > 0; pieces--, ranges += 16, out += 48) {
    let least = i16x8.splat(0x7fff);
    let most = i16x8.splat(-0x8000);
    let sums = i64x2.splat(0);
    let squares = i64x2.splat(0);
    let cells: i32 = 0;
    for (let run = load<i32>(ranges), end = load<i32>(ranges, 4); run < end; run++) {
      const start = load<i32>(runStart + (run << 2));
      let at = data + (start << 1);
      let flag = mask + start;
      for (let length = load<i32>(runLength + (run << 2)); length > 0; length -= 8, at += 16, flag += 8) {
        const valid = v128.and(i16x8.neg(v128.load_ext<u8>(flag)), v128.load(TAILS + 16 - (min(length, 8) << 1)));
        const known = v128.and(v128.xor(v128.load(at), flips), valid);
        least = i16x8.min_s(least, v128.or(known, v128.andnot(i16x8.splat(0x7fff), valid)));
        most = i16x8.max_s(most, v128.or(known, v128.andnot(i16x8.splat(-0x8000), valid)));
        cells += popcnt<i32>(i16x8.bitmask(valid));
        const sum = i32x4.extadd_pairwise_i16x8_s(known);
        sums = i64x2.add(sums, i64x2.add(i64x2.extend_low_i32x4_s(sum), i64x2.extend_high_i32x4_s(sum)));
        const square = i32x4.dot_i16x8_s(known, known); // 2^31 at most, read as unsigned
        squares = i64x2.add(squares, i64x2.add(i64x2.extend_low_i32x4_u(square), i64x2.extend_high_i32x4_u(square)));
      }
    }
    let low = lowest(least);
    let high = -1 - lowest(v128.not(most));
    let reference = low;
    let weight: f64 = 0;
    let sum: f64 = 0;
    let square: f64 = 0;
    if (cells > 0) {
      const whole = i64x2.extract_lane(sums, 0) + i64x2.extract_lane(sums, 1);
      const all = i64x2.extract_lane(squares, 0) + i64x2.extract_lane(squares, 1);
      const from = <i64>reference;
      weight = <f64>cells;
      sum = <f64>(whole - from * <i64>cells);
      square = <f64>(all - 2 * from * whole + from * from * <i64>cells);
    }
    for (let cut = load<i32>(ranges, 8), end = load<i32>(ranges, 12); cut < end; cut++) {
      const cell = load<i32>(cutCell + (cut << 2));
      if (load<u8>(mask + cell) == 0) continue;
      const value = <i32>(<i16>(load<i16>(data + (cell << 1)) ^ <i16>flip));
      const share = <f64>load<u32>(cutShare + (cut << 2)) * (1.0 / 4294967296.0);
      if (weight == 0) reference = value;
      low = min(low, value);
      high = max(high, value);
      const away = <f64>(value - reference);
      weight += share;
      sum += share * away;
      square += share * away * away;
    }
    store<f64>(out, weight);
    store<f64>(out, <f64>reference + shift, 8);
    store<f64>(out, sum, 16);
    store<f64>(out, square, 24);
    store<f64>(out, <f64>low + shift, 32);
    store<f64>(out, <f64>high + shift, 40);
  }
}
