/** Fetches value tiles once, decodes them, and keeps the ones last used. */
import { isTile } from '../../../pipelines/core/grid/tile-matrix-set.ts';
import type { Tile } from '../../../pipelines/core/grid/tile-matrix-set.ts';
import type { LayerFrame, TileJson } from '../../../pipelines/core/wire.ts';
import { getTile } from '../api.ts';
import type { LonLat } from '../state/shown.ts';
import { isInside, tileAt } from './tile-cover.ts';
import type { CodeTile } from './value-codes.ts';
import { codeAt, codesFromPixels, valueOf } from './value-codes.ts';

/** A frame whose TileJson is there: what is needed to ask for its tiles and to read them. */
export interface ValueFrame {
  readonly id: string;
  readonly layerId: string;
  readonly tileJson: TileJson;
}

export interface CachedTile {
  readonly frame: ValueFrame;
  readonly tile: Tile;
  /** null: the tile is empty. */
  readonly content: CodeTile | null;
  /** Belongs to whoever draws. */
  texture: WebGLTexture | null;
}

export interface ValueTilesEvents {
  readonly onLoaded: (cached: CachedTile) => void;
  readonly onFailed: (frame: ValueFrame, error: unknown) => void;
  readonly onDropped: (cached: CachedTile) => void;
  readonly onPending: (count: number) => void;
}

/** 64 KB each at precision 8: some 25 MB. */
const MOST_CACHED = 400;
/** A browser opens six connections to one server over HTTP/1.1; two are left to the basemap. */
const MOST_AT_ONCE = 4;
/** A failed tile is asked for again when it is seen after this time. */
const RETRY_MS = 20_000;

export class ValueTiles {
  readonly #events: ValueTilesEvents;
  readonly #cache = new Map<string, CachedTile>();
  readonly #loading = new Map<string, Promise<CachedTile | null>>();
  readonly #failed = new Map<string, number>();
  /** Tiles that only the view asked for: they may be given up when it moves on. */
  readonly #forView = new Set<string>();
  #waiting: { key: string; run: () => void; skip: () => void }[] = [];
  #running = 0;

  constructor(events: ValueTilesEvents) {
    this.#events = events;
  }

  /** The tile if it is there; marks it as used. */
  get(frame: ValueFrame, tile: Tile): CachedTile | undefined {
    const key = keyOf(frame, tile);
    const cached = this.#cache.get(key);
    if (cached) {
      this.#cache.delete(key);
      this.#cache.set(key, cached);
    }
    return cached;
  }

