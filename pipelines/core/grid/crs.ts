/** The coordinate reference systems that we speak, and the way from one to another. */
import { PlatformError } from '../errors.ts';
import type { LonLatBox } from './bounds.ts';
import { laeaEurope } from './crs-laea.ts';
import { webMercator } from './crs-mercator.ts';
import { geographic, GRS80, WGS84 } from './crs-projection.ts';
import type { Projection } from './crs-projection.ts';
import { rdNew } from './crs-rd.ts';
import { createUtm } from './crs-utm.ts';

export interface Crs {
  readonly epsg: number;
  readonly title: string;
  readonly units: 'metre' | 'degree';
  /** Area of use by the EPSG registry, degrees. Coordinates hold beyond it, with growing distortion. */
  readonly area: LonLatBox;
}

interface KnownCrs extends Crs {
  readonly projection: () => Projection;
}

const fixed: readonly KnownCrs[] = [
  { epsg: 4326, title: 'WGS 84', units: 'degree', area: [-180, -90, 180, 90], projection: () => geographic },
  { epsg: 4258, title: 'ETRS89', units: 'degree', area: [-16.1, 32.88, 40.18, 84.73], projection: () => geographic },
  {
    epsg: 3857,
    title: 'WGS 84 / Pseudo-Mercator',
    units: 'metre',
    area: [-180, -85.06, 180, 85.06],
    projection: () => webMercator,
  },
  {
    epsg: 3035,
    title: 'ETRS89-extended / LAEA Europe',
    units: 'metre',
    area: [-35.58, 24.6, 44.83, 84.73],
    projection: () => laeaEurope,
  },
  {
    epsg: 28992,
    title: 'Amersfoort / RD New',
    units: 'metre',
    area: [3.2, 50.75, 7.22, 53.7],
    projection: () => rdNew,
  },
];

/** Codes that mean the same horizontal coordinates as one of ours. */
const ALIASES: Readonly<Record<number, number>> = { 7415: 28992, 3785: 3857, 900913: 3857, 102100: 3857 };

const ACCEPTED =
  'accepted are EPSG:4326, 4258, 3857, 3035, 28992 (RD New), UTM 32601–32660 and 32701–32760, ETRS89/UTM 25828–25838 and NAD83/UTM 26901–26923';

const known = new Map<number, KnownCrs>();
const projections = new Map<number, Projection>();

function lookUp(epsg: number): KnownCrs | null {
  if (known.size === 0) for (const crs of [...fixed, ...utmZones()]) known.set(crs.epsg, crs);
  return known.get(epsg) ?? null;
}

export function isSupportedCrs(epsg: number): boolean {
  return lookUp(epsg) !== null;
}

/** @throws {PlatformError} `crs-unsupported`, naming what is accepted */
export function findCrs(epsg: number): Crs {
  return knownCrs(epsg);
}

function knownCrs(epsg: number): KnownCrs {
  const crs = lookUp(epsg);
  if (crs) return crs;
  throw new PlatformError('crs-unsupported', `EPSG:${epsg} is not a CRS that is known here; ${ACCEPTED}`, {
    detail: { epsg },
  });
}

/**
 * The EPSG code that a text names: `EPSG:28992`, `28992`, `urn:ogc:def:crs:EPSG::28992`,
 * `http://www.opengis.net/def/crs/EPSG/0/28992`, or `CRS84` in any of these forms (longitude first is what we always have).
 * @throws {PlatformError} `crs-unsupported` for another text or a code that is not supported
 */
export function parseCrs(text: string): number {
  const word = text.trim();
  if (/(?:^|[:/])(?:OGC:)?CRS84$/i.test(word)) return 4326;
  const match =
    /^(?:EPSG:|urn:ogc:def:crs:EPSG:[\d.]*:|https?:\/\/www\.opengis\.net\/def\/crs\/EPSG\/[\d.]+\/)?(\d{1,7})$/i.exec(
      word,
    );
  if (!match)
    throw new PlatformError('crs-unsupported', `"${text}" does not name a CRS such as EPSG:28992; ${ACCEPTED}`, {
      detail: { crs: text },
    });
  const epsg = Number(match[1]);
  return knownCrs(ALIASES[epsg] ?? epsg).epsg;
}

/** Coordinates of one CRS into another; x is always the easting or longitude. */
export interface CoordinateTransform {
  readonly from: number;
  readonly to: number;
  /** Interleaved `x, y, x, y, …` in place; what cannot be transformed becomes NaN. */
  transform(xy: Float64Array): void;
  point(x: number, y: number): [x: number, y: number];
}

/**
 * The way over longitude and latitude. ETRS89 and WGS 84 count as one (`docs/coordinates.md`).
 * @throws {PlatformError} `crs-unsupported`
 */
export function createTransform(fromEpsg: number, toEpsg: number): CoordinateTransform {
  const [from, to] = [projectionOf(fromEpsg), projectionOf(toEpsg)];
  const same = from === to;
  const transform = (xy: Float64Array) => {
    if (same) return;
    if (from !== geographic) from.inverse(xy);
    to.forward(xy);
  };
  return {
    from: fromEpsg,
    to: toEpsg,
    transform,
    point(x, y) {
      const xy = Float64Array.of(x, y);
      transform(xy);
      return [xy[0]!, xy[1]!];
    },
  };
}

function projectionOf(epsg: number): Projection {
  const crs = knownCrs(ALIASES[epsg] ?? epsg);
  const projection = projections.get(crs.epsg) ?? crs.projection();
  projections.set(crs.epsg, projection);
  return projection;
}

function utmZones(): KnownCrs[] {
  const zones: KnownCrs[] = [];
  for (let zone = 1; zone <= 60; zone++) {
    const centralMeridian = zone * 6 - 183;
    const [west, east] = [centralMeridian - 3, centralMeridian + 3];
    const utm = (datum: string, epsg: number, area: LonLatBox, ellipsoid = WGS84, southern = false) =>
      zones.push({
        epsg,
        title: `${datum} / UTM zone ${zone}${southern ? 'S' : 'N'}`,
        units: 'metre',
        area,
        projection: () => createUtm({ ellipsoid, centralMeridian, southern }),
      });
    utm('WGS 84', 32600 + zone, [west, 0, east, 84]);
    utm('WGS 84', 32700 + zone, [west, -80, east, 0], WGS84, true);
    if (zone >= 28 && zone <= 38) utm('ETRS89', 25800 + zone, [west, 32.88, east, 84.73], GRS80);
    if (zone <= 23) utm('NAD83', 26900 + zone, [west, 14.92, east, 86.46], GRS80);
  }
  return zones;
}
