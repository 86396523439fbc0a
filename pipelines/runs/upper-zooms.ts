/**
 * The zooms above the subtrees, out of their roots. Roots come along the Hilbert curve, on which the tiles of a quad
 * follow each other: one unfinished tile per zoom is all that is held.
 */
import { halve, hasData, placeSquare } from '../core/raster/tile-pyramid.ts';
import type { ReduceRule } from '../core/raster/tile-pyramid.ts';
import type { Tile } from '../core/grid/tile-matrix-set.ts';
import type { TileEncoder } from '../io/encode/tile-style.ts';

export interface UpperZoomsOptions {
  readonly tileSize: number;
  /** Zooms of which tiles are wanted. */
  readonly minZoom: number;
  readonly maxZoom: number;
  readonly reduce: ReduceRule;
  readonly encode: TileEncoder;
  readonly put: (tile: Tile, bytes: Uint8Array) => Promise<void>;
}

interface Unfinished {
  readonly tile: Tile;
  readonly planes: Uint16Array[];
}

export class UpperZooms {
  readonly #options: UpperZoomsOptions;
  readonly #unfinished = new Map<number, Unfinished>();

  constructor(options: UpperZoomsOptions) {
    this.#options = options;
  }

  /** Takes a finished tile's planes down into its parent; a parent that is left behind is finished itself. */
  async add(tile: Tile, planes: readonly Uint16Array[]): Promise<void> {
    const { tileSize, minZoom, reduce } = this.#options;
    if (tile.z <= minZoom) return;
    const parent = { z: tile.z - 1, x: tile.x >> 1, y: tile.y >> 1 };
    let open = this.#unfinished.get(parent.z);
    if (open && (open.tile.x !== parent.x || open.tile.y !== parent.y)) {
      await this.#close(open);
      open = undefined;
    }
    if (!open) {
      open = { tile: parent, planes: planes.map(() => new Uint16Array(tileSize * tileSize)) };
      this.#unfinished.set(parent.z, open);
    }
    const half = tileSize >> 1;
    for (const [p, plane] of planes.entries())
      placeSquare(
        open.planes[p]!,
        tileSize,
        halve(plane, tileSize, reduce),
        half,
        (tile.x & 1) * half,
        (tile.y & 1) * half,
      );
  }

  /** Finishes what is still open, finest first. */
  async finish(): Promise<void> {
    for (let z = Math.max(-1, ...this.#unfinished.keys()); z >= this.#options.minZoom; z--) {
      const open = this.#unfinished.get(z);
      if (open) await this.#close(open);
    }
  }

  async #close({ tile, planes }: Unfinished): Promise<void> {
    const { tileSize, maxZoom, encode, put } = this.#options;
    this.#unfinished.delete(tile.z);
    const square = { planes, stride: tileSize, col: 0, row: 0, size: tileSize };
    if (tile.z <= maxZoom && hasData(square)) await put(tile, await encode(square));
    await this.add(tile, planes);
  }
}
