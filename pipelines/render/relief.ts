/** Slope, shaded relief and contour lines under a picture: heights with a border of a pixel, so that tiles have no seams. */
import { apply, translate } from '../core/grid/affine.ts';
import { pixelMetres } from '../core/grid/pixel-size.ts';
import { contourPixels } from '../core/raster/contours.ts';
import { hillshadeOf, slopeOf } from '../core/raster/relief.ts';
import type { ReliefGrid } from '../core/raster/relief.ts';
import type { RasterGrid } from '../core/raster/warp-plan.ts';
import type { Relief } from './render-input.ts';

/** A picture with one pixel more on each side. */
export function withBorder(target: RasterGrid): RasterGrid {
  const { width, height } = target;
  return { ...target, width: width + 2, height: height + 2, transform: translate(target.transform, -1, -1) };
}

/** @param heights  Metres, of `withBorder(target)`. */
export function shade(heights: Float32Array, target: RasterGrid, relief: Relief): Float32Array {
  if (relief.kind === 'contours') return contourPixels(heights, target, relief.interval);
  const grid = groundOf(target);
  return relief.kind === 'slope' ? slopeOf(heights, grid) : hillshadeOf(heights, grid, relief);
}

function groundOf({ transform, epsg, width, height }: RasterGrid): ReliefGrid {
  const [cellX, cellY] = [new Float64Array(height), new Float64Array(height)];
  for (let row = 0; row < height; row++) {
    const [x, y] = apply(transform, 0, row);
    const one = pixelMetres([transform[0], transform[1], x, transform[3], transform[4], y], epsg, width, 1);
    cellX[row] = one.width;
    cellY[row] = one.height;
  }
  return { width, height, cellX, cellY };
}
