/**
 * GeoTIFF keys → EPSG code. Codes are taken as they stand; a CRS that is written out in parameters, as some programs
 * do, is recognised where it clearly is one of those we support.
 * @see OGC 19-008r4, GeoTIFF 1.1, annexes B and C
 */
import { findCrsByName } from '../../../core/grid/crs-names.ts';

const KEY = {
  modelType: 1024,
  rasterType: 1025,
  citation: 1026,
  geodeticCrs: 2048,
  geodeticCitation: 2049,
  geodeticDatum: 2050,
  angularUnits: 2054,
  ellipsoid: 2056,
  projectedCrs: 3072,
  projectedCitation: 3073,
  projection: 3074,
  method: 3075,
  linearUnits: 3076,
  originLongitude: 3080,
  originLatitude: 3081,
  falseEasting: 3082,
  falseNorthing: 3083,
  centerLongitude: 3088,
  centerLatitude: 3089,
  scaleAtOrigin: 3092,
} as const;

const USER_DEFINED = 32767;
const METHOD = { transverseMercator: 1, azimuthalEqualArea: 10, obliqueStereographic: 16 } as const;
const WGS84 = { crs: 4326, datum: 6326 } as const;
const ETRS89 = { crs: 4258, datum: 6258 } as const;

export interface GeoKeys {
  readonly numbers: ReadonlyMap<number, number>;
  readonly texts: ReadonlyMap<number, string>;
  /** Coordinates are of pixel centres, not of corners. */
  readonly isPixelPoint: boolean;
  /** The CRS in the file's own words. */
  readonly citation: string | null;
}

export function parseGeoKeys(list: ArrayLike<number>, doubles: ArrayLike<number>, text: string): GeoKeys {
  const numbers = new Map<number, number>();
  const texts = new Map<number, string>();
  const count = Math.min(list[3] ?? 0, Math.floor((list.length - 4) / 4));
  for (let i = 0; i < count; i++) {
    const at = 4 + i * 4;
    const [key, place, length, value] = [list[at]!, list[at + 1]!, list[at + 2]!, list[at + 3]!];
    if (place === 0) numbers.set(key, value);
    else if (place === 34736 && doubles[value] !== undefined) numbers.set(key, doubles[value]);
    else if (place === 34737) texts.set(key, text.slice(value, value + length).replace(/[|\0]+$/, ''));
  }
  const words = texts.get(KEY.projectedCitation) ?? texts.get(KEY.citation) ?? texts.get(KEY.geodeticCitation);
  const citation = words ? titleOf(words) : codeText(numbers);
  return { numbers, texts, isPixelPoint: numbers.get(KEY.rasterType) === 2, citation };
}

/** The name alone, out of the forms in which Esri and GDAL wrap it. */
function titleOf(words: string): string {
  return (
    /^ESRI PE String = \w+\["([^"]*)"/.exec(words)?.[1] ?? words.replace(/^(?:PCS|GCS) Name = /, '').split('|')[0]!
  );
}

function codeText(numbers: ReadonlyMap<number, number>): string | null {
  const code = numbers.get(KEY.projectedCrs) ?? numbers.get(KEY.geodeticCrs) ?? 0;
  if (code === 0) return null;
  return code === USER_DEFINED ? 'a user-defined CRS' : `EPSG:${code}`;
}

/** @returns null where there is no CRS, or one that has no code we recognise. */
export function epsgOfKeys(keys: GeoKeys): number | null {
  const { numbers } = keys;
  const projected = numbers.get(KEY.projectedCrs);
  const isGeographic = numbers.get(KEY.modelType) === 2;
  if (projected !== undefined && projected > 0 && !isGeographic)
    return projected === USER_DEFINED ? epsgOfProjection(keys) : projected;
  if (numbers.get(KEY.modelType) === 1 || (!isGeographic && namesProjection(keys))) return epsgOfProjection(keys);
  const geodetic = numbers.get(KEY.geodeticCrs);
  if (geodetic === undefined || geodetic === 0) return null;
  return geodetic === USER_DEFINED ? epsgOfDatum(keys) : geodetic;
}

