// AssemblyScript: the passes of huffman-deflate.ts over a block, and TIFF's horizontal predictor for 16-bit samples.
// Compiled into huffman-wasm.ts by test/support/build-wasm.ts.

/** u32 × 256: how often each byte occurs. */
export const COUNTS: i32 = 0x1000;
/** u32 × 3 × 256: partial counts, so that equal neighbours do not wait for each other. */
const MORE_COUNTS: i32 = COUNTS + 0x400;
/** u16 and u8 × 256: codes, reversed, and lengths of the bytes. */
export const CODES: i32 = 0x2000;
export const LENGTHS: i32 = 0x2400;
/** u32 × 256 each: what the low byte brings to a pair, and by what the code of the high byte is multiplied. */
const LOWS: i32 = 0x2800;
const SHIFTS: i32 = 0x2c00;
/** u32 × 65536: code and length of two bytes, `code · 32 + length`, 24 bits of code at most. */
const PAIRS: i32 = 0x10000;
/** The block; runs and output lie where the caller says. */
export const INPUT: i32 = 0x50000;

/** Shorter runs of words are not worth a match. */
const LEAST_RUN: i32 = 8;
const ADLER_PRIME: u32 = 65521;
/** As many vectors of bytes as can be summed before a sum of sums passes 2³². */
const ADLER_RUN: i32 = 256;

/** Where the bit writer is, what waits for a whole byte, and how many bits those are. */
let at: i32 = 0;
let held: u64 = 0;
let bits: u64 = 0;

/** Differences along rows of `width` 16-bit words, in place. */
export function predict(width: i32, height: i32): void {
  const step = width << 1;
  for (let row: i32 = INPUT, end = INPUT + height * step; row < end; row += step) {
    let p = row + step - 16;
    for (; p > row; p -= 16) v128.store(p, i16x8.sub(v128.load(p), v128.load(p - 2)));
    for (p += 14; p > row; p -= 2) store<u16>(p, load<u16>(p) - load<u16>(p - 2));
  }
}

// @ts-ignore: decorator
@inline
function count(table: i32, byte: u64): void {
  const p = table + (<i32>byte << 2);
  store<u32>(p, load<u32>(p) + 1);
}

// @ts-ignore: decorator
@inline
function countEight(eight: u64): void {
  count(COUNTS, eight & 255);
  count(MORE_COUNTS, (eight >> 8) & 255);
  count(MORE_COUNTS + 0x400, (eight >> 16) & 255);
  count(MORE_COUNTS + 0x800, (eight >> 24) & 255);
  count(COUNTS, (eight >> 32) & 255);
  count(MORE_COUNTS, (eight >> 40) & 255);
  count(MORE_COUNTS + 0x400, (eight >> 48) & 255);
  count(MORE_COUNTS + 0x800, eight >> 56);
}

/** Counts the bytes of the input. */
export function countBytes(size: i32): void {
  memory.fill(COUNTS, 0, 0x1000);
  let p: i32 = INPUT;
  for (const last = INPUT + size - 16; p <= last; p += 16) {
    countEight(load<u64>(p));
    countEight(load<u64>(p, 8));
  }
  for (; p < INPUT + size; p++) count(COUNTS, load<u8>(p));
  for (p = COUNTS; p < COUNTS + 0x400; p += 16) {
    const two = i32x4.add(v128.load(p), v128.load(p, 0x400));
    v128.store(p, i32x4.add(two, i32x4.add(v128.load(p, 0x800), v128.load(p, 0xc00))));
  }
}

/**
 * Writes pairs of (start, size) in words to `runs`: words that all equal the one before `start`.
 * @returns how many runs there are.
 */
export function findRuns(size: i32, runs: i32): i32 {
  const end: i32 = INPUT + size;
  let to = runs;
  let equal: i32 = 0; // words up to here that equal the one before
  for (let p: i32 = INPUT + 2; p < end; p += 16) {
    // the words before the first and after the last are never equal to anything: `limit` cuts them off
    const flags = i16x8.bitmask(i16x8.eq(v128.load(p), v128.load(p - 2))) & (p + 16 > end ? (1 << ((end - p) >> 1)) - 1 : 255);
    if (flags === 255) equal += 8;
    else if (flags === 0) {
      if (equal >= LEAST_RUN) to = putRun(to, (p - INPUT) >> 1, equal);
      equal = 0;
    } else
      for (let i: i32 = 0; i < 8; i++)
        if (flags & (1 << i)) equal++;
        else {
          if (equal >= LEAST_RUN) to = putRun(to, ((p - INPUT) >> 1) + i, equal);
          equal = 0;
        }
  }
  if (equal >= LEAST_RUN) to = putRun(to, size >> 1, equal);
  return (to - runs) >> 3;
}

