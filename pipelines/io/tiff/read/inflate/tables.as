// Lengths of codes → tables of entries.
import { MATCH, PER_BIT, SPECIAL, STALE_BITS, SUBTABLE_BIT } from './entries';
import { COUNTS, LITLEN, LITLEN_BITS, PLACES, SORTED } from './layout';

/**
 * @param lengths  u8 for each of `count` symbols; 0 for a symbol without a code.
 * @param symbols  Their entries before lengths are added.
 * @param mayBePartial  No code at all, or one of a single bit, is allowed.
 * @returns false where the codes contradict each other or leave bits without meaning.
 */
export function buildTable(
  lengths: i32,
  count: i32,
  table: i32,
  tableBits: i32,
  symbols: i32,
  mayBePartial: bool,
): bool {
  memory.fill(COUNTS, 0, 64);
  for (let i = 0; i < count; i++) {
    const at = COUNTS + 4 * load<u8>(lengths + i);
    store<u32>(at, load<u32>(at) + 1);
  }
  let free: i32 = 1; // codes of the length that are not taken
  let place: i32 = 0;
  let longest: i32 = 0;
  for (let length = 1; length < 16; length++) {
    const ofLength: i32 = load<u32>(COUNTS + 4 * length);
    free = 2 * free - ofLength;
    if (free < 0) return false;
    store<u32>(PLACES + 4 * length, place);
    place += ofLength;
    if (ofLength > 0) longest = length;
  }
  for (let i = 0; i < count; i++) {
    const length: i32 = load<u8>(lengths + i);
    if (length == 0) continue;
    const at = PLACES + 4 * length;
    store<u16>(SORTED + 2 * load<u32>(at), <u16>i);
    store<u32>(at, load<u32>(at) + 1);
  }
  if (free == 0) fillTable(table, tableBits, symbols, longest);
  else if (mayBePartial && longest <= 1) fillPartial(table, tableBits, symbols, longest);
  else return false;
  return true;
}

/** Codes come in ascending order, bits reversed; the table doubles whenever they get longer. */
function fillTable(table: i32, tableBits: i32, symbols: i32, longest: i32): void {
  const size: i32 = 1 << tableBits;
  let code: i32 = 0;
  let filled: i32 = 1;
  let sorted: i32 = SORTED;
  let end: i32 = size;
  let prefix: i32 = -1;
  let next: i32 = 0;
  let nextBits: i32 = 0;
  for (let length = 1; length <= longest; length++) {
    const ones: i32 = (1 << length) - 1;
    if (length <= tableBits) filled = double(table, filled);
    for (let left: i32 = load<u32>(COUNTS + 4 * length); left > 0; left--) {
      const entry = load<u64>(symbols + 8 * load<u16>(sorted)) + PER_BIT * length;
      sorted += 2;
      if (length <= tableBits) store<u64>(table + 8 * code, entry);
      else {
        if ((code & (size - 1)) != prefix) {
          prefix = code & (size - 1);
          next = end;
          nextBits = bitsOfSubtable(length, left, tableBits);
          end += 1 << nextBits;
          store<u64>(table + 8 * prefix, SPECIAL | SUBTABLE_BIT | (next << 16) | nextBits);
        }
        const step: i32 = 1 << (length - tableBits);
        for (let i = code >> tableBits; i < 1 << nextBits; i += step) store<u64>(table + 8 * (next + i), entry);
      }
      if (code == ones) break;
      const bit: i32 = 1 << (31 - clz(code ^ ones)); // the reversed code's highest zero: adding one carries to it
      code = (code & (bit - 1)) | bit;
    }
  }
  while (filled < size) filled = double(table, filled);
}

function double(table: i32, filled: i32): i32 {
  memory.copy(table + 8 * filled, table, 8 * filled);
  return 2 * filled;
}

/** @param left  Codes of that length still to come; the table is as deep as the code whose prefixes fill it. */
function bitsOfSubtable(length: i32, left: i32, tableBits: i32): i32 {
  let bits = length - tableBits;
  for (let space = left; space < 1 << bits;) {
    bits++;
    space = 2 * space + load<u32>(COUNTS + 4 * (tableBits + bits));
  }
  return bits;
}

function fillPartial(table: i32, tableBits: i32, symbols: i32, longest: i32): void {
  const only: u64 = longest == 1 ? load<u64>(symbols + 8 * load<u16>(SORTED)) + PER_BIT : SPECIAL;
  for (let i = 0; i < 1 << tableBits; i++) store<u64>(table + 8 * i, i & 1 ? SPECIAL : only);
}

/**
 * Lets entries say all that their bits decide: up to three literals, or literals and the match after them. From the
 * last to the first, because an entry's bits without its first code are the index of an entry before it.
 */
export function joinEntries(): void {
  for (let i = (1 << LITLEN_BITS) - 1; i >= 0; i--) {
    let entry = load<u64>(LITLEN + 8 * i);
    if (entry & (MATCH | SPECIAL)) continue;
    let used = <i32>entry & 63;
    for (let literals: u64 = 1; literals < 3; literals++) {
      const next = load<u64>(LITLEN + 8 * (i >> used));
      const length = (<i32>(next >> 8) & 63) - STALE_BITS;
      if (next & SPECIAL || used + length > LITLEN_BITS) break;
      const written = (entry >> 32) | ((next >> 32) << (8 * literals));
      entry = (written << 32) | ((next & 0xffffffff) + PER_BIT * used + (literals << 14));
      if (next & MATCH) break;
      used += length;
    }
    store<u64>(LITLEN + 8 * i, entry);
  }
}
