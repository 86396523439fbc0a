/** EPSG:3035, the equal-area grid of Europe's statistics, by proj4. */
import proj4 from 'proj4';
import type { Projection } from './crs-projection.ts';

/** @see EPSG:3035; axes as x east, y north whatever the registry's order (northing first) */
const DEFINITION = '+proj=laea +lat_0=52 +lon_0=10 +x_0=4321000 +y_0=3210000 +ellps=GRS80 +units=m +no_defs';
const converter = proj4('+proj=longlat +ellps=GRS80 +no_defs', DEFINITION);

export const laeaEurope: Projection = {
  forward: (xy) => convert(xy, converter.forward),
  inverse: (xy) => convert(xy, converter.inverse),
};

function convert(xy: Float64Array, through: (point: [number, number]) => [number, number]): void {
  for (let i = 0; i < xy.length; i += 2) {
    const ok = Number.isFinite(xy[i]) && Number.isFinite(xy[i + 1]); // proj4 throws on anything else
    const [x, y] = ok ? through([xy[i]!, xy[i + 1]!]) : [NaN, NaN];
    xy[i] = Number.isFinite(x) ? x : NaN;
    xy[i + 1] = Number.isFinite(y) ? y : NaN;
  }
}
