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
  for (let row = 0; row + rowLength <= words.length; row += rowLength)
    for (let sample = 0; sample < samples; sample++) sumRow(words, row + sample, row + rowLength, samples);
}

/** The running sum stays in a register; the array cuts it to its own width. */
function sumRow(words: Uint8Array | Uint16Array | Uint32Array, from: number, to: number, step: number): void {
  let sum = 0;
  for (let i = from; i < to; i += step) {
    sum = (sum + words[i]!) | 0;
    words[i] = sum;
  }
}

/**
 * Predictor 2 of one sample of a block, undone on the way to where its numbers go: one pass instead of two or three.
 * @param source  Differences in native byte order, rows of `pitch` pixels of `samples`, from the block's first column.
 */
export function sumRowsInto(
  source: Uint8Array | Uint16Array | Uint32Array,
  sample: number,
  samples: number,
  pitch: number,
  data: Uint8Array | Uint16Array | Uint32Array,
  start: number,
  stride: number,
  width: number,
  height: number,
): void {
  for (let row = 0; row < height; row++) {
    let from = row * pitch * samples + sample;
    const to = start + row * stride;
    const end = to + width;
    let sum = 0;
    for (let i = to; i < end; i++) {
      sum = (sum + source[from]!) | 0;
      data[i] = sum;
      from += samples;
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
    for (let sample = 0; sample < samples; sample++) sumRow(bytes, row + sample, row + rowBytes, samples);
    if (sampleBytes === 4) joinPlanes(bytes, row, count, new Uint32Array(out.buffer, row, count));
    else spreadPlanes(bytes, row, count, sampleBytes, out);
  }
  return out;
}

/** Four planes of bytes → words: one write per number instead of four. */
function joinPlanes(bytes: Uint8Array, row: number, count: number, words: Uint32Array): void {
  const second = row + count;
  const third = second + count;
  const fourth = third + count;
  for (let i = 0; i < count; i++)
    words[i] = (bytes[row + i]! << 24) | (bytes[second + i]! << 16) | (bytes[third + i]! << 8) | bytes[fourth + i]!;
}

function spreadPlanes(bytes: Uint8Array, row: number, count: number, sampleBytes: number, out: Uint8Array): void {
  const end = row + count * sampleBytes;
  for (let plane = 0; plane < sampleBytes; plane++) {
    let from = row + plane * count;
    for (let to = row + sampleBytes - 1 - plane; to < end; to += sampleBytes) out[to] = bytes[from++]!;
  }
}
