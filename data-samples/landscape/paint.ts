/** Fills polygons and draws lines into a class raster: a pixel belongs to a polygon when its centre does. */
import type { Position, Ring } from '../geography/shapes.ts';
import type { SampleGrid } from './grid.ts';
import { toPixel } from './grid.ts';

/** Calls `span(row, fromCol, toCol)` for each run of pixel centres inside the ring (even-odd rule). */
export function fillSpans(grid: SampleGrid, ring: Ring, span: (row: number, from: number, to: number) => void): void {
  const points = ring.map((p) => toPixel(grid, p));
  const rows = points.map((p) => p[1]);
  const first = Math.max(0, Math.ceil(Math.min(...rows) - 0.5));
  const last = Math.min(grid.height - 1, Math.floor(Math.max(...rows) - 0.5));
  const crossings: number[] = [];
  for (let row = first; row <= last; row++) {
    const y = row + 0.5;
    crossings.length = 0;
    for (let i = 0; i + 1 < points.length; i++) {
      const [ax, ay] = points[i]!;
      const [bx, by] = points[i + 1]!;
      if (ay <= y !== by <= y) crossings.push(ax + ((y - ay) / (by - ay)) * (bx - ax));
    }
    crossings.sort((a, b) => a - b);
    for (let k = 0; k + 1 < crossings.length; k += 2) {
      const from = Math.max(0, Math.ceil(crossings[k]! - 0.5));
      const to = Math.min(grid.width, Math.ceil(crossings[k + 1]! - 0.5));
      if (to > from) span(row, from, to);
    }
  }
}

/** Calls `dot(index)` for each pixel within `halfWidthPixels` of the path. */
export function drawPath(
  grid: SampleGrid,
  path: readonly Position[],
  halfWidthPixels: number,
  dot: (index: number) => void,
): void {
  const points = path.map((p) => toPixel(grid, p));
  const reach = Math.ceil(halfWidthPixels);
  for (let i = 0; i + 1 < points.length; i++) {
    const [ax, ay] = points[i]!;
    const [bx, by] = points[i + 1]!;
    const steps = Math.max(1, Math.ceil(Math.hypot(bx - ax, by - ay) * 1.5));
    for (let k = 0; k <= steps; k++) {
      const x = ax + ((bx - ax) * k) / steps;
      const y = ay + ((by - ay) * k) / steps;
      if (x < -reach || y < -reach || x > grid.width + reach || y > grid.height + reach) continue;
      disc(grid, x, y, halfWidthPixels, dot);
    }
  }
}

function disc(grid: SampleGrid, x: number, y: number, radius: number, dot: (index: number) => void): void {
  for (let row = Math.max(0, Math.floor(y - radius)); row <= Math.min(grid.height - 1, Math.floor(y + radius)); row++)
    for (
      let col = Math.max(0, Math.floor(x - radius));
      col <= Math.min(grid.width - 1, Math.floor(x + radius));
      col++
    ) {
      const dx = col + 0.5 - x;
      const dy = row + 0.5 - y;
      if (dx * dx + dy * dy <= Math.max(0.5, radius * radius)) dot(row * grid.width + col);
    }
}
