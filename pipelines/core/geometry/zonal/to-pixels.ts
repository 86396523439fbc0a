/** Polygons from their own CRS into the pixels of a grid, edges bent as the change of CRS bends them. */
import { apply, invert } from '../../grid/affine.ts';
import type { Affine } from '../../grid/affine.ts';
import { createTransform } from '../../grid/crs.ts';
import type { CoordinateTransform } from '../../grid/crs.ts';
import { PlatformError } from '../../errors.ts';
import type { PolygonSet } from './polygons.ts';

export interface PixelGrid {
  readonly transform: Affine;
  readonly epsg: number;
}

/** An edge departs by no more than this from the line that it is in its own CRS, in pixels. */
const MAX_BEND_PIXELS = 1e-3;
const MOST_PIECES = 4096;
/** Edges longer than this, in pixels, are looked at in three places: the middle alone may lie on an S-shaped bend. */
const LONG_EDGE_PIXELS = 64;

/**
 * The same polygons with `x` = column and `y` = row, pixel corners at whole numbers. An edge is straight in the CRS of
 * `epsg`; where it is not in the grid's, positions are put on it until it keeps to its line within 0.001 pixel. What
 * has no place in the grid's CRS becomes NaN.
 * @throws {PlatformError} `crs-unsupported`; `format-damaged` for a grid without area
 */
export function toPixels(set: PolygonSet, epsg: number, grid: PixelGrid): PolygonSet {
  const inverse = invert(grid.transform);
  if (!inverse) throw new PlatformError('format-damaged', 'The raster’s transform makes pixels without area');
  const coordinates = set.coordinates.slice();
  if (epsg === grid.epsg) {
    applyAll(inverse, coordinates);
    return { ...set, coordinates };
  }
  const transform = createTransform(epsg, grid.epsg);
  transform.transform(coordinates);
  applyAll(inverse, coordinates);
  return densify(set, coordinates, transform, inverse);
}

/**
 * Moves zones that lie beside a raster of longitudes by a whole turn where that brings them onto it: rasters of the
 * globe may run from 0 to 360 degrees.
 * @param turn  360 degrees in columns.
 */
export function turnOnto(set: PolygonSet, width: number, turn: number): void {
  const { coordinates, ringStarts, polygonStarts, zoneStarts } = set;
  for (let zone = 0; zone + 1 < zoneStarts.length; zone++) {
    const start = ringStarts[polygonStarts[zoneStarts[zone]!]!]!;
    const end = ringStarts[polygonStarts[zoneStarts[zone + 1]!]!]!;
    let [min, max] = [Infinity, -Infinity];
    for (let i = start; i < end; i++) {
      min = Math.min(min, coordinates[2 * i]!);
      max = Math.max(max, coordinates[2 * i]!);
    }
    const meets = (shift: number) => max + shift > 0 && min + shift < width;
    const shift = [0, turn, -turn].find(meets) ?? 0;
    if (shift !== 0) for (let i = start; i < end; i++) coordinates[2 * i]! += shift;
  }
}

function applyAll(t: Affine, xy: Float64Array): void {
  const [a, b, c, d, e, f] = t;
  for (let i = 0; i < xy.length; i += 2) {
    const [x, y] = [xy[i]!, xy[i + 1]!];
    xy[i] = a * x + b * y + c;
    xy[i + 1] = d * x + e * y + f;
  }
}

/** The position after `i` in its ring. */
function nextOf(i: number, start: number, end: number): number {
  return i + 1 === end ? start : i + 1;
}

function densify(set: PolygonSet, pixels: Float64Array, transform: CoordinateTransform, inverse: Affine): PolygonSet {
  const pieces = countPieces(set, pixels, transform, inverse);
  let total = 0;
  for (let i = 0; i < pieces.length; i++) total += pieces[i]!;
  if (total === pieces.length) return { ...set, coordinates: pixels as Float64Array<ArrayBuffer> };
  const { coordinates: xy, ringStarts } = set;
  const out = new Float64Array(2 * total);
  const starts = new Uint32Array(ringStarts.length);
  let n = 0;
  for (let r = 0; r + 1 < ringStarts.length; r++) {
    const [start, end] = [ringStarts[r]!, ringStarts[r + 1]!];
    for (let i = start; i < end; i++) {
      const j = nextOf(i, start, end);
      for (let k = 0; k < pieces[i]!; k++) {
        const share = k / pieces[i]!;
        out[n++] = xy[2 * i]! + (xy[2 * j]! - xy[2 * i]!) * share;
        out[n++] = xy[2 * i + 1]! + (xy[2 * j + 1]! - xy[2 * i + 1]!) * share;
      }
    }
    starts[r + 1] = n / 2;
  }
  transform.transform(out);
  applyAll(inverse, out);
  return { ...set, coordinates: out, ringStarts: starts };
}

/** Into how many pieces the edge that begins at each position is cut. The bend of a piece falls with its square. */
function countPieces(
  set: PolygonSet,
  pixels: Float64Array,
  transform: CoordinateTransform,
  inverse: Affine,
): Uint16Array {
  const { coordinates: xy, ringStarts } = set;
  const middles = new Float64Array(xy.length);
  eachEdge(ringStarts, (i, j) => {
    middles[2 * i] = (xy[2 * i]! + xy[2 * j]!) / 2;
    middles[2 * i + 1] = (xy[2 * i + 1]! + xy[2 * j + 1]!) / 2;
  });
  transform.transform(middles);
  applyAll(inverse, middles);
  const pieces = new Uint16Array(xy.length / 2);
  eachEdge(ringStarts, (i, j) => {
    const [x0, y0, x1, y1] = [pixels[2 * i]!, pixels[2 * i + 1]!, pixels[2 * j]!, pixels[2 * j + 1]!];
    let bend = Math.hypot(middles[2 * i]! - (x0 + x1) / 2, middles[2 * i + 1]! - (y0 + y1) / 2);
    if (Math.hypot(x1 - x0, y1 - y0) > LONG_EDGE_PIXELS)
      for (const share of [0.25, 0.75]) {
        const at = (from: number) => xy[2 * i + from]! + (xy[2 * j + from]! - xy[2 * i + from]!) * share;
        const [x, y] = apply(inverse, ...transform.point(at(0), at(1)));
        bend = Math.max(bend, Math.hypot(x - x0 - (x1 - x0) * share, y - y0 - (y1 - y0) * share));
      }
    pieces[i] = bend > MAX_BEND_PIXELS ? Math.min(MOST_PIECES, Math.ceil(Math.sqrt(bend / MAX_BEND_PIXELS))) : 1;
  });
  return pieces;
}

function eachEdge(ringStarts: Uint32Array, visit: (i: number, j: number) => void): void {
  for (let r = 0; r + 1 < ringStarts.length; r++) {
    const [start, end] = [ringStarts[r]!, ringStarts[r + 1]!];
    for (let i = start; i < end; i++) visit(i, nextOf(i, start, end));
  }
}
