import type { Shapes } from './shapes.ts';

/**
 * Gives every vertex of a part the weight that Douglas and Peucker's method would: at a tolerance t, vertices with a
 * weight above t² remain. Done once; each zoom then only compares. A vertex never weighs more than the one whose
 * removal would have hidden it, so that the vertices kept are exactly those of the method at that tolerance.
 *
 * @param from  First vertex of the part; for a ring, the first is also the last.
 * @see Douglas and Peucker 1973, https://doi.org/10.3138/FM57-6770-U75U-7727
 */
export function weighVertices(shapes: Shapes, from: number, to: number, isRing: boolean): void {
  const { xs, ys, weights } = shapes;
  weights[from] = Infinity;
  if (!isRing) weights[to - 1] = Infinity;
  const stack = [from, isRing ? to : to - 1, Infinity];
  while (stack.length > 0) {
    const limit = stack.pop()!;
    const last = stack.pop()!;
    const first = stack.pop()!;
    if (last - first < 2) continue;
    const end = last === to ? from : last;
    const ax = xs[first]!;
    const ay = ys[first]!;
    const dx = xs[end]! - ax;
    const dy = ys[end]! - ay;
    const square = dx * dx + dy * dy;
    let farthest = -1;
    let index = first + 1;
    for (let i = first + 1; i < last; i++) {
      let px = xs[i]! - ax;
      let py = ys[i]! - ay;
      if (square > 0) {
        const t = Math.min(1, Math.max(0, (px * dx + py * dy) / square));
        px -= t * dx;
        py -= t * dy;
      }
      const distance = px * px + py * py;
      if (distance > farthest) {
        farthest = distance;
        index = i;
      }
    }
    const weight = Math.min(limit, farthest);
    weights[index] = weight;
    stack.push(first, index, weight, index, last, weight);
  }
}
