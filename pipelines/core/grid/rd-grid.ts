/** The correction grid of RD New as numbers: what `pipelines/io/rd-grid.ts` reads out of NSGI's files. */

/** A regular grid of nodes over Amersfoort's longitude and latitude; row 0 is the northernmost. */
export interface RdGridPart {
  /** Degrees at node (0, 0). */
  readonly west: number;
  readonly north: number;
  /** Degrees between nodes. */
  readonly lonStep: number;
  readonly latStep: number;
  readonly width: number;
  readonly height: number;
  /** Degrees to add, east and north, row-major, length `width * height`. */
  readonly lonShift: Float64Array;
  readonly latShift: Float64Array;
}

export interface RdGrid {
  /**
   * What adding the shift to a place on Amersfoort's ellipsoid leads to: `correction` (rdcorr2018) to the pseudo
   * Amersfoort of the similarity transformation, `transformation` (rdtrans2018) to ETRS89 itself.
   */
  readonly kind: 'correction' | 'transformation';
  /** The first that covers a place counts: finest first. */
  readonly parts: readonly RdGridPart[];
}

/** The bilinear shift at a place (degrees on Amersfoort's ellipsoid) into `out`; false where no part reaches. */
export function shiftAt(grid: RdGrid, lon: number, lat: number, out: Float64Array): boolean {
  for (const part of grid.parts) {
    const col = (lon - part.west) / part.lonStep;
    const row = (part.north - lat) / part.latStep;
    if (!(col >= 0 && row >= 0 && col <= part.width - 1 && row <= part.height - 1)) continue;
    const c = Math.min(Math.floor(col), part.width - 2);
    const r = Math.min(Math.floor(row), part.height - 2);
    const at = r * part.width + c;
    out[0] = bilinear(part.lonShift, at, part.width, col - c, row - r);
    out[1] = bilinear(part.latShift, at, part.width, col - c, row - r);
    return true;
  }
  return false;
}

function bilinear(values: Float64Array, at: number, width: number, u: number, v: number): number {
  const upper = values[at]! * (1 - u) + values[at + 1]! * u;
  const lower = values[at + width]! * (1 - u) + values[at + width + 1]! * u;
  return upper * (1 - v) + lower * v;
}
