/**
 * Polygons that are not what Simple Features calls valid (rings that cross themselves or each other, parts that lie over
 * one another) as pieces that do not overlap. The rule is that of GEOS's make-valid: a place is inside a part where it
 * is inside an odd number of its rings, and inside the zone where it is inside any part.
 */
import { PlatformError } from '../../errors.ts';
import type { PolygonSet } from './polygons.ts';

/** A drawing that is meant ill has millions; a faulty parcel a handful. */
const MOST_CROSSINGS = 50_000;
/** Pairs of edges that are held against each other, and edges that are put in order: some seconds of work. */
const MOST_PAIRS = 500_000_000;
const MOST_ORDERED = 100_000_000;

/** An edge that runs down: `y0 < y1`. */
interface Edge {
  readonly x0: number;
  readonly y0: number;
  readonly x1: number;
  readonly y1: number;
  /** Index of the part (polygon) it belongs to. */
  readonly part: number;
}

/**
 * Cuts the zone into horizontal slabs at all vertices and crossings; within a slab no edges cross.
 * @param take  Given each piece: a triangle or trapezoid, `x, y, …` of four positions, which meets others at edges only. The
 *   array is used again.
 * @returns the sum of their areas, in the square of the unit of the coordinates
 * @throws {PlatformError} `too-large` where the rings cross so often that it would take minutes, and more memory than there is
 */
export function resolveOverlaps(set: PolygonSet, zone: number, take: (ring: Float64Array) => void): number {
  const edges = edgesOf(set, zone).toSorted((a, b) => a.y0 - b.y0);
  const levels = levelsOf(edges);
  const ring = new Float64Array(8);
  let area = 0;
  let active: Edge[] = [];
  let next = 0;
  let ordered = 0;
  for (let k = 0; k + 1 < levels.length; k++) {
    const [top, bottom] = [levels[k]!, levels[k + 1]!];
    const middle = (top + bottom) / 2;
    active = active.filter((edge) => edge.y1 > middle);
    for (; next < edges.length && edges[next]!.y0 < middle; next++)
      if (edges[next]!.y1 > middle) active.push(edges[next]!);
    ordered += active.length;
    if (ordered > MOST_ORDERED) throw tooTangled();
    active.sort((a, b) => xAt(a, middle) - xAt(b, middle));
    for (const [left, right] of spansOf(active)) {
      ring.set([xAt(left, top), top, xAt(right, top), top, xAt(right, bottom), bottom, xAt(left, bottom), bottom]);
      take(ring);
      area += (bottom - top) * (xAt(right, middle) - xAt(left, middle));
    }
  }
  return area;
}

function edgesOf({ coordinates, ringStarts, polygonStarts, zoneStarts }: PolygonSet, zone: number): Edge[] {
  const edges: Edge[] = [];
  for (let part = zoneStarts[zone]!; part < zoneStarts[zone + 1]!; part++)
    for (let r = polygonStarts[part]!; r < polygonStarts[part + 1]!; r++) {
      const [start, end] = [ringStarts[r]!, ringStarts[r + 1]!];
      let [x0, y0] = [coordinates[2 * end - 2]!, coordinates[2 * end - 1]!];
      for (let i = start; i < end; i++) {
        const [x1, y1] = [coordinates[2 * i]!, coordinates[2 * i + 1]!];
        if (y0 < y1) edges.push({ x0, y0, x1, y1, part });
        else if (y0 > y1) edges.push({ x0: x1, y0: y1, x1: x0, y1: y0, part });
        [x0, y0] = [x1, y1];
      }
    }
  return edges;
}

/** Heights of all vertices and crossings, ascending. @param edges  By `y0`. */
function levelsOf(edges: readonly Edge[]): Float64Array {
  const levels = new Set<number>();
  let crossings = 0;
  let pairs = 0;
  let active: Edge[] = [];
  for (const edge of edges) {
    levels.add(edge.y0);
    levels.add(edge.y1);
    active = active.filter((other) => other.y1 > edge.y0);
    pairs += active.length;
    for (const other of active) {
      const y = crossing(edge, other);
      if (y === null) continue;
      levels.add(y);
      crossings += 1;
    }
    if (crossings > MOST_CROSSINGS || pairs > MOST_PAIRS) throw tooTangled();
    active.push(edge);
  }
  return Float64Array.from(levels).sort();
}

function tooTangled(): PlatformError {
  return new PlatformError(
    'too-large',
    `The rings of a polygon cross each other too often (more than ${MOST_CROSSINGS} times, or over too many edges); repair or simplify it`,
  );
}

/** The height at which two edges cross between their ends; null where they do not. */
function crossing(a: Edge, b: Edge): number | null {
  const top = Math.max(a.y0, b.y0);
  const bottom = Math.min(a.y1, b.y1);
  if (top >= bottom) return null;
  const before = xAt(a, top) - xAt(b, top);
  const after = xAt(a, bottom) - xAt(b, bottom);
  if (before * after >= 0) return null;
  const y = top + (bottom - top) * (before / (before - after));
  return y > top && y < bottom ? y : null;
}

function xAt({ x0, y0, x1, y1 }: Edge, y: number): number {
  return y <= y0 ? x0 : y >= y1 ? x1 : x0 + ((y - y0) / (y1 - y0)) * (x1 - x0);
}

/** Left and right edge of each stretch that is inside, the edges given from left to right. */
function* spansOf(edges: readonly Edge[]): Generator<readonly [left: Edge, right: Edge]> {
  const odd = new Set<number>();
  let left: Edge | null = null;
  for (const edge of edges) {
    if (!odd.delete(edge.part)) odd.add(edge.part);
    if (left === null && odd.size > 0) left = edge;
    else if (left !== null && odd.size === 0) {
      yield [left, edge];
      left = null;
    }
  }
}
