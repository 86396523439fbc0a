/** Keeps the map's layers of data the same as what is shown: their order, frames and styles. */
import type { LayerSummary, TileJson } from '../../../pipelines/core/wire.ts';
import { getTileJson } from '../api.ts';
import { layersOf, session } from '../state/session.ts';
import type { MapView, ShownLayer } from '../state/shown.ts';
import { frameAt, shown } from '../state/shown.ts';
import { FreshTiles } from './fresh-tiles.ts';
import type { MapLibreMap } from './map.tsx';
import type { ActiveLayer } from './paint.ts';
import { activeLayers, paintOf } from './paint.ts';
import { DATA_BELOW } from './style.ts';
import { cellPixels, tilesInView } from './tile-cover.ts';
import { ValueLayer } from './value-layer.ts';
import type { ValueScene } from './value-layer.ts';
import { keyOf } from './value-tiles.ts';
import type { ValueFrame } from './value-tiles.ts';
import type { Values } from './values.ts';
import { gridOf } from './values.ts';

export class DataLayers {
  readonly #map: MapLibreMap;
  readonly #values: Values;
  readonly #fresh: FreshTiles;
  readonly #frames = new Map<string, { current: ValueFrame; previous: ValueFrame | null }>();
  #started = false;
  /** Map layers made for each layer of data, in drawing order. */
  readonly #made = new Map<string, readonly string[]>();

  constructor(map: MapLibreMap, values: Values) {
    this.#map = map;
    this.#values = values;
    this.#fresh = new FreshTiles(map);
  }

  /** The map can take layers from now on. */
  start(): void {
    this.#started = true;
    this.rebuild();
  }

  /** The map can take no layers for a while. */
  pause(): void {
    this.#started = false;
  }

