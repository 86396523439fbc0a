// A zlib stream → bytes. Reads up to 640 bytes beyond the input and writes up to 512 beyond the output: the memory
// there is the caller's care, its contents are not.
import { END_BIT, MATCH, prepare, SPECIAL, STALE_BITS, SUBTABLE_BIT } from './entries';
import {
  DISTANCE_BITS,
  DISTANCE_SYMBOLS,
  DISTANCES,
  LENGTHS,
  LITLEN,
  LITLEN_BITS,
  LITLEN_SYMBOLS,
  PATTERNS,
  PRECODE_BITS,
  PRECODE_SYMBOLS,
  STEPS,
} from './layout';
import { adler32 } from './adler';
import { buildTable, joinEntries } from './tables';

/** Returned where a stream is refused; zlib says why. */
const REFUSED: i32 = -1;
const HEADER_BYTES: i32 = 2;
const CHECKSUM_BYTES: i32 = 4;

/** The next bits, the lowest first. Above `held` may be more of them. */
let bits: u64 = 0;
let held: u64 = 0;
/** Address of the first byte that is not among the bits held. */
let position: i32 = 0;
let isPrepared: bool = false;
/** The tables are those of blocks without codes of their own. */
let areFixed: bool = false;

/** At least 56 bits after it. */
function refill(): void {
  bits |= load<u64>(position) << held;
  position += <i32>((63 - held) >> 3);
  held |= 56;
}

function take(count: i32): i32 {
  const value = <i32>bits & ((1 << count) - 1);
  bits >>= count;
  held -= count;
  return value;
}

/** @returns bytes written, or −1 for a stream that is damaged, cut off, or longer than the room for it. */
export function inflate(input: i32, inputEnd: i32, output: i32, outputEnd: i32): i32 {
  if (!isPrepared) prepare();
  isPrepared = true;
  if (inputEnd - input < HEADER_BYTES + CHECKSUM_BYTES || !isZlibHeader(load<u8>(input), load<u8>(input + 1)))
    return REFUSED;
  position = input + HEADER_BYTES;
  bits = 0;
  held = 0;
  let to = output;
  let isLast = 0;
  while (isLast == 0) {
    refill();
    isLast = take(1);
    const kind = take(2);
    if (kind == 0) to = copyStored(to, inputEnd, outputEnd);
    else if (kind == 3 || !(kind == 1 ? useFixedCodes() : readCodes())) return REFUSED;
    else to = decode(to, output, inputEnd, outputEnd);
    if (to < 0) return REFUSED;
  }
  position -= <i32>(held >> 3);
  if (position + CHECKSUM_BYTES > inputEnd) return REFUSED;
  return bswap(load<u32>(position)) == adler32(output, to) ? to - output : REFUSED;
}

/** Method 8, a window of at most 32 KiB, no dictionary. @see RFC 1950, 2.2 */
function isZlibHeader(method: u32, flags: u32): bool {
  return (method & 15) == 8 && method >> 4 <= 7 && ((method << 8) | flags) % 31 == 0 && (flags & 32) == 0;
}

function copyStored(to: i32, inputEnd: i32, outputEnd: i32): i32 {
  position -= <i32>(held >> 3);
  bits = 0;
  held = 0;
  if (position + 4 > inputEnd) return REFUSED;
  const size: i32 = load<u16>(position);
  if (size != (load<u16>(position, 2) ^ 0xffff)) return REFUSED;
  position += 4;
  if (position + size > inputEnd || to + size > outputEnd) return REFUSED;
  memory.copy(to, position, size);
  position += size;
  return to + size;
}

function useFixedCodes(): bool {
  if (areFixed) return true;
  for (let i = 0; i < 288; i++) store<u8>(LENGTHS + i, i < 144 ? 8 : i < 256 ? 9 : i < 280 ? 7 : 8);
  buildTable(LENGTHS, 288, LITLEN, LITLEN_BITS, LITLEN_SYMBOLS, false);
  joinEntries();
  memory.fill(LENGTHS, 5, 32);
  buildTable(LENGTHS, 32, DISTANCES, DISTANCE_BITS, DISTANCE_SYMBOLS, false);
  areFixed = true;
  return true;
}

/** The order of the lengths of the precode's codes. */
const ORDER: i32 = <i32>memory.data<u8>([16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15]);
const END_OF_BLOCK: i32 = 256;

/** @see RFC 1951, 3.2.7 */
function readCodes(): bool {
  areFixed = false;
  const literals = 257 + take(5);
  const distances = 1 + take(5);
  const precodes = 4 + take(4);
  if (literals > 286 || distances > 30) return false;
  memory.fill(LENGTHS, 0, 19);
  for (let i = 0; i < precodes; i++) {
    refill();
    store<u8>(LENGTHS + load<u8>(ORDER + i), <u8>take(3));
  }
  if (!buildTable(LENGTHS, 19, DISTANCES, PRECODE_BITS, PRECODE_SYMBOLS, false)) return false;
  const count = literals + distances;
  let last: u8 = 0;
  for (let i = 0; i < count;) {
    refill();
    const entry = load<u64>(DISTANCES + 8 * (<i32>bits & ((1 << PRECODE_BITS) - 1)));
    take(<i32>entry & 63);
    const symbol = <i32>(entry >> 16);
    let times: i32 = 1;
    if (symbol < 16) last = <u8>symbol;
    else if (symbol > 16) {
      last = 0;
      times = symbol == 17 ? 3 + take(3) : 11 + take(7);
    } else {
      if (i == 0) return false;
      times = 3 + take(2);
    }
    if (i + times > count) return false;
    for (const end = i + times; i < end; i++) store<u8>(LENGTHS + i, last);
  }
  if (load<u8>(LENGTHS + END_OF_BLOCK) == 0) return false;
  if (!buildTable(LENGTHS + literals, distances, DISTANCES, DISTANCE_BITS, DISTANCE_SYMBOLS, true)) return false;
  if (!buildTable(LENGTHS, literals, LITLEN, LITLEN_BITS, LITLEN_SYMBOLS, false)) return false;
  joinEntries();
  return true;
}

