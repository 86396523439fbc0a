/** Contour lines of a raster of heights: as a vector tile of a picture's place, or as GeoJSON in degrees. */
import { apply } from '../core/grid/affine.ts';
import { createTransform } from '../core/grid/crs.ts';
import { contourLines } from '../core/raster/contours.ts';
import type { ContourLine } from '../core/raster/contours.ts';
import type { RasterGrid } from '../core/raster/warp-plan.ts';
import { encodeContours } from '../render/contour-tile.ts';
import { withBorder } from '../render/relief.ts';
import type { RENDERER_VERSION, RenderValues } from '../render/render-input.ts';
import { renderValues } from '../render/values.ts';
import type { TaskContext } from '../runner.ts';

export interface RenderContoursInput extends RenderValues {
  readonly version: typeof RENDERER_VERSION;
  readonly target: RasterGrid;
  /** Between lines, in the unit of the heights. */
  readonly interval: number;
  /** `mvt`: lines reach half a pixel beyond the target, so that those of neighbours meet. */
  readonly form: 'mvt' | 'geojson';
}

/** @returns null where there is no line. @throws {PlatformError} as `renderValues` and `contourLines` */
export async function run(input: RenderContoursInput, { signal }: TaskContext): Promise<Uint8Array | null> {
  const { target, interval, form } = input;
  const grid = form === 'mvt' ? withBorder(target) : target;
  const planes = await renderValues(input, grid, signal);
  const lines = planes ? contourLines(planes[0]!, grid, interval) : [];
  if (form === 'geojson') return new TextEncoder().encode(JSON.stringify(toFeatures(lines, target)));
  return lines.length === 0 ? null : encodeContours(lines, target.width);
}

/** A feature for each line; seven decimals are a centimetre. */
function toFeatures(lines: readonly ContourLine[], { transform, epsg }: RasterGrid) {
  const toDegrees = createTransform(epsg, 4326);
  const features = lines.map(({ level, points }) => {
    const coordinates: [number, number][] = [];
    for (let i = 0; i < points.length; i += 2) {
      const [lon, lat] = toDegrees.point(...apply(transform, points[i]! + 0.5, points[i + 1]! + 0.5));
      coordinates.push([Number(lon.toFixed(7)), Number(lat.toFixed(7))]);
    }
    return { type: 'Feature', properties: { height: level }, geometry: { type: 'LineString', coordinates } };
  });
  return { type: 'FeatureCollection', features };
}
