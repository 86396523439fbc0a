/** The map: the only file that knows the map library. */
import type { MapOptions } from 'maplibre-gl';
import { Map as LibraryMap, Marker, setWorkerUrl } from 'maplibre-gl';
import workerUrl from 'maplibre-gl/dist/maplibre-gl-worker.mjs?url';
import { useEffect, useRef } from 'react';
import type { LayerList, TileJson } from '../../../pipelines/core/wire.ts';
import { getTileJson } from '../api.ts';
import { useMessages } from '../i18n/messages.ts';
import { layersOf, session } from '../state/session.ts';
import type { LonLat, MapView as View } from '../state/shown.ts';
import { shown } from '../state/shown.ts';
import { Areas } from './areas.ts';
import { currentView, DataLayers } from './data-layers.ts';
import { activeLayers, legendDomain, paintOf } from './paint.ts';
import { basemapStyle } from './style.ts';
import { viewOfBounds } from './tile-cover.ts';
import type { Values } from './values.ts';
import { useValues } from './values.ts';

export type MapLibreMap = LibraryMap;
type Style = Exclude<NonNullable<MapOptions['style']>, string>;

const EASE_MS = 200;
/** Up to this width the panel is a sheet over the map; the same as in `styles/frame.css`. */
const SHEET_BELOW_PIXELS = 860;

/** Draws what `shown` says, and writes back to it where people move and click. */
export function MapCanvas({ home }: { readonly home: LayerList['home'] }) {
  const container = useRef<HTMLDivElement>(null);
  const values = useValues();
  const m = useMessages();
  const map = useRef<LibraryMap | null>(null);

  useEffect(() => {
    const controller = new AbortController();
    const start = async () => {
      const basemap = await basemapOf(home);
      if (!controller.signal.aborted)
        map.current = startMap(container.current!, home, basemap, values, controller.signal);
      nameCanvas();
    };
    void start();
    return () => controller.abort();
  }, [home, values]);

  const nameCanvas = () => map.current?.getCanvas().setAttribute('aria-label', `${m.map}. ${m.mapHelp}`);
  useEffect(nameCanvas);

  return <div ref={container} className="map-canvas" id="map" />;
}

/** The region's own basemap; without one, or where it cannot be had, the map shows a graticule. */
async function basemapOf({ basemap }: LayerList['home']): Promise<TileJson | null> {
  if (basemap === null) return null;
  const path = basemap.includes('/') ? basemap : `tiles/${encodeURIComponent(basemap)}/tilejson.json`;
  return getTileJson(path).catch(() => null);
}

function startMap(
  container: HTMLElement,
  home: LayerList['home'],
  source: TileJson | null,
  values: Values,
  signal: AbortSignal,
): LibraryMap {
  setWorkerUrl(workerUrl);
  const size = { width: container.clientWidth, height: container.clientHeight };
  const { lon, lat, zoom } = shown.get().view ?? viewOfBounds(home.bounds, size);
  const styleNow = () => {
    const { basemap } = shown.get();
    return basemapStyle({ basemap, dark: session.get().dark, source, bounds: home.bounds }) as Style;
  };
  const map = new LibraryMap({
    container,
    style: styleNow(),
    center: [lon, lat],
    zoom,
    minZoom: 4,
    maxZoom: 19,
    // Value tiles are drawn north up and flat; measuring is what this map is for.
    maxPitch: 0,
    dragRotate: false,
    touchPitch: false,
    pitchWithRotate: false,
    attributionControl: false,
    renderWorldCopies: false,
    fadeDuration: 0,
  });
  map.touchZoomRotate.disableRotation();
  map.keyboard.disableRotation();
  const data = new DataLayers(map, values);
  const areas = new Areas(map);
  values.onTextureStale = (cached) => {
    if (cached.texture) map.painter.context.gl.deleteTexture(cached.texture);
    cached.texture = null;
    map.triggerRepaint();
  };

  followMap(map, data, areas, values);
  const stops = [
    followShown(map, data, home),
    followTheme(map, data, areas, styleNow),
    showSelection(map),
    session.subscribe(() => areas.sync()),
  ];
  signal.addEventListener('abort', () => {
    for (const stop of stops) stop();
    map.remove();
  });
  return map;
}

