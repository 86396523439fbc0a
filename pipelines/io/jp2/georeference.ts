/** Where a JPEG 2000 image lies: from its GeoTIFF box, else from its GML. */
import type { Affine } from '../../core/grid/affine.ts';
import type { XmlNode } from '../xml.ts';
import { attribute, elements, findElement, parseXml, textAt, textOf } from '../xml.ts';
import type { Jp2Boxes } from './boxes.ts';

export interface Georeference {
  readonly transform: Affine | null;
  readonly epsg: number | null;
  /** The CRS as the file words it. */
  readonly crsText: string | null;
}

const NONE: Georeference = { transform: null, epsg: null, crsText: null };

/**
 * GDAL's order: the GeoTIFF box first, because GML's axis order is often written wrong. Metadata that cannot be read
 * leave the image without a place; its pixels are good all the same.
 */
export async function readGeoreference(
  boxes: Jp2Boxes,
  readGeoTiff: (bytes: Uint8Array) => Promise<Georeference>,
): Promise<Georeference> {
  if (boxes.geoTiff) {
    const found = await readGeoTiff(boxes.geoTiff).catch(() => NONE);
    if (found.transform) return found;
  }
  for (const text of boxes.gml) {
    const found = parseGml(text);
    if (found) return found;
  }
  return NONE;
}

/**
 * The rectified grid of a GMLJP2 coverage. Its origin is the centre of the first pixel (OGC 08-085r5, 7.3), so half a
 * pixel is taken off. CRSs by URN have the axis order of their authority: latitude or northing first for many.
 */
function parseGml(text: string): Georeference | null {
  let root: XmlNode;
  try {
    root = parseXml(text, 'gml');
  } catch {
    return null;
  }
  const grid = findElement(root, 'RectifiedGrid');
  if (!grid) return null;
  const [origin] = elements(grid, 'origin', 'Point');
  const offsets = elements(grid, 'offsetVector').map((v) => numbers(textOf(v)));
  const position = origin ? numbers(textAt(origin, 'pos') ?? textAt(origin, 'coordinates')) : [];
  const [col, row] = offsets;
  if (!origin || position.length < 2 || !col || !row || col.length < 2 || row.length < 2) return null;
  const crsText = attribute(origin, 'srsName') ?? attribute(grid, 'srsName');
  const epsg = epsgOf(crsText);
  const yFirst = epsg !== null && isNorthFirst(epsg) && /urn:|opengis\.net/.test(crsText ?? '');
  const [x, y] = yFirst ? [1, 0] : [0, 1];
  const [a, d, b, e] = [col[x]!, col[y]!, row[x]!, row[y]!];
  const transform: Affine = [a, b, position[x]! - (a + b) / 2, d, e, position[y]! - (d + e) / 2];
  return transform.every(Number.isFinite) ? { transform, epsg, crsText } : null;
}

function numbers(text: string | null): number[] {
  return text === null
    ? []
    : text
        .split(/[\s,]+/)
        .filter((t) => t !== '')
        .map(Number);
}

/** `urn:ogc:def:crs:EPSG::32629`, `http://www.opengis.net/def/crs/EPSG/0/32629`, `EPSG:32629`. */
function epsgOf(srs: string | null): number | null {
  const code = /EPSG.*?(\d{4,6})$/i.exec(srs ?? '')?.[1];
  return code === undefined ? null : Number(code);
}

/** Projected CRSs of Europe and around whose first axis is the northing. @see EPSG dataset, coordinate systems 4500, 4530, 4531, 4532 */
const NORTHING_FIRST: ReadonlySet<number> = new Set([
  2180, 2193, 3006, 3034, 3035, 3301, 3346, 31287, 31466, 31467, 31468, 31469,
]);

/** The codes 4001 to 4999 are the geographic CRSs of EPSG, latitude first. */
function isNorthFirst(epsg: number): boolean {
  return (epsg > 4000 && epsg < 5000) || NORTHING_FIRST.has(epsg);
}
