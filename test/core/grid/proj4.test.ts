/** Our formulas beside those of proj4js, on seeded points of each CRS's area. */
import proj4 from 'proj4';
import { describe, expect, it } from 'vitest';
import { createTransform, findCrs } from '../../../pipelines/core/grid/crs.ts';

/** PROJ strings; RD New with the seven parameters that PROJ itself uses without the correction grid. */
const DEFINITIONS: Readonly<Record<number, string>> = {
  32631: '+proj=utm +zone=31 +datum=WGS84 +units=m +no_defs',
  32632: '+proj=utm +zone=32 +datum=WGS84 +units=m +no_defs',
  25831: '+proj=utm +zone=31 +ellps=GRS80 +towgs84=0,0,0 +units=m +no_defs',
  3857: '+proj=merc +a=6378137 +b=6378137 +lat_ts=0 +lon_0=0 +x_0=0 +y_0=0 +k=1 +units=m +nadgrids=@null +no_defs',
  3035: '+proj=laea +lat_0=52 +lon_0=10 +x_0=4321000 +y_0=3210000 +ellps=GRS80 +towgs84=0,0,0 +units=m +no_defs',
  28992:
    '+proj=sterea +lat_0=52.1561605555556 +lon_0=5.38763888888889 +k=0.9999079 +x_0=155000 +y_0=463000 +ellps=bessel +towgs84=565.4171,50.3319,465.5524,-0.398957388243134,0.343987817378283,-1.87740163998045,4.0725 +units=m +no_defs',
};
/** Metres. proj4js itself is 5 mm from PROJ in RD New. */
const TOLERANCE: Readonly<Record<number, number>> = { 28992: 0.02 };

function* places(count: number): Generator<[lon: number, lat: number]> {
  let state = 11;
  const random = () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 32;
  for (let i = 0; i < count; i++) yield [3.4 + 3.8 * random(), 50.8 + 2.7 * random()];
}

describe.each(Object.keys(DEFINITIONS).map(Number))('EPSG:%i', (epsg) => {
  it('agrees with proj4js both ways', () => {
    const theirs = proj4(DEFINITIONS[epsg]!);
    const forward = createTransform(4326, epsg);
    const inverse = createTransform(epsg, 4326);
    expect(findCrs(epsg).units).toBe('metre');
    for (const place of places(300)) {
      const [x, y] = theirs.forward([...place]);
      const [ourX, ourY] = forward.point(...place);
      expect(Math.hypot(ourX - x!, ourY - y!)).toBeLessThan(TOLERANCE[epsg] ?? 0.001);
      const [lon, lat] = inverse.point(ourX, ourY);
      expect(Math.hypot(lon - place[0], lat - place[1])).toBeLessThan(1e-9);
    }
  });
});
