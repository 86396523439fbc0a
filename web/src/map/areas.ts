/** Areas that a screen lays on the map, over data and roads and under nothing: zones, footprints. */
import type { MapArea, MapAreas } from '../state/session.ts';
import { session } from '../state/session.ts';
import type { MapLibreMap } from './map.tsx';
import { inksOf } from './inks.ts';
import { seriesInk } from './series-inks.ts';

const SOURCE = 'areas';
const FILL = 'areas-fill';
const LAYERS = [FILL, 'areas-line', 'areas-casing', 'areas-chosen'];

export class Areas {
  readonly #map: MapLibreMap;
  #drawn: MapAreas | null = null;
  #started = false;

  constructor(map: MapLibreMap) {
    this.#map = map;
  }

  /** Draws what the session says; does nothing where that is drawn already. */
  sync(): void {
    const { areas } = session.get();
    if (areas === this.#drawn || !this.#started) return;
    if (!areas) return this.#remove();
    if (!this.#map.getSource(SOURCE)) this.#add(areas);
    else {
      const { features, chosen } = this.#drawn ?? {};
      if (areas.features !== features) this.#set(SOURCE, areas.features);
      if (areas.chosen !== chosen) this.#set(`${SOURCE}-chosen`, areas.chosen);
    }
    this.#drawn = areas;
  }

  /** The map can take layers from now on. */
  start(): void {
    this.#started = true;
    this.rebuild();
  }

  /** The map has another style: what was drawn is gone. */
  rebuild(): void {
    if (!this.#started) return;
    this.#remove();
    this.sync();
  }

  /** The area at a place of the map's canvas, topmost first; null where none is. */
  at(x: number, y: number): string | null {
    if (!this.#drawn || !this.#map.getLayer(FILL)) return null;
    const [found] = this.#map.queryRenderedFeatures([x, y], { layers: [FILL] });
    const id: unknown = found?.properties['id'];
    return typeof id === 'string' ? id : null;
  }

  #set(source: string, areas: readonly MapArea[]): void {
    const found = this.#map.getSource(source);
    if (found && 'setData' in found) (found as { setData(data: object): void }).setData(collection(areas));
  }

  #add({ features, chosen }: MapAreas): void {
    const map = this.#map;
    const { dark } = session.get();
    const inks = inksOf(false, dark);
    map.addSource(SOURCE, { type: 'geojson', data: collection(features) });
    map.addSource(`${SOURCE}-chosen`, { type: 'geojson', data: collection(chosen) });
    const ink = dark ? '#E7EDEE' : '#17262B';
    const rank = ['match', ['get', 'rank'], 1, seriesInk(1, dark), 2, seriesInk(2, dark), seriesInk(0, dark)] as never;
    map.addLayer({
      id: FILL,
      type: 'fill',
      source: SOURCE,
      // Nothing lies over the colours of the data: an area is seen by its outline, and found by its inside.
      paint: { 'fill-color': ink, 'fill-opacity': 0 },
    });
    map.addLayer({
      id: 'areas-line',
      type: 'line',
      source: SOURCE,
      paint: { 'line-color': ink, 'line-width': 1, 'line-opacity': 0.75 },
    });
    const round = { 'line-join': 'round' } as const;
    const source = `${SOURCE}-chosen`;
    map.addLayer({
      id: 'areas-casing',
      type: 'line',
      source,
      layout: round,
      paint: { 'line-color': inks.halo, 'line-width': 7 },
    });
    map.addLayer({
      id: 'areas-chosen',
      type: 'line',
      source,
      layout: round,
      paint: { 'line-color': rank, 'line-width': 3.5 },
    });
  }

  #remove(): void {
    this.#drawn = null;
    for (const id of LAYERS) if (this.#map.getLayer(id)) this.#map.removeLayer(id);
    for (const id of [SOURCE, `${SOURCE}-chosen`]) if (this.#map.getSource(id)) this.#map.removeSource(id);
  }
}

function collection(areas: readonly MapArea[]) {
  return {
    type: 'FeatureCollection' as const,
    features: areas.map(({ id, geometry }, rank) => ({
      type: 'Feature' as const,
      properties: { id, rank },
      geometry: geometry as { type: 'Polygon'; coordinates: number[][][] },
    })),
  };
}
