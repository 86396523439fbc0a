/** The features of one layer, checked, projected to world coordinates and packed into typed arrays. */
import { MERCATOR_HALF, lonLatToMercator } from '../grid/tile-matrix-set.ts';
import { Attributes } from './attributes.ts';
import { brief, FeatureFault, isRecord } from './feature.ts';
import type { RawFeature } from './feature.ts';
import { withRoom } from './growable.ts';
import { Points } from './points.ts';
import { LINE, POLYGON, Shapes } from './shapes.ts';
import { weighVertices } from './simplify.ts';

const EARTH_TURNS = 540;
/** Deeper collections than this are a fault, not a geometry. */
const MAX_NESTING = 16;

export class FeatureLayer {
  readonly name: string;
  readonly minZoom: number;
  readonly maxZoom: number;
  readonly attributes = new Attributes();
  readonly points = new Points();
  readonly shapes = new Shapes();
  /** Whole non-negative ids as given; −1 where there is none. */
  ids = new Float64Array(1024);
  west = Infinity;
  south = Infinity;
  east = -Infinity;
  north = -Infinity;

  constructor(name: string, minZoom: number, maxZoom: number) {
    this.name = name;
    this.minZoom = minZoom;
    this.maxZoom = maxZoom;
  }

  get featureCount(): number {
    return this.attributes.featureCount;
  }

  /** Memory held, bytes. */
  get sizeBytes(): number {
    const { xs, ys, weights, partEnds, partAreas, shapeEnds, kinds, features, boxes } = this.shapes;
    const shapes = [xs, ys, weights, partEnds, partAreas, shapeEnds, kinds, features, boxes];
    const points = [this.points.xs, this.points.ys, this.points.features];
    const arrays = [...shapes, ...points, this.ids];
    return this.attributes.sizeBytes + arrays.reduce((sum, array) => sum + array.byteLength, 0);
  }

  /**
   * Adds a feature whose coordinates are longitude and latitude, WGS 84. An id that is no whole number becomes the
   * attribute `id`, where the feature has none of that name.
   * @throws {FeatureFault} and leaves the layer as it was.
   */
  add({ id, geometry, properties }: RawFeature): void {
    const pointCount = this.points.count;
    const mark = this.shapes.mark();
    const { west, south, east, north } = this;
    const isTileId = typeof id === 'number' && Number.isSafeInteger(id) && id >= 0;
    const attributes = isRecord(properties) ? properties : {};
    const named = isTileId || id === undefined || id === null || 'id' in attributes;
    const feature = this.attributes.add(named ? attributes : { id, ...attributes });
    this.ids = withRoom(this.ids, feature + 1);
    this.ids[feature] = isTileId ? id : -1;
    try {
      this.#addGeometry(geometry, feature, 0);
    } catch (error) {
      this.attributes.removeLast();
      this.points.count = pointCount;
      this.shapes.release(mark);
      Object.assign(this, { west, south, east, north });
      throw error;
    }
  }

  #addGeometry(geometry: unknown, feature: number, depth: number): void {
    if (!isRecord(geometry)) throw new FeatureFault('it has no geometry');
    const { type, coordinates } = geometry;
    switch (type) {
      case 'Point':
        this.#addPoint(coordinates, feature);
        break;
      case 'MultiPoint':
        for (const position of list(coordinates, 1, type)) this.#addPoint(position, feature);
        break;
      case 'LineString':
        this.#addLine(coordinates);
        this.shapes.endShape(LINE, feature);
        break;
      case 'MultiLineString':
        for (const line of list(coordinates, 1, type)) this.#addLine(line);
        this.shapes.endShape(LINE, feature);
        break;
      case 'Polygon':
        this.#addPolygon(coordinates);
        this.shapes.endShape(POLYGON, feature);
        break;
      case 'MultiPolygon':
        for (const polygon of list(coordinates, 1, type)) this.#addPolygon(polygon);
        this.shapes.endShape(POLYGON, feature);
        break;
      case 'GeometryCollection':
        if (depth === MAX_NESTING) throw new FeatureFault('its geometry collections are nested without end');
        for (const member of list(geometry['geometries'], 0, type)) this.#addGeometry(member, feature, depth + 1);
        break;
      default:
        throw new FeatureFault(`${brief(type)} is no type of geometry`);
    }
  }

  #addPoint(position: unknown, feature: number): void {
    this.#readPosition(position);
    const x = this.#x - Math.floor(this.#x);
    this.points.add(this.#x === 1 ? 1 : x, this.#y, feature);
  }

  #addLine(coordinates: unknown): void {
    const positions = list(coordinates, 2, 'a line');
    const start = this.shapes.openPart;
    for (const position of positions) this.#addVertex(position);
    weighVertices(this.shapes, start, this.shapes.vertexCount, false);
    this.shapes.endPart(0);
  }

  #addPolygon(coordinates: unknown): void {
    list(coordinates, 1, 'a polygon').forEach((ring, i) => this.#addRing(ring, i > 0));
  }

  /** Outer rings turn clockwise on the map, holes the other way, whatever the file has. */
  #addRing(coordinates: unknown, isHole: boolean): void {
    const { shapes } = this;
    const positions = list(coordinates, 4, 'a ring of a polygon');
    const start = shapes.openPart;
    for (const position of positions) this.#addVertex(position);
    const last = --shapes.vertexCount;
    if (shapes.xs[start] !== shapes.xs[last] || shapes.ys[start] !== shapes.ys[last])
      throw new FeatureFault('a ring of its polygon is not closed: the last position differs from the first');
    const area = shapes.ringArea(start, last);
    if (area === 0 && isHole) {
      shapes.vertexCount = start;
      return;
    }
    if (area === 0) throw new FeatureFault('its polygon has no area');
    if (area < 0 !== isHole) shapes.reverse(start, last);
    weighVertices(shapes, start, last, true);
    shapes.endPart(isHole ? -Math.abs(area) : Math.abs(area));
  }

  #addVertex(position: unknown): void {
    this.#readPosition(position);
    this.shapes.vertex(this.#x, this.#y, 0);
  }

  #x = 0;
  #y = 0;

  /** Checks a position and leaves its world coordinates in #x and #y. */
  #readPosition(position: unknown): void {
    if (!Array.isArray(position)) throw new FeatureFault(`${brief(position)} is no position`);
    const lon: unknown = position[0];
    const lat: unknown = position[1];
    if (typeof lon !== 'number' || typeof lat !== 'number' || !Number.isFinite(lon) || !Number.isFinite(lat))
      throw new FeatureFault(`${brief(position)} is no position: two numbers are needed, longitude first`);
    if (lat < -90 || lat > 90) throw new FeatureFault(`its latitude ${lat} is not between -90 and 90`);
    if (lon < -EARTH_TURNS || lon > EARTH_TURNS)
      throw new FeatureFault(`its longitude ${lon} is not between -180 and 180`);
    if (lon < this.west) this.west = lon;
    if (lon > this.east) this.east = lon;
    if (lat < this.south) this.south = lat;
    if (lat > this.north) this.north = lat;
    const [x, y] = lonLatToMercator(lon, lat);
    this.#x = x / (2 * MERCATOR_HALF) + 0.5;
    this.#y = Math.min(1, Math.max(0, 0.5 - y / (2 * MERCATOR_HALF)));
  }
}

function list(value: unknown, least: number, what: string): readonly unknown[] {
  if (!Array.isArray(value)) throw new FeatureFault(`${brief(value)} are no coordinates of ${what}`);
  if (value.length < least)
    throw new FeatureFault(`${what} needs ${least} or more coordinates, and there are ${value.length}`);
  return value;
}
