/** The polygons of many zones in flat arrays: 25 000 parcels are four arrays, not a million small ones. */
import { brief, FeatureFault, isRecord } from '../../vector/feature.ts';
import { withRoom } from '../../vector/growable.ts';

export interface PolygonSet {
  /** `x, y, x, y, …` of all positions. A ring need not repeat its first position. */
  readonly coordinates: Float64Array<ArrayBuffer>;
  /** Index of the first position of each ring; one more than there are rings. */
  readonly ringStarts: Uint32Array<ArrayBuffer>;
  /** Index of the first ring of each polygon, its shell; the others are its holes. One more than there are polygons. */
  readonly polygonStarts: Uint32Array<ArrayBuffer>;
  /** Index of the first polygon of each zone, which may have none; one more than there are zones. */
  readonly zoneStarts: Uint32Array<ArrayBuffer>;
}

export function zoneCount({ zoneStarts }: PolygonSet): number {
  return zoneStarts.length - 1;
}

const MAX_NESTING = 16;
/** A ring needs three places to have an area; GeoJSON repeats the first. */
const FEWEST_POSITIONS = 3;

/** Collects zones out of GeoJSON geometries. */
export class PolygonSetBuilder {
  #coordinates = new Float64Array(1024);
  #rings = new Uint32Array(64);
  #polygons = new Uint32Array(64);
  #zones = new Uint32Array(64);
  #positionCount = 0;
  #ringCount = 0;
  #polygonCount = 0;
  #zoneCount = 0;

  /**
   * Adds a zone: a Polygon, a MultiPolygon or a collection of them, or null for a zone without a place.
   * @throws {FeatureFault} where the geometry is something else or is damaged; nothing of it is then added.
   */
  add(geometry: unknown): void {
    const before = [this.#positionCount, this.#ringCount, this.#polygonCount] as const;
    try {
      if (geometry !== null && geometry !== undefined) this.#addGeometry(geometry, 0);
    } catch (error) {
      [this.#positionCount, this.#ringCount, this.#polygonCount] = before;
      throw error;
    }
    this.#zones = withRoom(this.#zones, this.#zoneCount + 2);
    this.#zones[++this.#zoneCount] = this.#polygonCount;
  }

  finish(): PolygonSet {
    return {
      coordinates: this.#coordinates.slice(0, 2 * this.#positionCount),
      ringStarts: this.#rings.slice(0, this.#ringCount + 1),
      polygonStarts: this.#polygons.slice(0, this.#polygonCount + 1),
      zoneStarts: this.#zones.slice(0, this.#zoneCount + 1),
    };
  }

  #addGeometry(geometry: unknown, nesting: number): void {
    if (!isRecord(geometry)) throw new FeatureFault(`its geometry is ${brief(geometry)}`);
    const { type } = geometry;
    if (type === 'Polygon') this.#addPolygon(geometry['coordinates']);
    else if (type === 'MultiPolygon') for (const part of listOf(geometry['coordinates'])) this.#addPolygon(part);
    else if (type === 'GeometryCollection' && nesting < MAX_NESTING)
      for (const member of listOf(geometry['geometries'])) this.#addGeometry(member, nesting + 1);
    else throw new FeatureFault(`it is a ${typeof type === 'string' ? type : brief(type)}, and a zone is a polygon`);
  }

  #addPolygon(rings: unknown): void {
    let count = 0;
    for (const ring of listOf(rings)) {
      this.#addRing(listOf(ring));
      count++;
    }
    if (count === 0) return; // "coordinates": [] is how GeoJSON writes an empty polygon
    this.#polygons = withRoom(this.#polygons, this.#polygonCount + 2);
    this.#polygons[++this.#polygonCount] = this.#ringCount;
  }

  #addRing(positions: readonly unknown[]): void {
    if (positions.length < FEWEST_POSITIONS)
      throw new FeatureFault(`one of its rings has ${positions.length} positions, which enclose nothing`);
    this.#coordinates = withRoom(this.#coordinates, 2 * (this.#positionCount + positions.length));
    let at = 2 * this.#positionCount;
    for (const position of positions) {
      const [x, y] = listOf(position) as unknown[];
      if (typeof x !== 'number' || typeof y !== 'number' || !Number.isFinite(x - y))
        throw new FeatureFault(`${brief(position)} is no position`);
      this.#coordinates[at++] = x;
      this.#coordinates[at++] = y;
    }
    this.#positionCount += positions.length;
    this.#rings = withRoom(this.#rings, this.#ringCount + 2);
    this.#rings[++this.#ringCount] = this.#positionCount;
  }
}

function listOf(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value as unknown[];
  throw new FeatureFault(`its coordinates have ${brief(value)} where a list is needed`);
}

/** The GeoJSON geometry of a zone in the set's own coordinates; null where it has none. Rings come closed. */
export function geometryOf(set: PolygonSet, zone: number): object | null {
  const { coordinates, ringStarts, polygonStarts, zoneStarts } = set;
  const polygons: number[][][][] = [];
  for (let p = zoneStarts[zone]!; p < zoneStarts[zone + 1]!; p++) {
    const rings: number[][][] = [];
    for (let r = polygonStarts[p]!; r < polygonStarts[p + 1]!; r++) {
      const ring: number[][] = [];
      for (let i = ringStarts[r]!; i < ringStarts[r + 1]!; i++)
        ring.push([coordinates[2 * i]!, coordinates[2 * i + 1]!]);
      const [first, last] = [ring[0]!, ring.at(-1)!];
      if (first[0] !== last[0] || first[1] !== last[1]) ring.push([...first]);
      rings.push(ring);
    }
    polygons.push(rings);
  }
  if (polygons.length === 0) return null;
  return polygons.length === 1
    ? { type: 'Polygon', coordinates: polygons[0] }
    : { type: 'MultiPolygon', coordinates: polygons };
}