  /** Asks for a tile unless it is there, on its way, or has just failed. */
  want(frame: ValueFrame, tile: Tile): void {
    const key = keyOf(frame, tile);
    if (this.#cache.has(key) || this.#loading.has(key)) return;
    if ((this.#failed.get(key) ?? -Infinity) > performance.now() - RETRY_MS) return;
    this.#forView.add(key);
    void this.#request(key, frame, tile).catch(() => undefined);
  }

  /** Of the tiles that wait for their turn for the view alone, only those in `needed` are kept. */
  keepOnly(needed: ReadonlySet<string>): void {
    const isKept = ({ key }: { key: string }) => needed.has(key) || !this.#forView.has(key);
    const dropped = this.#waiting.filter((entry) => !isKept(entry));
    this.#waiting = this.#waiting.filter(isKept);
    for (const { skip } of dropped) skip();
  }

  /** The tile, fetched if need be. @throws {ApiError} where it cannot be had. */
  async load(frame: ValueFrame, tile: Tile): Promise<CachedTile> {
    const key = keyOf(frame, tile);
    this.#forView.delete(key);
    // A tile that the view gave up at this very moment comes back as null, and is asked for again.
    return this.get(frame, tile) ?? (await this.#request(key, frame, tile)) ?? this.load(frame, tile);
  }

  /** True where the tile was asked for in vain, and not since. */
  hasFailed(frame: ValueFrame, tile: Tile): boolean {
    return this.#failed.has(keyOf(frame, tile));
  }

  /** Failed tiles may be asked for at once. */
  forgetFailures(): void {
    this.#failed.clear();
  }

  /** The value at a place out of the finest tile at hand; undefined where none is there yet. */
  peek(frame: ValueFrame, place: LonLat, tileZ: number): number | null | undefined {
    if (!isInside(place, frame.tileJson.bounds)) return null;
    for (let z = tileZ; z >= frame.tileJson.minzoom; z--) {
      const { tile, u, v } = tileAt(place, z);
      const cached = this.get(frame, tile);
      if (cached) return cached.content ? valueOf(codeAt(cached.content, u, v), frame.tileJson) : null;
    }
    return undefined;
  }

  /** The value at a place at full resolution. */
  async read(frame: ValueFrame, place: LonLat): Promise<number | null> {
    if (!isInside(place, frame.tileJson.bounds)) return null;
    const { tile, u, v } = tileAt(place, frame.tileJson.maxzoom);
    const { content } = await this.load(frame, tile);
    return content ? valueOf(codeAt(content, u, v), frame.tileJson) : null;
  }

  /** Every tile at hand, as after a lost drawing context. */
  all(): Iterable<CachedTile> {
    return this.#cache.values();
  }

  #request(key: string, frame: ValueFrame, tile: Tile): Promise<CachedTile | null> {
    const running = this.#loading.get(key);
    if (running) return running;
    const promise = this.#fetch(key, frame, tile).finally(() => {
      this.#loading.delete(key);
      this.#forView.delete(key);
      this.#events.onPending(this.#loading.size);
    });
    this.#loading.set(key, promise);
    this.#events.onPending(this.#loading.size);
    return promise;
  }

  /** null when the tile was given up before its turn came. */
  async #fetch(key: string, frame: ValueFrame, tile: Tile): Promise<CachedTile | null> {
    if (!(await this.#turn(key))) return null;
    try {
      const blob = isTile(tile) ? await getTile(tileAddress(frame.tileJson, tile)) : null;
      const content = blob && (await decode(blob, frame.tileJson.precision ?? 8));
      const cached: CachedTile = { frame, tile, content, texture: null };
      this.#failed.delete(key);
      this.#cache.set(key, cached);
      this.#evict();
      this.#events.onLoaded(cached);
      return cached;
    } catch (error) {
      this.#failed.set(key, performance.now());
      this.#events.onFailed(frame, error);
      throw error;
    } finally {
      this.#running--;
      this.#waiting.shift()?.run();
    }
  }

  /** Waits for a free place; false when the tile is no longer needed. */
  #turn(key: string): Promise<boolean> {
    const start = () => {
      this.#running++;
      return true;
    };
    if (this.#running < MOST_AT_ONCE) return Promise.resolve(start());
    return new Promise((resolve) => {
      this.#waiting.push({ key, run: () => resolve(start()), skip: () => resolve(false) });
    });
  }

  #evict(): void {
    for (const [key, cached] of this.#cache) {
      if (this.#cache.size <= MOST_CACHED) return;
      this.#cache.delete(key);
      this.#events.onDropped(cached);
    }
  }
}

export function keyOf(frame: Pick<LayerFrame, 'id'>, { z, x, y }: Tile): string {
  return `${frame.id}/${z}/${x}/${y}`;
}

function tileAddress({ tiles }: TileJson, { z, x, y }: Tile): string {
  return tiles[0]!.replace('{z}', `${z}`).replace('{x}', `${x}`).replace('{y}', `${y}`);
}

let canvas: OffscreenCanvasRenderingContext2D | null = null;

/** Pixels exactly as stored: no colour management, no premultiplication. */
async function decode(blob: Blob, precision: 8 | 16): Promise<CodeTile> {
  const bitmap = await createImageBitmap(blob, { premultiplyAlpha: 'none', colorSpaceConversion: 'none' });
  const size = bitmap.width;
  if (!canvas || canvas.canvas.width !== size)
    canvas = new OffscreenCanvas(size, size).getContext('2d', { willReadFrequently: true });
  if (!canvas) throw new Error('This browser cannot read the pixels of a tile.');
  canvas.globalCompositeOperation = 'copy';
  canvas.drawImage(bitmap, 0, 0);
  bitmap.close();
  return codesFromPixels(canvas.getImageData(0, 0, size, size).data, size, precision);
}
