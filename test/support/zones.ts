/** Coverage of polygons as a plain array, and a slow way to the same numbers. */
import type { Coverage } from '../../pipelines/core/geometry/zonal/coverage.ts';
import { computeCoverage, tileWindow } from '../../pipelines/core/geometry/zonal/coverage.ts';
import { SHARE_UNIT } from '../../pipelines/core/geometry/zonal/covered-cells.ts';
import type { PolygonSet } from '../../pipelines/core/geometry/zonal/polygons.ts';
import { PolygonSetBuilder } from '../../pipelines/core/geometry/zonal/polygons.ts';

export type Ring = readonly (readonly [x: number, y: number])[];
/** Parts, each a shell and its holes. */
export type Zone = readonly (readonly Ring[])[];

export function toSet(zones: readonly Zone[]): PolygonSet {
  const builder = new PolygonSetBuilder();
  for (const zone of zones) builder.add({ type: 'MultiPolygon', coordinates: zone });
  return builder.finish();
}

/** Coverage of one zone, in pixels, row-major. @param tile  Side of a tile. */
export function coverageOf(zone: Zone, width: number, height: number, tile = 1000): Float64Array {
  const grid = { width, height, tileWidth: tile, tileHeight: tile };
  return toDense(computeCoverage(toSet([zone]), grid), 0);
}

export function toDense(coverage: Coverage, zone: number): Float64Array {
  const { width, height, tiles, tilePieces, pieceZone, pieceRange, runStart, runLength, cutCell, cutShare } = coverage;
  const shares = new Float64Array(width * height);
  for (let t = 0; t < tiles.length; t++) {
    const window = tileWindow(coverage, tiles[t]!);
    const place = (cell: number) =>
      (window.row + Math.floor(cell / window.width)) * width + window.col + (cell % window.width);
    for (let piece = tilePieces[t]!; piece < tilePieces[t + 1]!; piece++) {
      if (pieceZone[piece] !== zone) continue;
      for (let run = pieceRange[4 * piece]!; run < pieceRange[4 * piece + 1]!; run++)
        for (let k = 0; k < runLength[run]!; k++) shares[place(runStart[run]! + k)]! += 1;
      for (let cut = pieceRange[4 * piece + 2]!; cut < pieceRange[4 * piece + 3]!; cut++)
        shares[place(cutCell[cut]!)]! += cutShare[cut]! * SHARE_UNIT;
    }
  }
  return shares;
}

/** The same for a valid polygon by cutting each ring to each cell: slow, and of another kind. */
export function coverageByClipping(zone: Zone, width: number, height: number): Float64Array {
  const shares = new Float64Array(width * height);
  for (const part of zone)
    for (const [r, ring] of part.entries())
      for (let row = 0; row < height; row++)
        for (let col = 0; col < width; col++)
          shares[row * width + col]! += (r === 0 ? 1 : -1) * areaOf(clipToCell(ring, col, row));
  return shares;
}

export function areaOf(ring: Ring): number {
  let sum = 0;
  for (let i = 0; i < ring.length; i++) {
    const [a, b] = [ring[i]!, ring[(i + 1) % ring.length]!];
    sum += a[0] * b[1] - b[0] * a[1];
  }
  return Math.abs(sum) / 2;
}

/** Sutherland and Hodgman 1974, against the four sides of a cell. */
function clipToCell(ring: Ring, col: number, row: number): Ring {
  const sides: readonly [axis: 0 | 1, limit: number, sign: 1 | -1][] = [
    [0, col, 1],
    [0, col + 1, -1],
    [1, row, 1],
    [1, row + 1, -1],
  ];
  return sides.reduce<Ring>((points, [axis, limit, sign]) => {
    const inside = (p: readonly number[]) => sign * (p[axis]! - limit) >= 0;
    return points.flatMap((point, i) => {
      const before = points.at(i - 1)!;
      const out: [number, number][] = [];
      if (inside(point) !== inside(before)) {
        const share = (limit - before[axis]!) / (point[axis]! - before[axis]!);
        out.push([before[0] + (point[0] - before[0]) * share, before[1] + (point[1] - before[1]) * share]);
      }
      if (inside(point)) out.push([point[0], point[1]]);
      return out;
    });
  }, ring);
}

/** A ring around a place that does not cross itself. @param roughness  0: a circle's chords; 1: spikes to the middle */
export function star(random: () => number, x: number, y: number, radius: number, n: number, roughness = 0.5): Ring {
  return Array.from({ length: n }, (_, i) => {
    const angle = (2 * Math.PI * (i + 0.4 * random())) / n;
    const r = radius * (1 - roughness * random());
    return [x + r * Math.cos(angle), y + r * Math.sin(angle)] as const;
  });
}

export function rectangle(x0: number, y0: number, x1: number, y1: number): Ring {
  return [
    [x0, y0],
    [x1, y0],
    [x1, y1],
    [x0, y1],
  ];
}

export function sumOf(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0);
}