  /** Adds, removes, orders and styles; called whenever what is shown has changed. */
  sync(): void {
    if (!this.#started) return;
    const active = activeLayers(layersOf(session.get()), shown.get().layers);
    const wanted = new Set(active.map(({ summary }) => summary.id));
    for (const id of this.#made.keys()) if (!wanted.has(id)) this.#remove(id);
    for (const { summary, style } of active.toReversed()) this.#show(summary, style);
    this.#order(active);
    this.#askForTiles(active);
    this.#map.triggerRepaint();
  }

  /** All layers of data are made anew: the basemap has changed, or the map lost its drawing context. */
  rebuild(): void {
    if (!this.#started) return;
    for (const id of this.#made.keys()) this.#unmake(id);
    this.sync();
  }

  #show(summary: LayerSummary, style: ShownLayer): void {
    if (summary.kind === 'value') this.#showValues(summary);
    else this.#showTiles(summary, style);
  }

  /** Layers are moved only when their order is another: each move makes the map lay out its names anew. */
  #order(active: readonly ActiveLayer[]): void {
    const wanted = active.toReversed().flatMap(({ summary }) => this.#made.get(summary.id) ?? []);
    const isOurs = new Set(wanted);
    const present = this.#map.getLayersOrder().filter((id) => isOurs.has(id));
    if (wanted.join() !== present.join()) for (const id of wanted) this.#map.moveLayer(id, DATA_BELOW);
  }

  #showValues(summary: LayerSummary): void {
    if (this.#made.has(summary.id)) return;
    const layer = new ValueLayer(`data-${summary.id}`, this.#values.tiles, () => this.#sceneOf(summary.id));
    this.#map.addLayer(layer, DATA_BELOW);
    this.#made.set(summary.id, [layer.id]);
  }

  /** Pictures and vector tiles: the map library fetches and draws these itself. */
  #showTiles(summary: LayerSummary, { opacity }: ShownLayer): void {
    const frame = frameAt(summary, shown.get().datetime);
    if (!frame) return;
    const source = `data-${frame.id}`;
    const made = this.#made.get(summary.id);
    if (made && this.#map.getSource(source)) {
      for (const id of made) setOpacity(this.#map, id, opacity);
      return;
    }
    getTileJson(frame.tilejson).then(
      (tileJson) => this.#addTiles(summary, source, tileJson),
      (error: unknown) => session.set({ faults: [{ layerId: summary.id, failedTiles: 1, error }] }),
    );
  }

  #addTiles(summary: LayerSummary, source: string, tileJson: TileJson): void {
    const style = shown.get().layers?.find(({ id }) => id === summary.id);
    const frame = frameAt(summary, shown.get().datetime);
    if (!style || `data-${frame?.id}` !== source || this.#map.getSource(source)) return;
    this.#unmake(summary.id);
    const { tiles, minzoom, maxzoom, bounds, tileSize = 256 } = tileJson;
    const common = { tiles: [...tiles], minzoom, maxzoom, bounds: [...bounds] as [number, number, number, number] };
    const raster = summary.kind === 'picture';
    this.#map.addSource(source, raster ? { type: 'raster', tileSize, ...common } : { type: 'vector', ...common });
    if (frame?.archive === null) this.#fresh.follow(source, frame.tilejson);
    const layers = raster ? [rasterLayer(source)] : vectorLayers(source, tileJson);
    for (const layer of layers) this.#map.addLayer(layer, DATA_BELOW);
    const ids = layers.map(({ id }) => id);
    for (const id of ids) setOpacity(this.#map, id, style.opacity);
    this.#made.set(summary.id, ids);
    this.sync();
  }

  #remove(id: string): void {
    this.#unmake(id);
    this.#frames.delete(id);
  }

  /** Takes a layer off the map; what a change of style has taken already is passed over. */
  #unmake(id: string): void {
    const sources = new Set<string>();
    for (const layerId of this.#made.get(id) ?? []) {
      const layer = this.#map.getLayer(layerId);
      if (!layer) continue;
      if (layer.source) sources.add(layer.source);
      this.#map.removeLayer(layerId);
    }
    for (const source of sources) this.#map.removeSource(source);
    this.#made.delete(id);
  }

  #sceneOf(id: string): ValueScene | null {
    const summary = layersOf(session.get()).find((layer) => layer.id === id);
    const style = shown.get().layers?.find((layer) => layer.id === id);
    const frames = this.#frames.get(id);
    if (!summary || !style || !frames) return null;
    const { view, size } = currentView(this.#map);
    const grid = gridOf(frames.current);
    return {
      frame: frames.current,
      previous: frames.previous,
      paint: { ...paintOf(summary, style), opacity: style.opacity },
      tiles: tilesInView(view, size, grid),
      cellPixels: cellPixels(view.zoom, grid),
    };
  }

  #askForTiles(active: readonly ActiveLayer[]): void {
    const { view, size } = currentView(this.#map);
    const needed = new Set<string>();
    const wanted: (() => void)[] = [];
    for (const { summary } of active) {
      if (summary.kind !== 'value') continue;
      const frame = this.#values.frameOf(summary, shown.get().datetime);
      if (!frame) continue;
      this.#step(summary.id, frame);
      for (const tile of tilesInView(view, size, gridOf(frame))) {
        needed.add(keyOf(frame, tile));
        wanted.push(() => this.#values.tiles.want(frame, tile));
      }
    }
    this.#values.tiles.keepOnly(needed);
    for (const want of wanted) want();
  }

  #step(id: string, frame: ValueFrame): void {
    const frames = this.#frames.get(id);
    if (frames?.current === frame) return;
    this.#frames.set(id, { current: frame, previous: frames?.current ?? null });
  }
}

/** The map's place and size in CSS pixels. */
export function currentView(map: MapLibreMap): { view: MapView; size: { width: number; height: number } } {
  const { lng, lat } = map.getCenter();
  const { clientWidth: width, clientHeight: height } = map.getContainer();
  return { view: { lon: lng, lat, zoom: map.getZoom() }, size: { width, height } };
}

function rasterLayer(source: string) {
  return { id: source, type: 'raster' as const, source, paint: { 'raster-fade-duration': 0 } };
}

function vectorLayers(source: string, { vector_layers: layers = [] }: TileJson) {
  const ink = '#0A6B6B';
  return layers.flatMap(({ id }) => {
    const common = { source, 'source-layer': id };
    const only = (kind: string) => ['==', ['geometry-type'], kind] as ['==', ['geometry-type'], string];
    return [
      {
        id: `${source}-${id}-fill`,
        type: 'fill' as const,
        ...common,
        filter: only('Polygon'),
        paint: { 'fill-color': ink, 'fill-opacity': 0.2 },
      },
      { id: `${source}-${id}-line`, type: 'line' as const, ...common, paint: { 'line-color': ink, 'line-width': 1.4 } },
      {
        id: `${source}-${id}-point`,
        type: 'circle' as const,
        ...common,
        filter: only('Point'),
        paint: { 'circle-color': ink, 'circle-radius': 4, 'circle-stroke-color': '#fff', 'circle-stroke-width': 1 },
      },
    ];
  });
}

function setOpacity(map: MapLibreMap, id: string, opacity: number): void {
  const type = map.getLayer(id)?.type;
  if (type === 'raster') map.setPaintProperty(id, 'raster-opacity', opacity);
  else if (type === 'line') map.setPaintProperty(id, 'line-opacity', opacity);
  else if (type === 'fill') map.setPaintProperty(id, 'fill-opacity', opacity * 0.2);
  else if (type === 'circle') map.setPaintProperty(id, 'circle-opacity', opacity);
}