function putRun(to: i32, end: i32, size: i32): i32 {
  store<u32>(to, end - size);
  store<u32>(to, size, 4);
  return to + 8;
}

/** Adler-32 of the input. @see RFC 1950, section 8.2 */
export function adler(size: i32): u32 {
  let a: u32 = 1;
  let b: u32 = 0;
  const high = i16x8(16, 15, 14, 13, 12, 11, 10, 9);
  const low = i16x8(8, 7, 6, 5, 4, 3, 2, 1);
  let p: i32 = INPUT;
  for (const last = INPUT + size - 16; p <= last; ) {
    const first = p;
    const stop = min(last, p + 16 * (ADLER_RUN - 1));
    let sums = i32x4.splat(0); // of the bytes of all vectors before
    let sumsOfSums = i32x4.splat(0);
    let weighted = i32x4.splat(0);
    for (; p <= stop; p += 16) {
      const v = v128.load(p);
      sumsOfSums = i32x4.add(sumsOfSums, sums);
      sums = i32x4.add(sums, i32x4.extadd_pairwise_i16x8_u(i16x8.extadd_pairwise_i8x16_u(v)));
      weighted = i32x4.add(weighted, i32x4.dot_i16x8_s(i16x8.extend_low_i8x16_u(v), high));
      weighted = i32x4.add(weighted, i32x4.dot_i16x8_s(i16x8.extend_high_i8x16_u(v), low));
    }
    b = (b + a * <u32>(p - first) + 16 * total(sumsOfSums) + total(weighted)) % ADLER_PRIME;
    a = (a + total(sums)) % ADLER_PRIME;
  }
  for (; p < INPUT + size; p++) {
    a = (a + load<u8>(p)) % ADLER_PRIME;
    b = (b + a) % ADLER_PRIME;
  }
  return (b << 16) | a;
}

function total(v: v128): u32 {
  return i32x4.extract_lane(v, 0) + i32x4.extract_lane(v, 1) + i32x4.extract_lane(v, 2) + i32x4.extract_lane(v, 3);
}

/** The table of pairs from CODES and LENGTHS. The first byte of a pair is the low one of its word. */
export function fillPairs(): void {
  for (let low: i32 = 0; low < 256; low++) {
    const length: u32 = load<u8>(LENGTHS + low);
    store<u32>(LOWS + 4 * low, (<u32>load<u16>(CODES + 2 * low) << 5) | length);
    store<u32>(SHIFTS + 4 * low, 1 << (length + 5));
  }
  for (let high: i32 = 0, to: i32 = PAIRS; high < 256; high++) {
    const code = i32x4.splat(load<u16>(CODES + 2 * high));
    const length = i32x4.splat(load<u8>(LENGTHS + high));
    for (let low: i32 = 0; low < 1024; low += 16, to += 16)
      v128.store(
        to,
        i32x4.add(i32x4.mul(code, v128.load(SHIFTS + low)), i32x4.add(v128.load(LOWS + low), length)),
      );
  }
}

/** The next bits go to `to`. */
export function start(to: i32): void {
  at = to;
  held = 0;
  bits = 0;
}

/** At most 32 bits, least significant first. */
export function put(value: u32, size: u32): void {
  held |= <u64>value << bits;
  bits += size;
  flush();
}

/** Codes of the words from `from` to before `to`. */
export function putPairs(from: i32, to: i32): void {
  let p: i32 = INPUT + (from << 1);
  const end: i32 = INPUT + (to << 1);
  let position = at;
  let waiting = held;
  let size = bits;
  for (const last = end - 4; p <= last; p += 4) {
    const words = load<u32>(p);
    const first = load<u32>(PAIRS + ((words & 0xffff) << 2));
    const second = load<u32>(PAIRS + ((words >> 16) << 2));
    waiting |= <u64>(first >> 5) << size;
    size += first & 31;
    waiting |= <u64>(second >> 5) << size;
    size += second & 31;
    store<u64>(position, waiting); // whole bytes of it stay, the rest is overwritten
    position += <i32>(size >> 3);
    waiting >>= size & 56;
    size &= 7;
  }
  at = position;
  held = waiting;
  bits = size;
  if (p < end) {
    const pair = load<u32>(PAIRS + (<i32>load<u16>(p) << 2));
    put(pair >> 5, pair & 31);
  }
}

/** Fills the last byte. @returns where the next byte goes. */
export function finish(): i32 {
  if (bits > 0) at++;
  return at;
}

function flush(): void {
  store<u64>(at, held);
  at += <i32>(bits >> 3);
  held >>= bits & 56;
  bits &= 7;
}
