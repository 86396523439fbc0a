/** Undoes the predictors of TIFF in place, row by row. @see Adobe, TIFF Revision 6.0, section 14; TIFF Technical Note 3 */

/** Unsigned arrays: sums wrap as they must, whatever the samples mean. */
type Words = Uint8Array | Uint16Array | Uint32Array | BigUint64Array;

/**
 * Predictor 2: each sample is stored as the difference to the one `samples` before it.
 * @param words  Samples in native byte order, rows of `width * samples`.
 */
export function undoHorizontal(words: Words, width: number, samples: number): void {
  const rowLength = width * samples;
  if (words instanceof BigUint64Array) return sumBig(words, rowLength, samples);
  for (let row = 0; row + rowLength <= words.length; row += rowLength) {
    if (samples === 1) sumRow(words, row, row + rowLength);
    else for (let i = row + samples; i < row + rowLength; i++) words[i] = words[i]! + words[i - samples]!;
  }
}

/** The running sum stays in a register; the array cuts it to its own width. */
function sumRow(words: Uint8Array | Uint16Array | Uint32Array, from: number, to: number): void {
  let sum = 0;
  for (let i = from; i < to; i++) {
    sum = (sum + words[i]!) | 0;
    words[i] = sum;
  }
}

/**
 * Predictor 2 of a block of one sample per pixel, undone on the way to where its numbers go: one pass instead of two.
 * @param source  Differences in native byte order, rows of `pitch`, from the block's first column.
 */
export function sumRowsInto(
  source: Uint8Array | Uint16Array | Uint32Array,
  pitch: number,
  data: Uint8Array | Uint16Array | Uint32Array,
  start: number,
  stride: number,
  width: number,
  height: number,
): void {
  for (let row = 0; row < height; row++) {
    const from = row * pitch;
    const to = start + row * stride;
    let sum = 0;
    for (let i = 0; i < width; i++) {
      sum = (sum + source[from + i]!) | 0;
      data[to + i] = sum;
    }
  }
}

function sumBig(words: BigUint64Array, rowLength: number, samples: number): void {
  for (let row = 0; row + rowLength <= words.length; row += rowLength)
    for (let i = row + samples; i < row + rowLength; i++) words[i] = words[i]! + words[i - samples]!;
}

/**
 * Predictor 3: the bytes of a row's floats stand in planes, the highest byte first, as differences byte by byte.
 * @returns the row's floats in little-endian order, whatever the file's byte order.
 */
export function undoFloatingPoint(bytes: Uint8Array, width: number, samples: number, sampleBytes: number): Uint8Array {
  const count = width * samples;
  const rowBytes = count * sampleBytes;
  const out = new Uint8Array(bytes.length);
  for (let row = 0; row + rowBytes <= bytes.length; row += rowBytes) {
    for (let i = row + samples; i < row + rowBytes; i++) bytes[i] = bytes[i]! + bytes[i - samples]!;
    for (let plane = 0; plane < sampleBytes; plane++) {
      let from = row + plane * count;
      for (let to = row + sampleBytes - 1 - plane; to < row + rowBytes; to += sampleBytes) out[to] = bytes[from++]!;
    }
  }
  return out;
}
