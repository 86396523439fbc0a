/** The coordinate reference systems that features are given in. Inside, x is always the easting or longitude. */
import type { Geometry } from '../../../pipelines/core/cql2/ast.ts';
import { createTransform } from '../../../pipelines/core/grid/crs.ts';
import { refusal } from '../../services/raster/wish.ts';

export interface FeatureCrs {
  readonly uri: string;
  readonly epsg: number;
  /** Whether the authority's axes are northing (or latitude) first. */
  readonly isNorthFirst: boolean;
  /** Decimals to a millimetre or less. */
  readonly decimals: number;
}

export const CRS84 = 'http://www.opengis.net/def/crs/OGC/1.3/CRS84';
const EPSG = 'http://www.opengis.net/def/crs/EPSG/0';

const ofEpsg = (epsg: number, isNorthFirst = false, decimals = 3): FeatureCrs => ({
  uri: `${EPSG}/${epsg}`,
  epsg,
  isNorthFirst,
  decimals,
});

/** The first is the default. */
export const FEATURE_CRS: readonly FeatureCrs[] = [
  { uri: CRS84, epsg: 4326, isNorthFirst: false, decimals: 8 },
  ofEpsg(4326, true, 8),
  ofEpsg(4258, true, 8),
  ofEpsg(28992),
  ofEpsg(3857),
  ofEpsg(25831),
  ofEpsg(25832),
  ofEpsg(32631),
  ofEpsg(32632),
  ofEpsg(3035, true),
];

/** @throws {PlatformError} `parameter-invalid`, naming those there are */
export function parseFeatureCrs(parameter: string, text: string | null): FeatureCrs {
  if (text === null) return FEATURE_CRS[0]!;
  const code = /^\[?(?:EPSG:)(\d+)\]?$/i.exec(text)?.[1];
  const uri = code ? `${EPSG}/${code}` : text.replace(/^https:/, 'http:');
  const found = FEATURE_CRS.find((crs) => crs.uri === uri);
  if (found) return found;
  const accepted = FEATURE_CRS.map((crs) => crs.uri).join(', ');
  throw refusal(parameter, text, `${parameter} is "${text.slice(0, 100)}"; accepted are ${accepted}`);
}

export function crsOfEpsg(epsg: number): FeatureCrs {
  return FEATURE_CRS.find((crs) => crs.epsg === epsg && crs.uri !== CRS84) ?? FEATURE_CRS[0]!;
}

export type MapGeometry = (geometry: Geometry | null) => Geometry | null;

/** Positions of one CRS as another has them, rounded, axes in the authority's order; null what has no place there. */
export function geometryWriter(fromEpsg: number, to: FeatureCrs): MapGeometry {
  const transform = createTransform(fromEpsg, to.epsg);
  const unit = 10 ** to.decimals;
  const round = (value: number) => Math.round(value * unit) / unit;
  return mapGeometry((x, y) => {
    const [east, north] = fromEpsg === to.epsg ? [x, y] : transform.point(x, y);
    return to.isNorthFirst ? [round(north), round(east)] : [round(east), round(north)];
  });
}

/** Positions as a client gives them into another CRS, x first. */
export function geometryReader(from: FeatureCrs, toEpsg: number): MapGeometry {
  const transform = createTransform(from.epsg, toEpsg);
  return mapGeometry((a, b) => (from.isNorthFirst ? transform.point(b, a) : transform.point(a, b)));
}

function mapGeometry(map: (x: number, y: number) => [number, number]): MapGeometry {
  class NoPlace extends Error {}
  const position = (given: readonly number[]): number[] => {
    const [x, y] = map(given[0]!, given[1]!);
    if (!Number.isFinite(x) || !Number.isFinite(y)) throw new NoPlace();
    return [x, y];
  };
  const nested = (value: unknown): unknown => {
    const list = value as readonly unknown[];
    return typeof list[0] === 'number' ? position(list as number[]) : list.map(nested);
  };
  const whole = (geometry: Geometry): Geometry =>
    geometry.type === 'GeometryCollection'
      ? { type: geometry.type, geometries: geometry.geometries.map(whole) }
      : ({ type: geometry.type, coordinates: nested(geometry.coordinates) } as Geometry);
  return (geometry) => {
    if (geometry === null) return null;
    try {
      return whole(geometry);
    } catch (error) {
      if (error instanceof NoPlace) return null;
      throw error;
    }
  };
}
