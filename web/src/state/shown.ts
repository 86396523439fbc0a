/** What is shown: everything that the page's address holds, and the changes that can be made to it. */
import type { LayerFrame, LayerSummary } from '../../../pipelines/core/wire.ts';
import { createStore } from './store.ts';

export interface LonLat {
  readonly lon: number;
  readonly lat: number;
}

export interface MapView extends LonLat {
  readonly zoom: number;
}

export type Range = readonly [min: number, max: number];
export type Page = 'explore' | 'inspect' | 'zones' | 'scenes' | 'runs' | 'about';
export type Basemap = 'standard' | 'grey' | 'none';

export interface ShownLayer {
  readonly id: string;
  /** 0 to 1. */
  readonly opacity: number;
  /** null: as the layer suggests. */
  readonly colormap: string | null;
  readonly range: Range | null;
}

/** What of a series of zones is drawn beside its observations. */
export const EXTRA_LINES = ['smooth', 'trend'] as const;
export type ExtraLine = (typeof EXTRA_LINES)[number];

export interface ShownZones {
  /** Set of zones; null: none is chosen. */
  readonly set: string | null;
  readonly series: string | null;
  readonly statistic: string | null;
  readonly lines: readonly ExtraLine[];
  /** Zones that are compared, in the order in which they were chosen. */
  readonly ids: readonly string[];
}

/** More lines than this in one chart are told apart by nobody. */
export const MOST_ZONES = 3;

export interface Shown {
  /** null until the map has been placed: then the region's home. */
  readonly view: MapView | null;
  /** Topmost first; null until chosen: then the layers of the first start. */
  readonly layers: readonly ShownLayer[] | null;
  /** RFC 3339; each layer shows its frame nearest to it. null: the newest clear one. */
  readonly datetime: string | null;
  readonly page: Page;
  readonly selection: LonLat | null;
  readonly basemap: Basemap;
  /** The run that is open; null: their list. */
  readonly run: string | null;
  /** The pipeline whose form is open; empty: one is being chosen; null: none. */
  readonly starting: string | null;
  /** The scene that is open; null: their list. */
  readonly scene: string | null;
  readonly zones: ShownZones;
}

export const NO_ZONES: ShownZones = { set: null, series: null, statistic: null, lines: [], ids: [] };

export const NOTHING_SHOWN: Shown = {
  view: null,
  layers: null,
  datetime: null,
  page: 'explore',
  selection: null,
  basemap: 'standard',
  run: null,
  starting: null,
  scene: null,
  zones: NO_ZONES,
};

export const shown = createStore<Shown>(NOTHING_SHOWN);

/** From this clear share on a scene is good enough to open with. */
const CLEAR_ENOUGH = 0.7;

export function newLayer(id: string): ShownLayer {
  return { id, opacity: 1, colormap: null, range: null };
}

export function withLayer(layers: readonly ShownLayer[], id: string, on: boolean): readonly ShownLayer[] {
  const rest = layers.filter((layer) => layer.id !== id);
  if (!on) return rest;
  return rest.length < layers.length ? layers : [newLayer(id), ...layers];
}

/** Moves a layer `by` places, -1 being one up; stays within the list. */
export function withLayerMoved(layers: readonly ShownLayer[], id: string, by: number): readonly ShownLayer[] {
  const from = layers.findIndex((layer) => layer.id === id);
  const to = Math.min(layers.length - 1, Math.max(0, from + by));
  if (from < 0 || from === to) return layers;
  return layers.toSpliced(from, 1).toSpliced(to, 0, layers[from]!);
}

export function withLayerStyled(
  layers: readonly ShownLayer[],
  id: string,
  style: Partial<Omit<ShownLayer, 'id'>>,
): readonly ShownLayer[] {
  return layers.map((layer) => (layer.id === id ? { ...layer, ...style } : layer));
}

export function toggleLayer(id: string, on: boolean): void {
  shown.set({ layers: withLayer(shown.get().layers ?? [], id, on) });
}

export function moveLayer(id: string, by: number): void {
  shown.set({ layers: withLayerMoved(shown.get().layers ?? [], id, by) });
}

export function styleLayer(id: string, style: Partial<Omit<ShownLayer, 'id'>>): void {
  shown.set({ layers: withLayerStyled(shown.get().layers ?? [], id, style) });
}

/** Chooses a zone, or gives it up; one more than can be compared takes the place of the oldest. */
export function toggleZone(id: string): void {
  const { zones } = shown.get();
  const ids = zones.ids.includes(id) ? zones.ids.filter((one) => one !== id) : [...zones.ids, id].slice(-MOST_ZONES);
  shown.set({ zones: { ...zones, ids } });
}

/** The frame to show at `datetime`: the nearest in time; without one the newest that is clear, else the newest. */
export function frameAt(layer: LayerSummary, datetime: string | null): LayerFrame | null {
  const frames = layer.frames;
  if (datetime === null || frames[0]?.datetime === null)
    return frames.findLast((frame) => (frame.clearShare ?? 1) >= CLEAR_ENOUGH) ?? frames.at(-1) ?? null;
  const wanted = Date.parse(datetime);
  let best: LayerFrame | null = null;
  let distance = Infinity;
  for (const frame of frames) {
    const d = Math.abs(Date.parse(frame.datetime!) - wanted);
    if (d < distance) [best, distance] = [frame, d];
  }
  return best;
}

export interface TimelineDate {
  readonly datetime: string;
  readonly clearShare: number | null;
}

/** The dates of several layers on one line, oldest first; layers that share an instant share its entry. */
export function datesOf(layers: readonly LayerSummary[]): readonly TimelineDate[] {
  const dates = new Map<number, TimelineDate>();
  for (const { frames } of layers)
    for (const { datetime, clearShare } of frames)
      if (datetime !== null && !dates.has(Date.parse(datetime)))
        dates.set(Date.parse(datetime), { datetime, clearShare });
  return [...dates].sort(([a], [b]) => a - b).map(([, date]) => date);
}
