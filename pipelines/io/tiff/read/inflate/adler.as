// Adler-32, sixteen bytes at a time. @see RFC 1950, 8.2
const PRIME: u32 = 65521;
/** As many bytes as can be summed before a sum of sums passes 2³². */
const RUN: i32 = 4096;

/** The checksum of the bytes from `at` to `end`. */
export function adler32(at: i32, end: i32): u32 {
  let a: u32 = 1;
  let b: u32 = 0;
  while (at < end) {
    const stop: i32 = min(end, at + RUN);
    const vectors: i32 = at + ((stop - at) & ~15);
    b += a * (vectors - at);
    let sums = i32x4.splat(0);
    let before = i32x4.splat(0); // of each vector the sums before it
    let first = i32x4.splat(0); // of each place in a vector the sum; 256 vectors fit into sixteen bits
    let second = i32x4.splat(0);
    for (; at < vectors; at += 16) {
      const bytes = v128.load(at);
      before = i32x4.add(before, sums);
      sums = i32x4.add(sums, i32x4.extadd_pairwise_i16x8_u(i16x8.extadd_pairwise_i8x16_u(bytes)));
      first = i16x8.add(first, i16x8.extend_low_i8x16_u(bytes));
      second = i16x8.add(second, i16x8.extend_high_i8x16_u(bytes));
    }
    b += 16 * total(before);
    b += weighted(first, i16x8(16, 15, 14, 13, 12, 11, 10, 9)) + weighted(second, i16x8(8, 7, 6, 5, 4, 3, 2, 1));
    a += total(sums);
    for (; at < stop; at++) {
      a += load<u8>(at);
      b += a;
    }
    a %= PRIME;
    b %= PRIME;
  }
  return (b << 16) | a;
}

function total(lanes: v128): u32 {
  return (
    i32x4.extract_lane(lanes, 0) +
    i32x4.extract_lane(lanes, 1) +
    i32x4.extract_lane(lanes, 2) +
    i32x4.extract_lane(lanes, 3)
  );
}

function weighted(sums: v128, weights: v128): u32 {
  return total(i32x4.add(i32x4.extmul_low_i16x8_u(sums, weights), i32x4.extmul_high_i16x8_u(sums, weights)));
}
