/**
 * Lines and polygons in world coordinates (x and y from 0 to 1, Web Mercator, y down), as one stack of vertices,
 * parts and shapes. A shape that is cut for a tile is pushed on top; what lies above a mark is dropped once the tile
 * and all below it are done, so that memory holds one path through the pyramid.
 */
import { withRoom } from './growable.ts';

export const LINE = 2;
export const POLYGON = 3;
/** As numbered in a vector tile; 1 is a point. */
export type ShapeKind = typeof LINE | typeof POLYGON;

export interface ShapeMark {
  readonly vertices: number;
  readonly parts: number;
  readonly shapes: number;
}

export class Shapes {
  xs = new Float64Array(1024);
  ys = new Float64Array(1024);
  /** Squared distance, world units, by which a vertex matters to its line; Infinity where it must stay. */
  weights = new Float32Array(1024);
  vertexCount = 0;
  /** Lines, or rings without the repeated last vertex; part p ends before vertex partEnds[p]. */
  partEnds = new Uint32Array(256);
  /** Signed area of a ring, world units: positive for an outer one, negative for a hole that follows it; 0 for lines. */
  partAreas = new Float64Array(256);
  partCount = 0;
  shapeEnds = new Uint32Array(256);
  kinds = new Uint8Array(256);
  /** Whose attributes a shape has. */
  features = new Uint32Array(256);
  /** minX, minY, maxX, maxY of each shape. */
  boxes = new Float64Array(1024);
  shapeCount = 0;

  vertex(x: number, y: number, weight: number): void {
    const i = this.vertexCount++;
    if (i >= this.xs.length) {
      this.xs = withRoom(this.xs, i + 1);
      this.ys = withRoom(this.ys, i + 1);
      this.weights = withRoom(this.weights, i + 1);
    }
    this.xs[i] = x;
    this.ys[i] = y;
    this.weights[i] = weight;
  }

  /** First vertex of the part that is being written. */
  get openPart(): number {
    return this.partCount === 0 ? 0 : this.partEnds[this.partCount - 1]!;
  }

  endPart(area: number): void {
    const p = this.partCount++;
    this.partEnds = withRoom(this.partEnds, p + 1);
    this.partAreas = withRoom(this.partAreas, p + 1);
    this.partEnds[p] = this.vertexCount;
    this.partAreas[p] = area;
  }

  /** Ends the shape that the parts since the last one make up; one without parts is none. */
  endShape(kind: ShapeKind, feature: number): void {
    const firstPart = this.firstPart(this.shapeCount);
    if (firstPart === this.partCount) return;
    const s = this.shapeCount++;
    this.shapeEnds = withRoom(this.shapeEnds, s + 1);
    this.kinds = withRoom(this.kinds, s + 1);
    this.features = withRoom(this.features, s + 1);
    this.boxes = withRoom(this.boxes, 4 * s + 4);
    this.shapeEnds[s] = this.partCount;
    this.kinds[s] = kind;
    this.features[s] = feature;
    let minX = Infinity;
    let minY = Infinity;
    let maxX = -Infinity;
    let maxY = -Infinity;
    for (let i = this.firstVertex(firstPart); i < this.vertexCount; i++) {
      const x = this.xs[i]!;
      const y = this.ys[i]!;
      if (x < minX) minX = x;
      if (x > maxX) maxX = x;
      if (y < minY) minY = y;
      if (y > maxY) maxY = y;
    }
    this.boxes[4 * s] = minX;
    this.boxes[4 * s + 1] = minY;
    this.boxes[4 * s + 2] = maxX;
    this.boxes[4 * s + 3] = maxY;
  }

  /** Pushes a copy of a shape `dx` worlds to the east. @returns its index. */
  moved(shape: number, dx: number): number {
    for (let part = this.firstPart(shape); part < this.shapeEnds[shape]!; part++) {
      for (let i = this.firstVertex(part); i < this.partEnds[part]!; i++)
        this.vertex(this.xs[i]! + dx, this.ys[i]!, this.weights[i]!);
      this.endPart(this.partAreas[part]!);
    }
    this.endShape(this.kinds[shape] as ShapeKind, this.features[shape]!);
    return this.shapeCount - 1;
  }

  firstPart(shape: number): number {
    return shape === 0 ? 0 : this.shapeEnds[shape - 1]!;
  }

  firstVertex(part: number): number {
    return part === 0 ? 0 : this.partEnds[part - 1]!;
  }

  mark(): ShapeMark {
    return { vertices: this.vertexCount, parts: this.partCount, shapes: this.shapeCount };
  }

  /** Drops everything above the mark, an unfinished part or shape included. */
  release(mark: ShapeMark): void {
    this.vertexCount = mark.vertices;
    this.partCount = mark.parts;
    this.shapeCount = mark.shapes;
  }

  /** Shoelace area of a ring, world units: positive where the ring turns clockwise on the map. */
  ringArea(from: number, to: number): number {
    let sum = 0;
    for (let i = from, j = to - 1; i < to; j = i++) sum += (this.xs[j]! - this.xs[i]!) * (this.ys[i]! + this.ys[j]!);
    return sum / 2;
  }

  reverse(from: number, to: number): void {
    this.xs.subarray(from, to).reverse();
    this.ys.subarray(from, to).reverse();
    this.weights.subarray(from, to).reverse();
  }
}
