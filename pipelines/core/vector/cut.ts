/**
 * Cuts shapes to a band between two lines of constant x or y. Two cuts make a tile. Edges that a polygon runs along
 * the border are kept: they lie in the tile's margin, outside of what is drawn.
 */
import type { Shapes } from './shapes.ts';
import { LINE } from './shapes.ts';

/** 0 cuts by x, 1 by y. */
export type Axis = 0 | 1;

/** Those of `list` that reach into the band; a shape that leaves it is replaced by its cut, pushed onto `shapes`. */
export function cutAll(shapes: Shapes, list: Uint32Array, axis: Axis, low: number, high: number): Uint32Array {
  const kept = new Uint32Array(list.length);
  let count = 0;
  for (let i = 0; i < list.length; i++) {
    const shape = list[i]!;
    const min = shapes.boxes[4 * shape + axis]!;
    const max = shapes.boxes[4 * shape + axis + 2]!;
    if (min > high || max < low) continue;
    if (min >= low && max <= high) kept[count++] = shape;
    else if (cut(shapes, shape, axis, low, high)) kept[count++] = shapes.shapeCount - 1;
  }
  return count === list.length ? kept : kept.subarray(0, count);
}

/** @returns whether anything of the shape lies in the band; it is then the last one of `shapes`. */
function cut(shapes: Shapes, shape: number, axis: Axis, low: number, high: number): boolean {
  const before = shapes.shapeCount;
  const isLine = shapes.kinds[shape] === LINE;
  const lastPart = shapes.shapeEnds[shape]!;
  for (let part = shapes.firstPart(shape); part < lastPart; part++) {
    const from = shapes.firstVertex(part);
    if (isLine) cutLine(shapes, from, shapes.partEnds[part]!, axis, low, high);
    else cutRing(shapes, from, shapes.partEnds[part]!, axis, low, high);
  }
  shapes.endShape(shapes.kinds[shape] as 2 | 3, shapes.features[shape]!);
  return shapes.shapeCount > before;
}

function cutRing(shapes: Shapes, from: number, to: number, axis: Axis, low: number, high: number): void {
  const start = shapes.openPart;
  for (let j = to - 1, i = from; i < to; j = i++) crossEdge(shapes, j, i, axis, low, high);
  const area = shapes.vertexCount - start < 3 ? 0 : shapes.ringArea(start, shapes.vertexCount);
  if (area === 0) shapes.vertexCount = start;
  else shapes.endPart(area);
}

/** A line that leaves the band and comes back becomes several parts. */
function cutLine(shapes: Shapes, from: number, to: number, axis: Axis, low: number, high: number): void {
  let start = shapes.openPart;
  const close = () => {
    if (shapes.vertexCount - start >= 2) shapes.endPart(0);
    else shapes.vertexCount = start;
    start = shapes.vertexCount;
  };
  for (let i = from; i + 1 < to; i++) if (crossEdge(shapes, i, i + 1, axis, low, high)) close();
  const last = (axis === 0 ? shapes.xs : shapes.ys)[to - 1]!;
  if (last >= low && last <= high) shapes.vertex(shapes.xs[to - 1]!, shapes.ys[to - 1]!, Infinity);
  close();
}

/** Writes what the edge a → b has in the band, its end excluded. @returns whether it leaves the band. */
function crossEdge(shapes: Shapes, a: number, b: number, axis: Axis, low: number, high: number): boolean {
  const along = axis === 0 ? shapes.xs : shapes.ys;
  const from = along[a]!;
  const to = along[b]!;
  if (from < low) {
    if (to > low) crossing(shapes, a, b, axis, low);
  } else if (from > high) {
    if (to < high) crossing(shapes, a, b, axis, high);
  } else shapes.vertex(shapes.xs[a]!, shapes.ys[a]!, shapes.weights[a]!);
  if (to < low && from >= low) {
    crossing(shapes, a, b, axis, low);
    return true;
  }
  if (to > high && from <= high) {
    crossing(shapes, a, b, axis, high);
    return true;
  }
  return false;
}

function crossing(shapes: Shapes, a: number, b: number, axis: Axis, at: number): void {
  const { xs, ys } = shapes;
  if (axis === 0) shapes.vertex(at, ys[a]! + ((at - xs[a]!) / (xs[b]! - xs[a]!)) * (ys[b]! - ys[a]!), Infinity);
  else shapes.vertex(xs[a]! + ((at - ys[a]!) / (ys[b]! - ys[a]!)) * (xs[b]! - xs[a]!), at, Infinity);
}
