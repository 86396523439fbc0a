/** Shapes of a shapefile as GeoJSON geometry; Z and M are read over. */

type Position = [x: number, y: number];

/** Point, PolyLine, Polygon, MultiPoint; with Z 10 more, with M 20 more. */
const [NULL, POINT, LINE, POLYGON, MULTIPOINT] = [0, 1, 3, 5, 8];

/** @returns null for a record without a shape. @throws {RangeError} for a record that contradicts itself */
export function parseShape(view: DataView): object | null {
  const type = view.getInt32(0, true) % 10;
  switch (type) {
    case NULL:
      return null;
    case POINT:
      return { type: 'Point', coordinates: position(view, 4) };
    case MULTIPOINT:
      return { type: 'MultiPoint', coordinates: positions(view, 40, view.getInt32(36, true)) };
    case LINE: {
      const lines = parts(view);
      return lines.length === 1
        ? { type: 'LineString', coordinates: lines[0] }
        : { type: 'MultiLineString', coordinates: lines };
    }
    case POLYGON: {
      const polygons = gatherRings(parts(view));
      return polygons.length === 1
        ? { type: 'Polygon', coordinates: polygons[0] }
        : { type: 'MultiPolygon', coordinates: polygons };
    }
    default:
      throw new RangeError(`its shape type ${view.getInt32(0, true)} is not read`);
  }
}

function position(view: DataView, at: number): Position {
  return [view.getFloat64(at, true), view.getFloat64(at + 8, true)];
}

function positions(view: DataView, at: number, count: number): Position[] {
  if (!(count >= 0 && at + 16 * count <= view.byteLength)) throw new RangeError('it has more points than its record');
  return Array.from({ length: count }, (_, k) => position(view, at + 16 * k));
}

function parts(view: DataView): Position[][] {
  const [partCount, pointCount] = [view.getInt32(36, true), view.getInt32(40, true)];
  if (!(partCount >= 0 && 44 + 4 * partCount <= view.byteLength))
    throw new RangeError('it has more parts than its record');
  const points = positions(view, 44 + 4 * partCount, pointCount);
  const starts = Array.from({ length: partCount }, (_, k) => view.getInt32(44 + 4 * k, true));
  return starts.map((start, k) => points.slice(start, starts[k + 1] ?? pointCount));
}

/**
 * Outer rings go clockwise, holes the other way round, in any order; a hole belongs to the smallest ring around it.
 * Writers that turn all rings one way leave only what lies in what to tell holes by.
 */
function gatherRings(rings: readonly Position[][]): Position[][][] {
  const areas = rings.map(signedArea);
  const isOneWay = areas.every((area) => area <= 0) || areas.every((area) => area > 0);
  const isHole = (k: number) =>
    isOneWay ? rings.filter((other, j) => j !== k && isInside(rings[k]![0]!, other)).length % 2 === 1 : areas[k]! > 0;
  const holes = rings.map((_, k) => rings.length > 1 && isHole(k));
  const polygons = rings.flatMap((ring, k) => (holes[k] ? [] : [{ rings: [ring], area: Math.abs(areas[k]!) }]));
  for (const [k, ring] of rings.entries()) {
    if (!holes[k]) continue;
    const around = polygons.filter((polygon) => isInside(ring[0]!, polygon.rings[0]!)).sort((a, b) => a.area - b.area);
    (around[0] ?? polygons[0]!).rings.push(ring);
  }
  return polygons.map((polygon) => polygon.rings);
}

/** Positive anticlockwise. */
function signedArea(ring: readonly Position[]): number {
  let sum = 0;
  const [x0, y0] = ring[0] ?? [0, 0];
  for (let i = 1; i < ring.length; i++)
    sum += (ring[i - 1]![0] - x0) * (ring[i]![1] - y0) - (ring[i]![0] - x0) * (ring[i - 1]![1] - y0);
  return sum / 2;
}

function isInside([x, y]: Position, ring: readonly Position[]): boolean {
  let inside = false;
  for (let i = 1; i < ring.length; i++) {
    const [[ax, ay], [bx, by]] = [ring[i - 1]!, ring[i]!];
    if (ay > y !== by > y && x < ax + ((y - ay) / (by - ay)) * (bx - ax)) inside = !inside;
  }
  return inside;
}
