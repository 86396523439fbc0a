/**
 * TIFF's LZW: codes of 9 to 12 bits from the highest bit down, growing one code early.
 * @see Adobe, TIFF Revision 6.0, section 13
 */
const CLEAR = 256;
const END = 257;
const FIRST_FREE = 258;
const MAX_CODES = 4096;

/**
 * The string of a code is the one before it and one byte more, so it stands in the output already: where it begins and
 * how long it is suffices, and no chain has to be followed.
 */
const starts = new Uint32Array(MAX_CODES);
const lengths = new Uint32Array(MAX_CODES);

/**
 * Decodes into `out` until it is full or the data end.
 * @returns bytes written; -1 where the data are not LZW (a code that cannot be).
 */
export function decodeLzw(data: Uint8Array, out: Uint8Array): number {
  const size = out.length;
  const end = data.length;
  let held = 0;
  let heldBits = 0;
  let at = 0;
  let width = 9;
  let next = FIRST_FREE;
  let written = 0;
  /** Where the string before begins; its length is 0 after a clear code. */
  let start = 0;
  let length = 0;
  while (written < size) {
    while (heldBits < width) {
      if (at >= end) return written;
      held = ((held << 8) | data[at++]!) & 0xffffff;
      heldBits += 8;
    }
    heldBits -= width;
    const code = (held >> heldBits) & ((1 << width) - 1);
    if (code === END) return written;
    if (code === CLEAR) {
      width = 9;
      next = FIRST_FREE;
      length = 0;
      continue;
    }
    if (length > 0 && next < MAX_CODES) {
      starts[next] = start;
      lengths[next] = length + 1;
      next++;
      if (next + 1 >= 1 << width && width < 12) width++;
    }
    start = written;
    if (code < 256) {
      out[written++] = code;
      length = 1;
      continue;
    }
    if (code >= next) return -1;
    length = lengths[code]!;
    // Forwards and byte by byte: a code that is only now being defined ends with its own first byte.
    const stop = Math.min(size, written + length);
    for (let from = starts[code]!; written < stop;) out[written++] = out[from++]!;
  }
  return written;
}
