/**
 * Pixel ↔ CRS as a 6-tuple `[a, b, c, d, e, f]` in the order of the `affine` library (not GDAL's order):
 *
 *     x = a·col + b·row + c        y = d·col + e·row + f
 *
 * `(col, row)` is a pixel's corner; its centre is at `(col + 0.5, row + 0.5)`. North-up rasters have
 * `b = d = 0`, `a > 0`, `e < 0`.
 */
export type Affine = readonly [a: number, b: number, c: number, d: number, e: number, f: number];

export function apply(t: Affine, col: number, row: number): [x: number, y: number] {
  return [t[0] * col + t[1] * row + t[2], t[3] * col + t[4] * row + t[5]];
}

/** The transform that applies `inner` first, then `outer`. */
export function compose(outer: Affine, inner: Affine): Affine {
  const [a, b, c, d, e, f] = outer;
  const [g, h, i, j, k, l] = inner;
  return [a * g + b * j, a * h + b * k, a * i + b * l + c, d * g + e * j, d * h + e * k, d * i + e * l + f];
}

/** CRS → pixel. A transform without area (determinant 0) has no inverse: null. */
export function invert(t: Affine): Affine | null {
  const [a, b, c, d, e, f] = t;
  const det = a * e - b * d;
  if (det === 0 || !Number.isFinite(det)) return null;
  const ra = e / det;
  const rb = -b / det;
  const rd = -d / det;
  const re = a / det;
  return [ra, rb, -(ra * c + rb * f), rd, re, -(rd * c + re * f)];
}

/** The transform of a window whose upper left pixel is `(col, row)` of the parent. */
export function translate(t: Affine, col: number, row: number): Affine {
  const [x, y] = apply(t, col, row);
  return [t[0], t[1], x, t[3], t[4], y];
}

/** The transform of the same area in pixels `factorX` × `factorY` times as large (an overview's). */
export function scale(t: Affine, factorX: number, factorY: number = factorX): Affine {
  return [t[0] * factorX, t[1] * factorY, t[2], t[3] * factorX, t[4] * factorY, t[5]];
}

/** GDAL's order: `[x0, dx/dcol, dx/drow, y0, dy/dcol, dy/drow]`. */
export function toGdal(t: Affine): [number, number, number, number, number, number] {
  return [t[2], t[0], t[1], t[5], t[3], t[4]];
}

export function fromGdal(g: readonly number[]): Affine {
  return [g[1]!, g[2]!, g[0]!, g[4]!, g[5]!, g[3]!];
}

export function isNorthUp(t: Affine): boolean {
  return t[1] === 0 && t[3] === 0 && t[0] > 0 && t[4] < 0;
}
