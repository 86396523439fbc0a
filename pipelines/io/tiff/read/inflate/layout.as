// Where things lie in the module's memory, in bytes. Data of the compiler's own come first, blocks after 128 KiB.

/** Bits that the table of literals and lengths is looked up by; longer codes continue in a table of their own. */
export const LITLEN_BITS: i32 = 11;
export const DISTANCE_BITS: i32 = 8;
export const PRECODE_BITS: i32 = 7;
/** More than the continuing tables of 288 symbols take: one of 2ⁿ entries needs n + 1 codes at least. */
const LITLEN_ENTRIES: i32 = (1 << LITLEN_BITS) + 1152;
const DISTANCE_ENTRIES: i32 = (1 << DISTANCE_BITS) + 512;

/** u64 each; see `entries.ts`. */
export const LITLEN: i32 = 4096;
export const DISTANCES: i32 = LITLEN + 8 * LITLEN_ENTRIES;
/** The entry of each symbol before the length of its code is known. */
export const LITLEN_SYMBOLS: i32 = DISTANCES + 8 * DISTANCE_ENTRIES;
export const DISTANCE_SYMBOLS: i32 = LITLEN_SYMBOLS + 8 * 288;
export const PRECODE_SYMBOLS: i32 = DISTANCE_SYMBOLS + 8 * 32;
/** For each distance below 16 the order in which bytes repeat (v128), and how many of 16 are whole repetitions (u8). */
export const PATTERNS: i32 = PRECODE_SYMBOLS + 8 * 20;
export const STEPS: i32 = PATTERNS + 16 * 16;
/** u8: lengths of the codes being read, all symbols behind each other. */
export const LENGTHS: i32 = STEPS + 16;
/** u16: symbols by length of code. */
export const SORTED: i32 = LENGTHS + 512;
/** u32: how many codes there are of each length, and where the next of them is sorted to. */
export const COUNTS: i32 = SORTED + 640;
export const PLACES: i32 = COUNTS + 64;