/** What people do on the map goes to `shown` and `session`. */
function followMap(map: LibraryMap, data: DataLayers, areas: Areas, values: Values): void {
  const place = ({ lng, lat }: { lng: number; lat: number }): LonLat => ({ lon: lng, lat });
  const select = (selection: LonLat) => {
    shown.set({ selection, page: 'inspect' });
    if (innerWidth <= SHEET_BELOW_PIXELS) raise(map, selection);
  };
  const placed = () => {
    const { view, size } = currentView(map);
    shown.set({ view });
    session.set({ mapSize: size });
  };
  map.on('move', placed);
  map.on('resize', placed);
  map.on('mousemove', ({ lngLat }) => session.set({ cursor: place(lngLat) }));
  map.on('mouseout', () => session.set({ cursor: null }));
  const point = ({ x, y }: { x: number; y: number }, lngLat: { lng: number; lat: number }) => {
    const pick = session.get().areas?.pick;
    if (!pick) return select(place(lngLat));
    const id = areas.at(x, y);
    if (id !== null) pick(id);
  };
  map.on('click', (event) => point(event.point, event.lngLat));
  map.getCanvas().addEventListener('keydown', ({ key }) => {
    if (key === 'Enter') point(map.project(map.getCenter()), map.getCenter());
  });
  map.on('idle', () => lookAround(map, values));
  map.on('error', ({ error, ...event }) => {
    const source = 'sourceId' in event ? String(event.sourceId) : 'basemap';
    const layer = layersOf(session.get()).find(({ frames }) => frames.some(({ id }) => source === `data-${id}`));
    session.set({ faults: [{ layerId: layer?.id ?? 'basemap', failedTiles: 1, error }] });
  });
  map.on('webglcontextlost', () => {
    data.pause();
    for (const cached of values.tiles.all()) cached.texture = null;
  });
  // At the start, and when the map has loaded its style again after it lost the drawing context.
  map.on('style.load', () => {
    data.start();
    areas.start();
  });
  placed();
}

/** What the panels and the address say goes to the map. */
function followShown(map: LibraryMap, data: DataLayers, home: LayerList['home']): () => void {
  let drawn = shown.get();
  const stopShown = shown.subscribe(() => {
    const before = drawn;
    drawn = shown.get();
    const { view } = drawn;
    if (view === null) moveTo(map, viewOfBounds(home.bounds, currentView(map).size));
    else if (!isAt(map, view)) moveTo(map, view);
    const moved = view !== before.view;
    if (moved || drawn.layers !== before.layers || drawn.datetime !== before.datetime) data.sync();
  });
  let seen = session.get();
  const stopSession = session.subscribe(() => {
    const before = seen;
    seen = session.get();
    if (seen.retries !== before.retries) refresh(map);
    if (seen.tilesRevision !== before.tilesRevision) data.sync();
  });
  return () => {
    stopShown();
    stopSession();
  };
}

function followTheme(map: LibraryMap, data: DataLayers, areas: Areas, styleNow: () => Style): () => void {
  let key = '';
  const keyNow = () => `${shown.get().basemap} ${session.get().dark}`;
  const apply = () => {
    if (keyNow() === key) return;
    key = keyNow();
    map.setStyle(styleNow());
    data.rebuild();
    areas.rebuild();
  };
  key = keyNow();
  const stops = [shown.subscribe(apply), session.subscribe(apply)];
  return () => stops.forEach((stop) => stop());
}

/** A mark at the place that the inspector reads. */
function showSelection(map: LibraryMap): () => void {
  const element = document.createElement('div');
  element.className = 'map-pin';
  const marker = new Marker({ element });
  const apply = () => {
    const { selection, page } = shown.get();
    if (!selection || page !== 'inspect') marker.remove();
    else marker.setLngLat([selection.lon, selection.lat]).addTo(map);
    element.ariaHidden = 'true';
  };
  apply();
  return shown.subscribe(apply);
}

/** What each layer of values holds in the view that now stands still. */
function lookAround(map: LibraryMap, values: Values): void {
  const { layers, datetime } = shown.get();
  const { view, size } = currentView(map);
  const inView = new Map(session.get().inView);
  for (const { summary, style } of activeLayers(layersOf(session.get()), layers)) {
    const frame = summary.kind === 'value' && values.frameOf(summary, datetime);
    if (!frame) continue;
    const found = values.inView(frame, legendDomain(summary, paintOf(summary, style)), view, size);
    if (found) inView.set(summary.id, found);
    else if (session.get().pendingTiles === 0) inView.delete(summary.id);
  }
  session.set({ inView });
}

function easeMs(): number {
  return matchMedia('(prefers-reduced-motion: reduce)').matches ? 0 : EASE_MS;
}

/** Into the upper part of the map, which the sheet of a phone leaves free. */
function raise(map: LibraryMap, { lon, lat }: LonLat): void {
  const offset: [number, number] = [0, -map.getContainer().clientHeight * 0.25];
  map.easeTo({ center: [lon, lat], offset, duration: easeMs() });
}

/** The tiles that the map library fetches by itself are asked for once more. */
function refresh(map: LibraryMap): void {
  for (const [id, source] of Object.entries(map.getStyle().sources)) if ('tiles' in source) map.refreshTiles(id);
}

function isAt(map: LibraryMap, view: View): boolean {
  const { lng, lat } = map.getCenter();
  return (
    Math.abs(lng - view.lon) < 1e-6 && Math.abs(lat - view.lat) < 1e-6 && Math.abs(map.getZoom() - view.zoom) < 1e-3
  );
}

function moveTo(map: LibraryMap, { lon, lat, zoom }: View): void {
  map.easeTo({ center: [lon, lat], zoom, duration: easeMs() });
}
