/** Area of pixels on the ground. */
import type { PixelGrid } from './polygon-geometry.ts';
import { areaMeasure } from './polygon-geometry.ts';

/**
 * m² of a pixel in each of the rows from `first` on: planar where the CRS keeps areas, else on the ellipsoid, where they
 * change with latitude.
 * @throws {PlatformError} `crs-unsupported`
 */
export function rowAreas(grid: PixelGrid, first: number, rows: number): Float64Array {
  const measure = areaMeasure(grid);
  if (measure.kind === 'planar') return new Float64Array(rows).fill(measure.pixelArea);
  const col = Math.floor(grid.width / 2);
  return Float64Array.from({ length: rows }, (_, k) => {
    const row = first + k;
    return measure.areaOf({
      pixels: 1,
      polygons: [[Int32Array.of(col, row, col, row + 1, col + 1, row + 1, col + 1, row)]],
    });
  });
}
