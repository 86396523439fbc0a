// What a table says about the bits that come next, in 64 bits:
//
//    0 …  5  bits to consume, extra bits included; of SUBTABLE: bits that the next table is looked up by
//    8 … 13  bits up to the extra ones, and three more: the decoder's position in its bit buffer
//   14 … 15  literals to write, before the match where there is one
//   16 … 30  the least length or distance; of SUBTABLE: index of the next table
//        30  MATCH: a length follows the literals (lengths take bits 16 … 24, their mask 25 … 29)
//        31  SPECIAL: none of these
//   32 … 55  the literals; of distances: the mask of their extra bits
import { DISTANCE_SYMBOLS, LITLEN_SYMBOLS, PATTERNS, PRECODE_SYMBOLS, STEPS } from './layout';

/** The bit buffer keeps this many bits that are consumed already, so that masking it gives an offset in bytes. */
export const STALE_BITS: i32 = 3;
export const ONE_LITERAL: u64 = 1 << 14;
export const MATCH: u64 = 1 << 30;
export const SPECIAL: u64 = 1 << 31;
export const END_BIT: u64 = 1 << 32;
export const SUBTABLE_BIT: u64 = 1 << 33;

/** Added once for every bit of a code. */
export const PER_BIT: u64 = 0x101;
const NO_BITS: u64 = STALE_BITS << 8;

/** Fills what never changes. @see RFC 1951, 3.2.5 */
export function prepare(): void {
  for (let i = 0; i < 256; i++) store<u64>(LITLEN_SYMBOLS + 8 * i, ((<u64>i) << 32) | ONE_LITERAL | NO_BITS);
  store<u64>(LITLEN_SYMBOLS + 8 * 256, SPECIAL | END_BIT);
  let base: u64 = 3;
  for (let i = 0; i < 28; i++) {
    const extra: u64 = i < 8 ? 0 : (i >> 2) - 1;
    const mask: u64 = (1 << extra) - 1;
    store<u64>(LITLEN_SYMBOLS + 8 * (257 + i), MATCH | (base << 16) | (mask << 25) | NO_BITS | extra);
    base += 1 << extra;
  }
  store<u64>(LITLEN_SYMBOLS + 8 * 285, MATCH | (258 << 16) | NO_BITS);
  store<u64>(LITLEN_SYMBOLS + 8 * 286, SPECIAL);
  store<u64>(LITLEN_SYMBOLS + 8 * 287, SPECIAL);
  base = 1;
  for (let i = 0; i < 30; i++) {
    const extra: u64 = i < 4 ? 0 : (i >> 1) - 1;
    const mask: u64 = (1 << extra) - 1;
    store<u64>(DISTANCE_SYMBOLS + 8 * i, (base << 16) | (mask << 32) | NO_BITS | extra);
    base += 1 << extra;
  }
  store<u64>(DISTANCE_SYMBOLS + 8 * 30, SPECIAL);
  store<u64>(DISTANCE_SYMBOLS + 8 * 31, SPECIAL);
  for (let i = 0; i < 19; i++) store<u64>(PRECODE_SYMBOLS + 8 * i, (<u64>i) << 16);
  for (let distance = 1; distance < 16; distance++) {
    for (let i = 0; i < 16; i++) store<u8>(PATTERNS + 16 * distance + i, <u8>(i % distance));
    store<u8>(STEPS + distance, <u8>(16 - (16 % distance)));
  }
}
