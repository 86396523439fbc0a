/**
 * TIFF's LZW: codes of 9 to 12 bits from the highest bit down, growing one code early.
 * @see Adobe, TIFF Revision 6.0, section 13
 */
const CLEAR = 256;
const END = 257;
const FIRST_FREE = 258;
const MAX_CODES = 4096;

const prefix = new Uint16Array(MAX_CODES);
const suffix = new Uint8Array(MAX_CODES);
const lengths = new Uint16Array(MAX_CODES);
for (let i = 0; i < 256; i++) {
  suffix[i] = i;
  lengths[i] = 1;
}

/**
 * Decodes into `out` until it is full or the data ends.
 * @returns bytes written; -1 where the data are not LZW (a code that cannot be).
 */
export function decodeLzw(data: Uint8Array, out: Uint8Array): number {
  const size = out.length;
  let bitBuffer = 0;
  let bitCount = 0;
  let at = 0;
  let width = 9;
  let next = FIRST_FREE;
  let previous = -1;
  let written = 0;
  while (written < size) {
    while (bitCount < width) {
      if (at >= data.length) return written;
      bitBuffer = ((bitBuffer << 8) | data[at++]!) & 0xffffff;
      bitCount += 8;
    }
    bitCount -= width;
    const code = (bitBuffer >> bitCount) & ((1 << width) - 1);
    if (code === END) return written;
    if (code === CLEAR) {
      width = 9;
      next = FIRST_FREE;
      previous = -1;
      continue;
    }
    if (code >= next + (previous < 0 ? 0 : 1) || (previous < 0 && code > 255)) return -1;
    if (previous >= 0 && next < MAX_CODES) {
      // A code that is only now being defined repeats the first byte of the string before it.
      prefix[next] = previous;
      lengths[next] = lengths[previous]! + 1;
      let first = code === next ? previous : code;
      while (first > 255) first = prefix[first]!;
      suffix[next] = first;
      next++;
    }
    if (code >= next) return -1;
    written += writeString(code, out, written, size);
    previous = code;
    if (next + 1 >= 1 << width && width < 12) width++;
  }
  return written;
}

/** Strings are chained from their end; what does not fit any more is left out. */
function writeString(code: number, out: Uint8Array, from: number, size: number): number {
  const length = lengths[code]!;
  let at = from + length - 1;
  let c = code;
  for (; at >= size; at--) c = prefix[c]!;
  for (; at > from; at--) {
    out[at] = suffix[c]!;
    c = prefix[c]!;
  }
  out[from] = suffix[c]!;
  return Math.min(length, size - from);
}
