/** Windows of a raster with the pixels around them that a filter looks at. */

export interface Frame {
  /** Pixels of the result. */
  readonly width: number;
  readonly height: number;
  /** Pixels around the result on each side that the input has. */
  readonly halo: number;
  /** Where the result's first pixel lies in the raster; sums are grouped by it, so that windows join without seams. */
  readonly col: number;
  readonly row: number;
}

/** Pixels of the input in a row: result and halo. */
export function strideOf({ width, halo }: Frame): number {
  return width + 2 * halo;
}

/** Length of an input of this frame. */
export function inputLength(frame: Frame): number {
  return strideOf(frame) * (frame.height + 2 * frame.halo);
}
