import { describe, expect, it } from 'vitest';
import { lonLatToMercator, tileBounds } from '../../pipelines/core/grid/tile-matrix-set.ts';
import {
  cellPixels,
  tileAt,
  tilesInView,
  tileZoom,
  viewBounds,
  viewOfBounds,
  visiblePart,
} from '../../web/src/map/tile-cover.ts';
import { partOf, planTile } from '../../web/src/map/tile-plan.ts';
import { codeAt, codesFromPixels, countCodes, quantiles, valueOf, withBorder } from '../../web/src/map/value-codes.ts';

const GRID = { tileSize: 256, minzoom: 8, maxzoom: 13, bounds: [4.75, 51.85, 5.65, 52.32] } as const;
const SIZE = { width: 1000, height: 800 };

describe('tiles in view', () => {
  it('have pixels of about the screen’s size', () => {
    for (let zoom = 7; zoom <= 12; zoom += 0.1) {
      const pixels = cellPixels(zoom, GRID);
      expect(pixels).toBeGreaterThan(0.7);
      expect(pixels).toBeLessThan(1.42);
    }
    expect(tileZoom(16, GRID)).toBe(13);
    expect(cellPixels(16, GRID)).toBe(16);
  });

  it('cover the view, and no more than one tile beyond it', () => {
    const view = { lon: 5.2, lat: 52.1, zoom: 12 };
    const bounds = viewBounds(view, SIZE);
    const tiles = tilesInView(view, SIZE, GRID);
    const boxes = tiles.map(tileBounds);
    expect(Math.min(...boxes.map((b) => b.minX))).toBeLessThanOrEqual(bounds.minX);
    expect(Math.max(...boxes.map((b) => b.maxY))).toBeGreaterThanOrEqual(bounds.maxY);
    for (const tile of tiles) expect(visiblePart(tile, bounds)).not.toBeNull();
  });

  it('are none outside the layer, and none where they would be hundreds', () => {
    expect(tilesInView({ lon: 0, lat: 0, zoom: 12 }, SIZE, GRID)).toEqual([]);
    expect(tilesInView({ lon: 5, lat: 52, zoom: 3 }, SIZE, { ...GRID, bounds: [-180, -80, 180, 80] })).toEqual([]);
  });

  it('fit a box with room around it', () => {
    const view = viewOfBounds(GRID.bounds, SIZE);
    const shownBox = viewBounds(view, SIZE);
    const [west] = lonLatToMercator(GRID.bounds[0], GRID.bounds[1]);
    expect(shownBox.minX).toBeLessThan(west);
    expect(shownBox.minX).toBeGreaterThan(west - (shownBox.maxX - shownBox.minX) * 0.2);
  });

  it('are found back from a place', () => {
    const { tile, u, v } = tileAt({ lon: 5.12345, lat: 52.09123 }, 13);
    const box = tileBounds(tile);
    const [x, y] = lonLatToMercator(5.12345, 52.09123);
    expect(box.minX + u * (box.maxX - box.minX)).toBeCloseTo(x, 4);
    expect(box.maxY - v * (box.maxY - box.minY)).toBeCloseTo(y, 4);
  });
});

describe('a tile that is on its way', () => {
  const tile = { z: 12, x: 2105, y: 1351 };
  const having = (...keys: string[]) => planTile(tile, ({ z, x, y }) => keys.includes(`${z}/${x}/${y}`));

  it('is drawn from its nearest ancestor', () => {
    const [patch] = having('11/1052/675', '10/526/337');
    expect(patch!.from).toEqual({ z: 11, x: 1052, y: 675 });
    expect(partOf(patch!)).toEqual([0.5, 0.5, 1, 1]);
  });

  it('is drawn from the children that are there when nothing lies above', () => {
    expect(having('13/4210/2702', '13/4211/2703').map(({ tile: t }) => t)).toEqual([
      { z: 13, x: 4210, y: 2702 },
      { z: 13, x: 4211, y: 2703 },
    ]);
    expect(having()).toEqual([]);
  });

  it('is drawn whole once it is there', () => {
    const [patch] = having('12/2105/1351', '11/1052/675');
    expect(partOf(patch!)).toEqual([0, 0, 1, 1]);
  });
});

describe('codes', () => {
  const pixels = (...rgba: number[]) => Uint8ClampedArray.from(rgba);

  it('are the grey at precision 8 and 256 R + G at 16', () => {
    const four = pixels(7, 7, 7, 255, 0, 0, 0, 255, 255, 255, 255, 255, 1, 2, 0, 255);
    expect([...codesFromPixels(four, 2, 8).codes]).toEqual([7, 0, 255, 1]);
    expect([...codesFromPixels(four, 2, 16).codes]).toEqual([1799, 0, 65535, 258]);
  });

  it('decode to values, 0 to none', () => {
    expect(valueOf(0, { scale: 1, offset: 5 })).toBeNull();
    expect(valueOf(255, { scale: 2 / 254, offset: -1 - 2 / 254 })).toBeCloseTo(1, 12);
  });

  it('are read at a place, its edges included', () => {
    const tile = { size: 2, codes: Uint8Array.of(1, 2, 3, 4) };
    expect([codeAt(tile, 0, 0), codeAt(tile, 1, 0), codeAt(tile, 0.49, 0.5), codeAt(tile, 1, 1)]).toEqual([1, 2, 3, 4]);
  });

  it('get one cell of each neighbour around them', () => {
    const own = { size: 2, codes: Uint8Array.of(1, 2, 3, 4) };
    const right = { size: 2, codes: Uint8Array.of(5, 6, 7, 8) };
    const above = { size: 2, codes: Uint8Array.of(9, 10, 11, 12) };
    const corner = { size: 2, codes: Uint8Array.of(13, 14, 15, 16) };
    const cells = withBorder(own, (dx, dy) => {
      if (dx === 1 && dy === 0) return right;
      if (dx === 0 && dy === -1) return above;
      return dx === -1 && dy === 1 ? corner : null;
    });
    expect([...cells]).toEqual([0, 11, 12, 0, 0, 1, 2, 5, 0, 3, 4, 7, 14, 0, 0, 0]);
  });

  it('are counted over the part in view, without nodata', () => {
    const count = { histogram: new Float64Array(4), valid: 0, total: 0 };
    const tile = { size: 4, codes: Uint8Array.from([0, 1, 2, 3, 0, 4, 5, 6, 9, 9, 9, 9, 9, 9, 9, 9]) };
    countCodes(count, tile, [0, 0, 0.75, 0.5], { scale: 1, offset: 0 }, [0, 4]);
    expect(count).toEqual({ histogram: Float64Array.of(0, 1, 1, 0), valid: 4, total: 6 });
    countCodes(count, null, [0, 0, 1, 1], {}, [0, 4]);
    expect(count.total).toBe(6 + 256 * 256);
  });

  it('give the range between two shares of their histogram', () => {
    expect(quantiles(Float64Array.of(0, 1, 98, 1, 0), [0, 10], 0.02, 0.98)).toEqual([4, 6]);
    expect(quantiles(new Float64Array(4), [0, 1], 0.02, 0.98)).toBeNull();
  });
});
