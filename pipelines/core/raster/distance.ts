/** The distance from every pixel to the nearest one that is set, in metres, exactly and in O(1) a pixel. */
import { dilationHalo, rowGaps } from './dilate.ts';
import type { PixelSize } from './dilate.ts';

/**
 * Euclidean distances between centres, up to a limit.
 * @param set  Not 0 = set, row-major, `width` columns; beyond its edges nothing is set.
 * @param limitMetres  What is farther, or has nothing to be far from, gets this.
 * @param into  Receives the distances. Default: new memory.
 * @see P. Felzenszwalb, D. Huttenlocher, Distance Transforms of Sampled Functions, 2012: the lower envelope of parabolas
 */
export function distances(
  set: Uint8Array,
  width: number,
  limitMetres: number,
  pixel: PixelSize,
  into: Float32Array = new Float32Array(set.length),
): Float32Array {
  const far = dilationHalo(limitMetres, pixel).rows + 1;
  const gaps = rowGaps(set, width, far);
  const roots = new Int32Array(width); // columns whose parabolas are lowest somewhere
  const starts = new Float64Array(width + 1); // from which column on, in pixels
  const aspect = (pixel.height / pixel.width) ** 2;
  for (let start = 0; start < set.length; start += width) {
    const count = envelope(gaps, start, width, far, aspect, roots, starts);
    if (count === 0) {
      into.fill(limitMetres, start, start + width);
      continue;
    }
    for (let col = 0, k = 0; col < width; col++) {
      while (k + 1 < count && starts[k + 1]! <= col) k++;
      const across = (col - roots[k]!) * pixel.width;
      const down = gaps[start + roots[k]!]! * pixel.height;
      const metres = Math.sqrt(across * across + down * down);
      into[start + col] = metres < limitMetres ? metres : limitMetres;
    }
  }
  return into;
}

/** The lowest of the parabolas (col − root)² + aspect · gap² over the columns of a row; how many there are. */
function envelope(
  gaps: Uint16Array | Uint32Array,
  start: number,
  width: number,
  far: number,
  aspect: number,
  roots: Int32Array,
  starts: Float64Array,
): number {
  let count = 0;
  for (let col = 0; col < width; col++) {
    const gap = gaps[start + col]!;
    if (gap >= far) continue;
    const height = aspect * gap * gap + col * col;
    let from = -Infinity;
    while (count > 0) {
      const root = roots[count - 1]!;
      const other = gaps[start + root]!;
      from = (height - aspect * other * other - root * root) / (2 * (col - root));
      if (from > starts[count - 1]!) break;
      count--;
      from = -Infinity;
    }
    roots[count] = col;
    starts[count++] = from;
  }
  return count;
}
