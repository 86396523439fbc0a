/**
 * Lines of equal height through a lattice of heights: marching squares, a saddle by the mean of its four corners, as GDAL
 * has it. A height that is just a level's counts as above it.
 * @see Lorensen and Cline 1987, Marching cubes, SIGGRAPH 21(4), https://doi.org/10.1145/37402.37422
 */
import { PlatformError } from '../errors.ts';

export interface ContourLine {
  /** The height, in the unit of the heights. */
  readonly level: number;
  /** Column and row of each vertex in turn, in nodes of the lattice (0 = the first); a ring ends where it begins. */
  readonly points: Float64Array;
}

/** Pieces of lines between two sides of a cell: half a million are some 20 MB of GeoJSON. */
const MOST_PIECES = 2 ** 19;
const [TOP, RIGHT, BOTTOM, LEFT] = [0, 1, 2, 3] as const;
/** By which corners are above (upper left 1, upper right 2, lower right 4, lower left 8): the sides that pieces join. */
const PIECES: readonly (readonly number[])[] = [
  [],
  [TOP, LEFT],
  [TOP, RIGHT],
  [LEFT, RIGHT],
  [RIGHT, BOTTOM],
  [TOP, RIGHT, LEFT, BOTTOM], // a saddle that is above in its middle; 10 where it is below
  [TOP, BOTTOM],
  [LEFT, BOTTOM],
  [LEFT, BOTTOM],
  [TOP, BOTTOM],
  [TOP, LEFT, RIGHT, BOTTOM], // likewise; 5 where it is below
  [RIGHT, BOTTOM],
  [LEFT, RIGHT],
  [TOP, RIGHT],
  [TOP, LEFT],
  [],
];

/**
 * The lines at all whole multiples of an interval, lowest first. No line goes through a cell with a corner without height.
 * @param heights  Row-major, `width · height`; NaN = none.
 * @throws {PlatformError} `too-large` where the interval is too small for so much ground
 */
export function contourLines(
  heights: Float32Array,
  { width, height }: { readonly width: number; readonly height: number },
  interval: number,
): ContourLine[] {
  const pieces = findPieces(heights, width, height, interval);
  return [...pieces.keys()]
    .sort((a, b) => a - b)
    .flatMap((k) => {
      const level = k * interval;
      return joinPieces(pieces.get(k)!).map((sides) => ({ level, points: placeOf(sides, heights, width, level) }));
    });
}

/** By number of the level: pairs of sides. Side 2n leads from node n to the right, 2n + 1 down. */
function findPieces(heights: Float32Array, width: number, height: number, interval: number): Map<number, number[]> {
  const pieces = new Map<number, number[]>();
  let count = 0;
  for (let row = 0; row + 1 < height; row++)
    for (let col = 0; col + 1 < width; col++) {
      const node = row * width + col;
      const [a, b] = [heights[node]!, heights[node + 1]!];
      const [c, d] = [heights[node + width + 1]!, heights[node + width]!];
      const sum = a + b + c + d;
      if (sum !== sum) continue;
      const first = Math.floor(Math.min(a, b, c, d) / interval) + 1;
      const last = Math.floor(Math.max(a, b, c, d) / interval);
      for (let k = first; k <= last; k++) {
        const level = k * interval;
        let above = (a >= level ? 1 : 0) | (b >= level ? 2 : 0) | (c >= level ? 4 : 0) | (d >= level ? 8 : 0);
        if ((above === 5 || above === 10) && sum < 4 * level) above = 15 - above;
        const sides = [2 * node, 2 * node + 3, 2 * (node + width), 2 * node + 1];
        let found = pieces.get(k);
        if (!found) pieces.set(k, (found = []));
        for (const side of PIECES[above]!) found.push(sides[side]!);
        if (++count > MOST_PIECES)
          throw new PlatformError(
            'too-large',
            `Contour lines every ${interval} are more than ${MOST_PIECES} pieces here; take a larger interval or a smaller place`,
            { detail: { parameter: 'interval', value: String(interval) } },
          );
      }
    }
  return pieces;
}

/** Pieces that share a side are one line: open ones from their end, then the rings. */
function joinPieces(pieces: readonly number[]): number[][] {
  const [one, two] = [new Map<number, number>(), new Map<number, number>()];
  for (let i = 0; i < pieces.length; i++) (one.has(pieces[i]!) ? two : one).set(pieces[i]!, i >> 1);
  const isUsed = new Uint8Array(pieces.length >> 1);
  const walk = (start: number): number[] => {
    const line = [start];
    for (let side = start; ;) {
      const [p, q] = [one.get(side)!, two.get(side)];
      const piece = isUsed[p] === 0 ? p : q;
      if (piece === undefined || isUsed[piece] === 1) return line;
      isUsed[piece] = 1;
      side = pieces[2 * piece] === side ? pieces[2 * piece + 1]! : pieces[2 * piece]!;
      line.push(side);
    }
  };
  const ends = [...one.keys()].filter((side) => !two.has(side));
  const lines: number[][] = [];
  for (const side of [...ends, ...two.keys()]) {
    const line = walk(side);
    if (line.length > 1) lines.push(line);
  }
  return lines;
}

function placeOf(sides: readonly number[], heights: Float32Array, width: number, level: number): Float64Array {
  const points = new Float64Array(2 * sides.length);
  sides.forEach((side, i) => {
    const [node, isDown] = [side >> 1, side & 1];
    const from = heights[node]!;
    const share = (level - from) / (heights[node + (isDown ? width : 1)]! - from);
    points[2 * i] = (node % width) + (isDown ? 0 : share);
    points[2 * i + 1] = Math.floor(node / width) + (isDown ? share : 0);
  });
  return points;
}

/**
 * A picture of the lines, a pixel wide: the level where the ground to the right or below lies beyond it; NaN elsewhere.
 * @param heights  With a pixel more on each side, row-major, `(width + 2) · (height + 2)`.
 */
export function contourPixels(
  heights: Float32Array,
  { width, height }: { readonly width: number; readonly height: number },
  interval: number,
): Float32Array {
  const stride = width + 2;
  const out = new Float32Array(width * height).fill(NaN);
  for (let row = 0; row < height; row++)
    for (let col = 0; col < width; col++) {
      const at = (row + 1) * stride + col + 1;
      const here = Math.floor(heights[at]! / interval);
      const right = Math.floor(heights[at + 1]! / interval);
      const below = Math.floor(heights[at + stride]! / interval);
      const isRight = differs(here, right);
      const isBelow = differs(here, below);
      if (!isRight && !isBelow) continue;
      out[row * width + col] = Math.max(here, isRight ? right : here, isBelow ? below : here) * interval;
    }
  return out;
}

/** Never from what has no height (NaN): nothing is drawn along an edge of the data. */
function differs(a: number, b: number): boolean {
  return Math.abs(a - b) > 0;
}
