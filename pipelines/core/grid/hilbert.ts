/**
 * Position of a cell along the Hilbert curve over a square of 2^level × 2^level cells: neighbours on the curve are
 * neighbours in space. The curve is that of PMTiles: it starts at cell (0, 0).
 * @see https://github.com/protomaps/PMTiles/blob/main/spec/v3/spec.md, section 4.1
 */

/** `DIGIT[state * 4 + 2 * bitX + bitY]` is the quarter along the curve; `NEXT` the orientation inside it. */
const DIGIT = new Uint8Array(16);
const NEXT = new Uint8Array(16);
/** The same by quarter: `QUARTER[state * 4 + digit]` is `2 * bitX + bitY`. */
const QUARTER = new Uint8Array(16);
for (let state = 0; state < 4; state++)
  for (let quarter = 0; quarter < 4; quarter++) {
    const swapped = (state & 1) === 1;
    const flipped = (state & 2) === 2;
    let x = quarter >> 1;
    let y = quarter & 1;
    if (flipped) [x, y] = [1 - x, 1 - y];
    if (swapped) [x, y] = [y, x];
    const digit = (3 * x) ^ y;
    // A quarter in the row of the start turns the curve inside it; one at the far end flips it as well.
    const next = y === 1 ? state : x === 1 ? state ^ 3 : state ^ 1;
    DIGIT[state * 4 + quarter] = digit;
    NEXT[state * 4 + quarter] = next;
    QUARTER[state * 4 + digit] = quarter;
  }

/** Levels whose position fits in the bits of an integer; the rest is added as a double. */
const INTEGER_LEVELS = 15;

/** @param level  0 to 26: the position stays below 2^53. */
export function hilbertPosition(level: number, x: number, y: number): number {
  let state = 0;
  let high = 0;
  let low = 0;
  const split = level > INTEGER_LEVELS ? level - INTEGER_LEVELS : 0;
  for (let bit = level - 1; bit >= split; bit--) {
    const at = (state << 2) | (((x >> bit) & 1) << 1) | ((y >> bit) & 1);
    high = (high << 2) | DIGIT[at]!;
    state = NEXT[at]!;
  }
  for (let bit = split - 1; bit >= 0; bit--) {
    const at = (state << 2) | (((x >> bit) & 1) << 1) | ((y >> bit) & 1);
    low = (low << 2) | DIGIT[at]!;
    state = NEXT[at]!;
  }
  return high * 4 ** split + low;
}

/** The cell at a position: the inverse of `hilbertPosition`. */
export function hilbertCell(level: number, position: number): [x: number, y: number] {
  let state = 0;
  let x = 0;
  let y = 0;
  let rest = position;
  for (let bit = level - 1; bit >= 0; bit--) {
    const size = 4 ** bit;
    const digit = Math.floor(rest / size);
    rest -= digit * size;
    const quarter = QUARTER[(state << 2) | digit]!;
    x |= (quarter >> 1) << bit;
    y |= (quarter & 1) << bit;
    state = NEXT[(state << 2) | quarter]!;
  }
  return [x, y];
}