function litlenOf(b: u64): u64 {
  return load<u64>(<i32>b & (((1 << LITLEN_BITS) - 1) << STALE_BITS), LITLEN);
}

/**
 * One block. The local bit buffer `b`, `h` of whose bits are held, begins with consumed bits, and `h` is right in its
 * lowest six bits only, which is all that shifts look at. An entry's literals are written before it is known whether
 * there are any.
 * @returns where the output ends, or −1.
 */
function decode(start: i32, output: i32, inputEnd: i32, outputEnd: i32): i32 {
  let from = position - <i32>(held >> 3);
  let h = held & 7;
  let b = (bits & ((1 << h) - 1)) << STALE_BITS;
  h += STALE_BITS;
  let to = start;
  const lastRefill = inputEnd + 8;
  for (;;) {
    if (from > lastRefill) return REFUSED;
    if (to > outputEnd) return REFUSED;
    b |= load<u64>(from) << h;
    from += <i32>(((h ^ 63) & 63) >> 3);
    h |= 56;
    let entry = litlenOf(b);
    store<u32>(to, <u32>(entry >> 32));
    to += (<i32>entry >> 14) & 3;
    if (!(entry & (MATCH | SPECIAL))) {
      b >>= entry;
      h -= entry;
      entry = litlenOf(b);
      store<u32>(to, <u32>(entry >> 32));
      to += (<i32>entry >> 14) & 3;
      if (!(entry & (MATCH | SPECIAL))) {
        b >>= entry;
        h -= entry;
        entry = litlenOf(b);
        store<u32>(to, <u32>(entry >> 32));
        to += (<i32>entry >> 14) & 3;
        if (!(entry & (MATCH | SPECIAL))) {
          b >>= entry;
          h -= entry;
          entry = litlenOf(b);
          store<u32>(to, <u32>(entry >> 32));
          to += (<i32>entry >> 14) & 3;
          if (!(entry & (MATCH | SPECIAL))) {
            b >>= entry;
            h -= entry;
            continue;
          }
        }
      }
      b |= load<u64>(from) << h;
      from += <i32>(((h ^ 63) & 63) >> 3);
      h |= 56;
    }
    if (entry & SPECIAL) {
      if (entry & SUBTABLE_BIT) {
        const index =
          (<i32>(entry >> 16) & 0x7fff) + (<i32>(b >> (LITLEN_BITS + STALE_BITS)) & ((1 << (<i32>entry)) - 1));
        entry = load<u64>(index << 3, LITLEN);
        store<u32>(to, <u32>(entry >> 32));
        to += (<i32>entry >> 14) & 3;
      }
      if (!(entry & MATCH)) {
        b >>= entry;
        h -= entry;
        if (!(entry & SPECIAL)) continue;
        if (entry & END_BIT) break;
        return REFUSED;
      }
    }
    const length = ((<i32>entry >> 16) & 511) + (<i32>(b >> (entry >> 8)) & ((<i32>entry >> 25) & 31));
    b >>= entry;
    h -= entry;
    entry = load<u64>(<i32>b & (((1 << DISTANCE_BITS) - 1) << STALE_BITS), DISTANCES);
    if (entry & SPECIAL) {
      if (!(entry & SUBTABLE_BIT)) return REFUSED;
      const index =
        (<i32>(entry >> 16) & 0x7fff) + (<i32>(b >> (DISTANCE_BITS + STALE_BITS)) & ((1 << (<i32>entry)) - 1));
      entry = load<u64>(index << 3, DISTANCES);
      if (entry & SPECIAL) return REFUSED;
    }
    const distance = (<i32>entry >> 16) + <i32>((b >> (entry >> 8)) & (entry >> 32));
    b >>= entry;
    h -= entry;
    let source = to - distance;
    if (source < output) return REFUSED;
    const end = to + length;
    if (distance >= 16) {
      do {
        v128.store(to, v128.load(source));
        to += 16;
        source += 16;
      } while (to < end);
    } else {
      const pattern = v128.swizzle(v128.load(source), v128.load(distance << 4, PATTERNS));
      const step: i32 = load<u8>(distance, STEPS);
      do {
        v128.store(to, pattern);
        to += step;
      } while (to < end);
    }
    to = end;
  }
  bits = b >> STALE_BITS;
  held = (h & 63) - STALE_BITS;
  position = from;
  return to > outputEnd ? REFUSED : to;
}
