// AssemblyScript: values → 16-bit integers, for quantise.ts. Compiled into quantise-wasm.ts by test/support/build-wasm.ts.

/** Single-precision values, and where their integers go. */
export const VALUES: i32 = 0x400;

// @ts-ignore: decorator
@inline
function clamp(v: v128): v128 {
  return f64x2.pmin(f64x2.splat(65536), f64x2.pmax(f64x2.splat(-65536), v));
}

/** Whole numbers of two doubles in the low lanes, halves away from zero: half of the whole part of twice the value. */
// @ts-ignore: decorator
@inline
function twice(v: v128): v128 {
  const clamped = clamp(v);
  return i32x4.trunc_sat_f64x2_s_zero(f64x2.add(clamped, clamped));
}

// @ts-ignore: decorator
@inline
function round(twices: v128): v128 {
  return i32x4.shr_s(i32x4.add(i32x4.add(twices, i32x4.splat(1)), i32x4.shr_s(twices, 31)), 1);
}

/**
 * `size` values, a multiple of 4, times `factor`. NaN and what lies beyond `min` and `max` becomes `nodata`; what rounds
 * to `nodata` becomes `beside`.
 * @returns how many values are beyond.
 */
export function quantise(size: i32, factor: f64, min: i32, max: i32, nodata: i32, beside: i32, to: i32): i32 {
  const factors = f64x2.splat(factor);
  const least = i32x4.splat(min);
  const most = i32x4.splat(max);
  const empty = i32x4.splat(nodata);
  const moved = i32x4.splat(beside);
  let lost = i32x4.splat(0);
  for (let from: i32 = VALUES, end = VALUES + 4 * size; from < end; from += 16, to += 8) {
    const values = v128.load(from);
    const low = twice(f64x2.mul(f64x2.promote_low_f32x4(values), factors));
    const high = twice(f64x2.mul(f64x2.promote_low_f32x4(i64x2.shuffle(values, values, 1, 0)), factors));
    const whole = round(i64x2.shuffle(low, high, 0, 2));
    const isNumber = f32x4.eq(values, values);
    const fits = v128.and(i32x4.ge_s(whole, least), i32x4.le_s(whole, most));
    lost = i32x4.sub(lost, v128.andnot(isNumber, fits));
    const kept = v128.bitselect(moved, whole, i32x4.eq(whole, empty));
    const stored = v128.bitselect(kept, empty, v128.and(isNumber, fits));
    store<u64>(to, <u64>i64x2.extract_lane(i16x8.shuffle(stored, stored, 0, 2, 4, 6, 0, 2, 4, 6), 0));
  }
  return (
    i32x4.extract_lane(lost, 0) + i32x4.extract_lane(lost, 1) + i32x4.extract_lane(lost, 2) + i32x4.extract_lane(lost, 3)
  );
}
