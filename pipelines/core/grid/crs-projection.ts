/**
 * What a projection is here: longitude and latitude in degrees ↔ the CRS's own x (east) and y (north), in batches.
 * Latitude and longitude are those of ETRS89 and of WGS 84 alike; `docs/coordinates.md` says what that costs.
 */
export interface Projection {
  /** `lon, lat, lon, lat, …` → `x, y, x, y, …` in place; NaN where there is none. */
  forward(xy: Float64Array): void;
  /** `x, y, x, y, …` → `lon, lat, lon, lat, …` in place; NaN where there is none. */
  inverse(xy: Float64Array): void;
}

export const RADIANS = Math.PI / 180;
export const DEGREES = 180 / Math.PI;

/** Semi-major axis in metres and flattening. */
export interface Ellipsoid {
  readonly a: number;
  readonly f: number;
}

/** @see EPSG:7030 */
export const WGS84: Ellipsoid = { a: 6378137, f: 1 / 298.257223563 };
/** @see EPSG:7019 */
export const GRS80: Ellipsoid = { a: 6378137, f: 1 / 298.257222101 };
/** @see EPSG:7004 */
export const BESSEL: Ellipsoid = { a: 6377397.155, f: 1 / 299.1528128 };

/** Geographic coordinates are their own projection; what lies beyond the poles is no place. */
export const geographic: Projection = { forward: checkLatitude, inverse: checkLatitude };

function checkLatitude(xy: Float64Array): void {
  for (let i = 0; i < xy.length; i += 2) if (!(Math.abs(xy[i + 1]!) <= 90)) xy[i] = xy[i + 1] = NaN;
}
