import { Shapes } from '../core/vector/shapes.ts';
import { weighVertices } from '../core/vector/simplify.ts';

export type Position = readonly [lon: number, lat: number];

/**
 * Leaves out of closed rings what lies nearer than `tolerance` to what is left, in the units of the coordinates. A ring
 * of which less than a triangle would be left keeps its shape; 0 leaves all as it is.
 */
export function createRingSimplifier(tolerance: number): (ring: readonly Position[]) => readonly Position[] {
  const shapes = new Shapes();
  return (ring) => {
    const count = ring.length - 1; // the last position is the first
    if (tolerance <= 0 || count < 4) return ring;
    shapes.vertexCount = 0;
    for (let i = 0; i < count; i++) shapes.vertex(ring[i]![0], ring[i]![1], 0);
    weighVertices(shapes, 0, count, true);
    const square = tolerance * tolerance;
    const kept = ring.filter((_, i) => i < count && shapes.weights[i]! > square);
    return kept.length < 3 ? ring : [...kept, kept[0]!];
  };
}
