/** The nodes of a warp: an even lattice over the target with the exact source position at each node. */
import type { Affine } from '../grid/affine.ts';
import type { CoordinateTransform } from '../grid/crs.ts';

export interface Lattice {
  /** Cells; there is one node more in each direction. */
  readonly cols: number;
  readonly rows: number;
  /** Size of a cell in target pixels. */
  readonly stepX: number;
  readonly stepY: number;
  /** Source column and row of each node, row-major, length `(cols + 1) * (rows + 1)`. */
  readonly x: Float64Array;
  readonly y: Float64Array;
}

/** An empty lattice over `width` × `height` target pixels. */
export function lattice(cols: number, rows: number, width: number, height: number): Lattice {
  const n = (cols + 1) * (rows + 1);
  return {
    cols,
    rows,
    stepX: width / cols,
    stepY: height / rows,
    x: new Float64Array(n),
    y: new Float64Array(n),
  };
}

/** Fills the nodes: target pixel → target CRS → source CRS → source pixel. NaN where there is no such place. */
export function evaluate(
  grid: Lattice,
  targetTransform: Affine,
  transform: CoordinateTransform,
  toSource: Affine,
): Lattice {
  const { cols, rows, stepX, stepY, x, y } = grid;
  const [a, b, c, d, e, f] = targetTransform;
  const xy = new Float64Array(2 * x.length);
  let k = 0;
  for (let j = 0; j <= rows; j++)
    for (let i = 0; i <= cols; i++) {
      const [col, row] = [i * stepX, j * stepY];
      xy[k++] = a * col + b * row + c;
      xy[k++] = d * col + e * row + f;
    }
  transform.transform(xy);
  const [p, q, r, s, t, u] = toSource;
  for (let n = 0; n < x.length; n++) {
    const [px, py] = [xy[2 * n]!, xy[2 * n + 1]!];
    x[n] = p * px + q * py + r;
    y[n] = s * px + t * py + u;
  }
  return grid;
}

/**
 * The largest distance, in source pixels, between linear interpolation of `coarse` and the exact nodes of `fine`,
 * which has twice its cells. Cells that do not meet the source's `width` × `height` are of no concern. Infinity where
 * a cell that does has nodes with and without a place.
 */
export function interpolationError(coarse: Lattice, fine: Lattice, width: number, height: number): number {
  const stride = coarse.cols + 1;
  const fineStride = fine.cols + 1;
  let worst = 0;
  for (let j = 0; j < coarse.rows; j++)
    for (let i = 0; i < coarse.cols; i++) {
      const at = j * stride + i;
      const middle = (2 * j + 1) * fineStride + 2 * i + 1;
      const error = cellError(coarse, fine, at, middle, stride, fineStride, width, height);
      if (error > worst) worst = error;
    }
  return worst;
}

function cellError(
  coarse: Lattice,
  fine: Lattice,
  at: number,
  middle: number,
  stride: number,
  fineStride: number,
  width: number,
  height: number,
): number {
  const { x, y } = coarse;
  const [x0, x1, x2, x3] = [x[at]!, x[at + 1]!, x[at + stride]!, x[at + stride + 1]!];
  const [y0, y1, y2, y3] = [y[at]!, y[at + 1]!, y[at + stride]!, y[at + stride + 1]!];
  const span = Math.hypot(x3 - x0, y3 - y0) + Math.hypot(x2 - x1, y2 - y1);
  if (Number.isNaN(span)) return torn(fine, middle, fineStride) ? Infinity : 0;
  const outside =
    Math.min(x0, x1, x2, x3) > width + span ||
    Math.max(x0, x1, x2, x3) < -span ||
    Math.min(y0, y1, y2, y3) > height + span ||
    Math.max(y0, y1, y2, y3) < -span;
  if (outside) return 0;
  const miss = (k: number, mx: number, my: number) => {
    const d = Math.hypot(fine.x[k]! - mx, fine.y[k]! - my);
    return Number.isNaN(d) ? Infinity : d;
  };
  return Math.max(
    miss(middle, (x0 + x1 + x2 + x3) / 4, (y0 + y1 + y2 + y3) / 4),
    miss(middle - fineStride, (x0 + x1) / 2, (y0 + y1) / 2),
    miss(middle + fineStride, (x2 + x3) / 2, (y2 + y3) / 2),
    miss(middle - 1, (x0 + x2) / 2, (y0 + y2) / 2),
    miss(middle + 1, (x1 + x3) / 2, (y1 + y3) / 2),
  );
}

/** Whether a cell (nine nodes of the fine lattice) has nodes with a place beside nodes without. */
function torn(fine: Lattice, middle: number, fineStride: number): boolean {
  for (let dj = -1; dj <= 1; dj++)
    for (let di = -1; di <= 1; di++) if (Number.isFinite(fine.x[middle + dj * fineStride + di])) return true;
  return false;
}
