/**
 * Well-known binary as GeoJSON geometry; Z and M are read over.
 * @see OGC 06-103r4, Simple Feature Access, Part 1, clause 8
 */
const NAMES = [
  '',
  'Point',
  'LineString',
  'Polygon',
  'MultiPoint',
  'MultiLineString',
  'MultiPolygon',
  'GeometryCollection',
];
const MAX_NESTING = 16;
/** EWKB's flags, which PostGIS writes. */
const [HAS_Z, HAS_M, HAS_SRID] = [0x80000000, 0x40000000, 0x20000000];

interface Geometry {
  readonly type: string;
  readonly coordinates?: unknown;
  readonly geometries?: readonly Geometry[];
}

/** @throws {RangeError} where it ends too early or is of another kind */
export function parseWkb(view: DataView): Geometry {
  let at = 0;
  const geometry = (depth: number): Geometry => {
    if (depth > MAX_NESTING) throw new RangeError('its geometry is nested too deep');
    const little = view.getUint8(at) === 1;
    const word = view.getUint32(at + 1, little);
    at += 5;
    if (word & HAS_SRID) at += 4;
    const code = word & 0x0fffffff;
    const kind = code % 1000;
    const extra = Math.floor(code / 1000);
    const size = 2 + (word & HAS_Z || extra === 1 || extra === 3 ? 1 : 0) + (word & HAS_M || extra >= 2 ? 1 : 0);
    const count = () => {
      const n = view.getUint32(at, little);
      at += 4;
      // Each thing takes bytes: a count beyond them is a lie.
      if (n > view.byteLength) throw new RangeError('its geometry ends too early');
      return n;
    };
    const list = <T>(read: () => T): T[] => Array.from({ length: count() }, read);
    const position = () => {
      const xy = [view.getFloat64(at, little), view.getFloat64(at + 8, little)];
      at += 8 * size;
      return xy;
    };
    const type = NAMES[kind];
    if (!type) throw new RangeError(`its geometry type ${word} is not read`);
    if (kind === 1) return { type, coordinates: position() };
    if (kind === 2) return { type, coordinates: list(position) };
    if (kind === 3) return { type, coordinates: list(() => list(position)) };
    const members = list(() => geometry(depth + 1));
    return kind === 7
      ? { type, geometries: members }
      : { type, coordinates: members.map(({ coordinates }) => coordinates) };
  };
  return geometry(0);
}
