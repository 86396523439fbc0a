import { assert as assertProperty, double, property } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createTransform, findCrs, isSupportedCrs, parseCrs } from '../../../pipelines/core/grid/crs.ts';
import { lonLatToMercator } from '../../../pipelines/core/grid/tile-matrix-set.ts';
import reference from '../reference/crs.json' with { type: 'json' };

/** Metres on the ground that a difference in degrees is at most. */
const METRES_PER_DEGREE = 111_320;

describe('coordinates agree with PROJ', () => {
  for (const { epsg, lon, lat, x, y } of reference.points)
    it(`EPSG:${epsg} at ${lon}, ${lat}`, () => {
      const forward = createTransform(4326, epsg).point(lon, lat);
      expect(Math.hypot(forward[0] - x, forward[1] - y)).toBeLessThan(2e-6);
      const back = createTransform(epsg, 4326).point(x, y);
      const turn = Math.abs(back[0] - lon) % 360;
      expect(Math.min(turn, 360 - turn)).toBeLessThan(1e-10);
      expect(Math.abs(back[1] - lat)).toBeLessThan(1e-10);
    });
});

/** Every CRS with a box of places where people use it. */
const USED: readonly (readonly [epsg: number, west: number, south: number, east: number, north: number])[] = [
  [32631, -6, 0, 12, 84],
  [32660, 168, 0, 180, 84],
  [32601, -180, 0, -168, 84],
  [32733, 6, -80, 24, 0],
  [25832, 0, 30, 18, 84],
  [3857, -180, -85, 180, 85],
  [3035, -30, 25, 44, 84],
  [28992, 3, 50.5, 7.5, 54],
  [4258, -180, -90, 180, 90],
];

describe('round trips', () => {
  for (const [epsg, west, south, east, north] of USED)
    it(`EPSG:${epsg} and back is within a micrometre`, () => {
      const [there, back] = [createTransform(4326, epsg), createTransform(epsg, 4326)];
      assertProperty(
        property(
          double({ min: west, max: east, noNaN: true }),
          double({ min: south, max: north, noNaN: true }),
          (lon, lat) => {
            const [lon2, lat2] = back.point(...there.point(lon, lat));
            const turn = Math.abs(lon2 - lon) % 360;
            const east2 = Math.min(turn, 360 - turn) * Math.cos((lat * Math.PI) / 180);
            expect(Math.hypot(east2, lat2 - lat) * METRES_PER_DEGREE).toBeLessThan(1e-6);
          },
        ),
        { seed: 2, numRuns: 500 },
      );
    });

  it('goes from zone to zone as over longitude and latitude', () => {
    const direct = createTransform(32631, 32632).point(690_000, 5_780_000);
    const viaLonLat = createTransform(4326, 32632).point(...createTransform(32631, 4326).point(690_000, 5_780_000));
    expect(direct).toEqual(viaLonLat);
  });

  // PROJ: EPSG:4269 to EPSG:26914 at 47.05 N, 99.17 W
  it('knows NAD83, taken for WGS 84', () => {
    const [x, y] = createTransform(4326, 26914).point(-99.17, 47.05);
    expect(Math.hypot(x - 487087.71543, y - 5210734.47411)).toBeLessThan(1e-3);
    expect(isSupportedCrs(26924)).toBe(false);
  });

  it('leaves coordinates of one CRS as they are', () => {
    expect(createTransform(28992, 28992).point(155_000.123, 463_000.456)).toEqual([155_000.123, 463_000.456]);
  });

  it('takes ETRS89 and WGS 84 for one', () => {
    expect(createTransform(4258, 4326).point(5.25, 52.5)).toEqual([5.25, 52.5]);
  });
});

describe('places that are none', () => {
  it('become NaN, also from infinite and missing numbers', () => {
    const beyond = Float64Array.of(5, 91, 100, 0, NaN, 50, 5, Infinity, 3, 52);
    createTransform(4326, 32631).transform(beyond);
    expect([...beyond.subarray(0, 8)].every(Number.isNaN)).toBe(true);
    expect(Number.isFinite(beyond[8]!)).toBe(true);
  });

  it('the pole has no place in Web Mercator, but beyond the square there is one', () => {
    expect(createTransform(4326, 3857).point(10, 90)).toEqual([NaN, NaN]);
    expect(createTransform(4326, 3857).point(10, 88)[1]).toBeGreaterThan(20_037_509);
  });

  it('a northing beyond the pole has no latitude', () => {
    expect(createTransform(32631, 4326).point(500_000, 11_000_000)).toEqual([NaN, NaN]);
  });
});

describe('Web Mercator', () => {
  it('is that of the tile grid to the last bit', () => {
    for (const [lon, lat] of [[5.1, 52.1] as const, [-179.5, -84.9] as const, [0, 0] as const])
      expect(createTransform(4326, 3857).point(lon, lat)).toEqual(lonLatToMercator(lon, lat));
  });
});

describe('parseCrs', () => {
  it('reads the usual ways to name one', () => {
    expect(parseCrs('EPSG:28992')).toBe(28992);
    expect(parseCrs(' epsg:32631 ')).toBe(32631);
    expect(parseCrs('28992')).toBe(28992);
    expect(parseCrs('urn:ogc:def:crs:EPSG::28992')).toBe(28992);
    expect(parseCrs('urn:ogc:def:crs:EPSG:9.9.1:3035')).toBe(3035);
    expect(parseCrs('http://www.opengis.net/def/crs/EPSG/0/4258')).toBe(4258);
    expect(parseCrs('http://www.opengis.net/def/crs/OGC/1.3/CRS84')).toBe(4326);
    expect(parseCrs('urn:ogc:def:crs:OGC:1.3:CRS84')).toBe(4326);
    expect(parseCrs('OGC:CRS84')).toBe(4326);
  });

  it('takes RD New with NAP heights for RD New, and old names of Web Mercator', () => {
    expect(parseCrs('EPSG:7415')).toBe(28992);
    expect(parseCrs('EPSG:900913')).toBe(3857);
  });

  it('refuses others, naming what came and what is accepted', () => {
    for (const text of ['EPSG:999999', 'EPSG:', 'hello', '', 'EPSG:28992; drop', '-28992', 'EPSG:32661'])
      expect(() => parseCrs(text)).toThrow(/EPSG:4326/);
  });
});

describe('the table', () => {
  it('has 60 northern, 60 southern, 11 ETRS89 and 23 NAD83 zones', () => {
    const supported = Array.from({ length: 40_000 }, (_, epsg) => epsg).filter(isSupportedCrs);
    expect(supported.length).toBe(60 + 60 + 11 + 23 + 5);
  });

  it('says where a CRS is used', () => {
    expect(findCrs(32632)).toMatchObject({ units: 'metre', area: [6, 0, 12, 84], title: 'WGS 84 / UTM zone 32N' });
  });
});
