/**
 * GeoJSON geometry as well-known binary, little-endian.
 * @see OGC 06-103r4, Simple Feature Access, Part 1, clause 8
 */
import type { Geometry, Position } from '../../core/cql2/ast.ts';

const CODES = {
  Point: 1,
  LineString: 2,
  Polygon: 3,
  MultiPoint: 4,
  MultiLineString: 5,
  MultiPolygon: 6,
  GeometryCollection: 7,
} as const satisfies Record<Geometry['type'], number>;

type Line = readonly Position[];

export function toWkb(geometry: Geometry): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(sizeOf(geometry));
  const view = new DataView(bytes.buffer);
  let at = 0;
  const count = (n: number) => {
    view.setUint32(at, n, true);
    at += 4;
  };
  const position = (xy: Position) => {
    view.setFloat64(at, xy[0]!, true);
    view.setFloat64(at + 8, xy[1]!, true);
    at += 16;
  };
  const line = (positions: Line) => {
    count(positions.length);
    positions.forEach(position);
  };
  const put = (part: Geometry) => {
    view.setUint8(at, 1);
    at += 1;
    count(CODES[part.type]);
    if (part.type === 'Point') return position(part.coordinates);
    if (part.type === 'LineString') return line(part.coordinates as Line);
    const members = membersOf(part);
    count(members.length);
    if (part.type === 'Polygon') (members as Line[]).forEach(line);
    else (members as Geometry[]).forEach(put);
  };
  put(geometry);
  return bytes;
}

/** Rings of a polygon; geometries of everything else that has parts. */
function membersOf(geometry: Geometry): readonly (Line | Geometry)[] {
  switch (geometry.type) {
    case 'GeometryCollection':
      return geometry.geometries;
    case 'Polygon':
      return geometry.coordinates as readonly Line[];
    default: {
      const type = geometry.type.slice('Multi'.length);
      return (geometry.coordinates as readonly unknown[]).map((coordinates) => ({ type, coordinates }) as Geometry);
    }
  }
}

function sizeOf(geometry: Geometry): number {
  if (geometry.type === 'Point') return 5 + 16;
  if (geometry.type === 'LineString') return 9 + 16 * geometry.coordinates.length;
  const members = membersOf(geometry);
  if (geometry.type === 'Polygon') return 9 + (members as Line[]).reduce((sum, ring) => sum + 4 + 16 * ring.length, 0);
  return 9 + (members as Geometry[]).reduce((sum, part) => sum + sizeOf(part), 0);
}