/** The geographic CRS under a projection, where it is WGS 84 or ETRS89. */
function epsgOfDatum({ numbers, texts }: GeoKeys): number | null {
  const crs = numbers.get(KEY.geodeticCrs);
  const datum = numbers.get(KEY.geodeticDatum);
  const words = texts.get(KEY.geodeticCitation) ?? '';
  const units = numbers.get(KEY.angularUnits) ?? 9102;
  if (units !== 9102) return null;
  if (crs === WGS84.crs || datum === WGS84.datum || /^(GCS Name = )?(GCS_)?WGS[ _]?(19)?84\b/i.test(words))
    return WGS84.crs;
  if (crs === ETRS89.crs || datum === ETRS89.datum || /^(GCS Name = )?(GCS_)?ETRS[ _]?(19)?89\b/i.test(words))
    return ETRS89.crs;
  return null;
}

function epsgOfProjection(keys: GeoKeys): number | null {
  const { numbers } = keys;
  const units = numbers.get(KEY.linearUnits) ?? 9001;
  if (units !== 9001) return null;
  const base = epsgOfDatum(keys);
  return epsgOfUtm(keys, base) ?? epsgOfParameters(keys, base) ?? epsgOfName(keys);
}

/** EPSG's codes of UTM zones as a projection: 16001–16060 north, 16101–16160 south. */
function epsgOfUtm({ numbers }: GeoKeys, base: number | null): number | null {
  const projection = numbers.get(KEY.projection) ?? 0;
  if (projection >= 16001 && projection <= 16060) return utmCode(base, projection - 16000, false);
  if (projection >= 16101 && projection <= 16160) return utmCode(base, projection - 16100, true);
  return null;
}

function utmCode(base: number | null, zone: number, isSouth: boolean): number | null {
  if (base === WGS84.crs) return (isSouth ? 32700 : 32600) + zone;
  return base === ETRS89.crs && !isSouth && zone >= 28 && zone <= 38 ? 25800 + zone : null;
}

function epsgOfParameters({ numbers }: GeoKeys, base: number | null): number | null {
  const is = (key: number, value: number, tolerance = 1e-6) => Math.abs((numbers.get(key) ?? 0) - value) < tolerance;
  switch (numbers.get(KEY.method)) {
    case METHOD.transverseMercator: {
      const zone = ((numbers.get(KEY.originLongitude) ?? NaN) + 183) / 6;
      const isSouth = is(KEY.falseNorthing, 10_000_000);
      const isUtm =
        is(KEY.scaleAtOrigin, 0.9996, 1e-9) &&
        is(KEY.falseEasting, 500_000) &&
        is(KEY.originLatitude, 0) &&
        (isSouth || is(KEY.falseNorthing, 0));
      return isUtm && Number.isInteger(zone) && zone >= 1 && zone <= 60 ? utmCode(base, zone, isSouth) : null;
    }
    case METHOD.azimuthalEqualArea: {
      const isEurope =
        is(KEY.centerLatitude, 52) &&
        is(KEY.centerLongitude, 10) &&
        is(KEY.falseEasting, 4_321_000) &&
        is(KEY.falseNorthing, 3_210_000);
      return isEurope ? 3035 : null;
    }
    case METHOD.obliqueStereographic: {
      const isDutch = is(KEY.originLatitude, 52.156160556, 1e-6) && is(KEY.originLongitude, 5.387638889, 1e-6);
      return isDutch && is(KEY.falseEasting, 155_000) && is(KEY.falseNorthing, 463_000) ? 28992 : null;
    }
    default:
      return null;
  }
}

/** Esri's Web Mercator comes with neither a model type nor a code, only with words. */
function namesProjection({ texts }: GeoKeys): boolean {
  return /^(?:PCS Name|ESRI PE String = PROJCS)/.test(
    texts.get(KEY.projectedCitation) ?? texts.get(KEY.citation) ?? '',
  );
}

function epsgOfName({ texts }: GeoKeys): number | null {
  for (const key of [KEY.projectedCitation, KEY.citation]) {
    const code = findCrsByName(texts.get(key) ?? '');
    if (code !== null) return code;
  }
  return null;
}
