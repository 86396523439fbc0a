/** Keeps tiles that are drawn from the database as new as the data: their addresses change with each write. */
import { askTileJson } from '../api.ts';
import type { MapLibreMap } from './map.tsx';

/** A write is seen within this time, where the page is looked at. */
const LOOK_MS = 15_000;

export class FreshTiles {
  readonly #map: MapLibreMap;
  /** Sources of the map, by the address of their TileJSON. */
  readonly #sources = new Map<string, string>();
  readonly #timer: ReturnType<typeof setInterval>;

  constructor(map: MapLibreMap) {
    this.#map = map;
    this.#timer = setInterval(() => {
      if (!document.hidden) for (const [path, source] of this.#sources) void this.#look(path, source);
    }, LOOK_MS);
    map.once('remove', () => clearInterval(this.#timer));
  }

  follow(source: string, path: string): void {
    this.#sources.set(path, source);
  }

  async #look(path: string, id: string): Promise<void> {
    const source = this.#map.getSource(id);
    if (!source || !('setTiles' in source) || !('tiles' in source)) return void this.#sources.delete(path);
    // Where the server cannot be reached the map shows what it has; its own requests tell that.
    const fresh = await askTileJson(path).catch(() => null);
    const { tiles } = source as { readonly tiles: readonly string[] };
    if (!fresh || fresh.tiles.join() === tiles.join() || this.#map.getSource(id) !== source) return;
    (source as unknown as { setTiles(tiles: string[]): void }).setTiles([...fresh.tiles]);
  }
}
