/**
 * Decodes PackBits into `out` until it is full or the data ends.
 * @returns bytes written.
 * @see Adobe, TIFF Revision 6.0, section 9
 */
export function decodePackbits(data: Uint8Array, out: Uint8Array): number {
  let at = 0;
  let written = 0;
  while (at < data.length && written < out.length) {
    const head = (data[at++]! << 24) >> 24;
    if (head === -128) continue;
    if (head >= 0) {
      const n = Math.min(head + 1, data.length - at, out.length - written);
      out.set(data.subarray(at, at + n), written);
      at += head + 1;
      written += n;
    } else {
      const n = Math.min(1 - head, out.length - written);
      if (at >= data.length) break;
      out.fill(data[at++]!, written, written + n);
      written += n;
    }
  }
  return written;
}
