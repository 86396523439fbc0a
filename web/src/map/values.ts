/** The values behind the map: which frame each layer shows, its tiles, and what they hold at a place or in the view. */
import { createContext, useContext } from 'react';
import type { LayerFrame, LayerSummary } from '../../../pipelines/core/wire.ts';
import { getTileJson } from '../api.ts';
import type { LonLat, MapView, Range } from '../state/shown.ts';
import { frameAt } from '../state/shown.ts';
import type { LayerInView } from '../state/session.ts';
import { session } from '../state/session.ts';
import { tilesInView, tileZoom, viewBounds, visiblePart } from './tile-cover.ts';
import type { TileGrid, ViewSize } from './tile-cover.ts';
import { countCodes } from './value-codes.ts';
import type { CachedTile, ValueFrame } from './value-tiles.ts';
import { ValueTiles } from './value-tiles.ts';

const BINS = 64;
/** Each telling draws the map anew, which a machine without a graphics card pays with the time it needs to load. */
const TELL_EVERY_MS = 250;

export interface FrameSeriesPoint {
  readonly frame: LayerFrame;
  readonly value: number | null;
}

export class Values {
  readonly tiles: ValueTiles;
  /** Called for tiles whose textures are no longer right or no longer needed. */
  onTextureStale: (cached: CachedTile) => void = () => undefined;
  readonly #frames = new Map<string, ValueFrame>();
  readonly #asked = new Set<string>();
  #told = false;

  constructor() {
    this.tiles = new ValueTiles({
      onLoaded: (cached) => {
        this.#staleNeighbours(cached);
        this.#tell();
      },
      onFailed: (frame, error) => addFault(frame.layerId, error),
      onDropped: (cached) => this.onTextureStale(cached),
      onPending: (pendingTiles) => session.set({ pendingTiles }),
    });
  }

  /** The frame that a layer shows at a time; undefined until its description has come, which this asks for. */
  frameOf(layer: LayerSummary, datetime: string | null): ValueFrame | undefined {
    const frame = frameAt(layer, datetime);
    if (!frame) return undefined;
    const known = this.#frames.get(frame.id);
    if (known || this.#asked.has(frame.id)) return known;
    this.#asked.add(frame.id);
    this.load(layer, frame).then(
      () => this.#tell(),
      (error: unknown) => addFault(layer.id, error),
    );
    return undefined;
  }

  /** @throws {ApiError} where the frame's description cannot be had. */
  async load(layer: LayerSummary, frame: LayerFrame): Promise<ValueFrame> {
    const known = this.#frames.get(frame.id);
    if (known) return known;
    const loaded = { id: frame.id, layerId: layer.id, tileJson: await getTileJson(frame.tilejson) };
    this.#frames.set(frame.id, loaded);
    return loaded;
  }

  /** The value under the cursor, from the tiles that are drawn; undefined while they are on their way. */
  peek(layer: LayerSummary, datetime: string | null, place: LonLat, zoom: number): number | null | undefined {
    const frame = this.frameOf(layer, datetime);
    return frame && this.tiles.peek(frame, place, tileZoom(zoom, gridOf(frame)));
  }

  /** The values of all dates at a place, at full resolution, oldest first. @throws {ApiError} */
  series(layer: LayerSummary, place: LonLat): Promise<FrameSeriesPoint[]> {
    return Promise.all(
      layer.frames.map(async (frame) => ({
        frame,
        value: await this.tiles.read(await this.load(layer, frame), place),
      })),
    );
  }

  /** Histogram and valid share in the view; null while tiles of it are missing. */
  inView(frame: ValueFrame, domain: Range, view: MapView, size: ViewSize): LayerInView | null {
    const count = { histogram: new Float64Array(BINS), valid: 0, total: 0 };
    const bounds = viewBounds(view, size);
    for (const tile of tilesInView(view, size, gridOf(frame))) {
      const cached = this.tiles.get(frame, tile);
      const part = visiblePart(tile, bounds);
      if (!cached) return null;
      if (part) countCodes(count, cached.content, part, frame.tileJson, domain);
    }
    return { ...count, domain };
  }

  /** Asks once more for all that failed. */
  retry(): void {
    this.tiles.forgetFailures();
    this.#asked.clear();
    session.set({ faults: [], retries: session.get().retries + 1 });
    this.#tell();
  }

  /** Tiles come in by dozens; the page is told of them together. */
  #tell(): void {
    if (this.#told) return;
    this.#told = true;
    setTimeout(() => {
      this.#told = false;
      session.set({ tilesRevision: session.get().tilesRevision + 1 });
    }, TELL_EVERY_MS);
  }

  /** The neighbours were drawn with an empty border towards this tile. */
  #staleNeighbours({ frame, tile }: CachedTile): void {
    for (const dy of [-1, 0, 1])
      for (const dx of [-1, 0, 1]) {
        const other = this.tiles.get(frame, { z: tile.z, x: tile.x + dx, y: tile.y + dy });
        if (other?.texture) this.onTextureStale(other);
      }
  }
}

export function gridOf({ tileJson }: ValueFrame): TileGrid {
  const { tileSize = 256, minzoom, maxzoom, bounds } = tileJson;
  return { tileSize, minzoom, maxzoom, bounds };
}

function addFault(layerId: string, error: unknown): void {
  const { faults } = session.get();
  const before = faults.find((fault) => fault.layerId === layerId);
  const fault = { layerId, failedTiles: (before?.failedTiles ?? 0) + 1, error };
  session.set({ faults: [...faults.filter((other) => other !== before), fault] });
}

export const ValuesContext = createContext<Values | null>(null);

export function useValues(): Values {
  const values = useContext(ValuesContext);
  if (!values) throw new Error('No values have been provided to this part of the page.');
  return values;
}
