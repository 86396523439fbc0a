/** Which pixels of a window have their centre inside polygons: even-odd within each, together where they overlap. */
import type { Window } from '../core/grid/window.ts';

/** @param polygons  Rings as `col, row, …` in pixels of the grid. @param out  1 on `side`, 0 on the other. */
export function insidePolygons(
  polygons: readonly (readonly (readonly number[])[])[],
  side: 'inside' | 'outside',
  { col, row, width, height }: Window,
  out: Float32Array,
): void {
  const inside = side === 'inside' ? 1 : 0;
  out.fill(1 - inside);
  for (const rings of polygons) {
    const crossings = crossingsOf(rings, row, height);
    for (const [r, cols] of crossings.entries()) {
      cols.sort((a, b) => a - b);
      for (let k = 0; k + 1 < cols.length; k += 2) {
        // from the first centre at or right of one crossing up to the next
        const from = Math.max(0, Math.ceil(cols[k]! - 0.5) - col);
        const to = Math.min(width, Math.ceil(cols[k + 1]! - 0.5) - col);
        if (to > from) out.fill(inside, r * width + from, r * width + to);
      }
    }
  }
}

/** Where the rings cross the middles of the window's rows, per row. */
function crossingsOf(rings: readonly (readonly number[])[], row: number, height: number): number[][] {
  const crossings: number[][] = Array.from({ length: height }, () => []);
  for (const ring of rings)
    for (let i = 0; i < ring.length; i += 2) {
      const j = i + 2 < ring.length ? i + 2 : 0;
      const [x0, y0, x1, y1] = [ring[i]!, ring[i + 1]!, ring[j]!, ring[j + 1]!];
      if (y0 === y1) continue;
      const [low, high] = y0 < y1 ? [y0, y1] : [y1, y0];
      const first = Math.max(0, Math.ceil(low - 0.5) - row);
      const end = Math.min(height, Math.ceil(high - 0.5) - row);
      for (let r = first; r < end; r++) crossings[r]!.push(x0 + ((row + r + 0.5 - y0) / (y1 - y0)) * (x1 - x0));
    }
  return crossings;
}
