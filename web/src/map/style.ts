/** The basemap as data: a quiet sheet in the colours of the page, quieter than any layer that lies on it. */
import type { LonLatBox } from '../../../pipelines/core/grid/bounds.ts';
import type { TileJson } from '../../../pipelines/core/wire.ts';
import type { Basemap } from '../state/shown.ts';
import type { Inks } from './inks.ts';
import { inksOf } from './inks.ts';

/** Layers of data are drawn below this one: over land and water, under roads, boundaries and names. */
export const DATA_BELOW = 'data-below';
export const BASEMAP_SOURCE = 'basemap';
export const GRATICULE_SOURCE = 'graticule';

const FONT = ['Atkinson Hyperlegible Next Variable'];
/** Declared in `styles/base.css` under this name, because the map reads a weight out of a font's name. */
const FONT_STRONG = ['Landmeter Semibold'];

export interface BasemapChoice {
  readonly basemap: Basemap;
  readonly dark: boolean;
  /** null where the server has no basemap: then a sheet with a graticule. */
  readonly source: TileJson | null;
  readonly bounds: LonLatBox;
}

export function basemapStyle({ basemap, dark, source, bounds }: BasemapChoice) {
  const inks = inksOf(basemap === 'grey', dark);
  const drawn = source !== null && basemap !== 'none';
  const vector = source && {
    type: 'vector' as const,
    tiles: [...source.tiles],
    minzoom: source.minzoom,
    maxzoom: source.maxzoom,
    bounds: [...source.bounds] as [number, number, number, number],
  };
  return {
    version: 8 as const,
    sources: {
      [GRATICULE_SOURCE]: { type: 'geojson' as const, data: graticule(bounds) },
      ...(vector ? { [BASEMAP_SOURCE]: vector } : {}),
    },
    layers: [
      { id: 'paper', type: 'background' as const, paint: { 'background-color': inks.paper } },
      ...(drawn ? areas(inks) : []),
      { id: DATA_BELOW, type: 'background' as const, paint: { 'background-opacity': 0 } },
      ...(drawn ? lines(inks) : graticuleLayers(inks)),
      ...(drawn ? names(inks) : []),
    ],
  };
}

function areas(inks: Inks) {
  return [
    {
      id: 'landuse',
      type: 'fill' as const,
      ...from('landuse'),
      paint: {
        'fill-antialias': false,
        'fill-color': byClass(inks.meadow, {
          forest: inks.forest,
          heath: inks.heath,
          meadow: inks.meadow,
          crop: inks.crop,
          nature: inks.nature,
          built: inks.built,
        }),
      },
    },
    { id: 'water', type: 'fill' as const, ...from('water'), paint: { 'fill-color': inks.water } },
  ];
}

function lines(inks: Inks) {
  const round = { 'line-cap': 'round' as const, 'line-join': 'round' as const };
  const road = (kind: string, minzoom: number, low: number, high: number, casing: boolean) => ({
    id: `road-${kind}${casing ? '-casing' : ''}`,
    type: 'line' as const,
    ...from('roads', ['==', ['get', 'class'], kind]),
    minzoom,
    layout: round,
    paint: {
      'line-color': casing ? inks.casing : inks.road,
      'line-opacity': casing ? 0.55 : 0.85,
      'line-width': byZoom(
        [8, low + (casing ? 1 : 0)],
        [12, (low + high) / 2 + (casing ? 1.2 : 0)],
        [16, high * 2.2 + (casing ? 2 : 0)],
      ),
    },
  });
  return [
    road('local', 11.5, 0.3, 1.6, false),
    road('main', 9, 0.9, 2.6, true),
    road('motorway', 6, 1.2, 3.6, true),
    road('main', 9, 0.9, 2.6, false),
    road('motorway', 6, 1.2, 3.6, false),
    {
      id: 'rail',
      type: 'line' as const,
      ...from('roads', ['==', ['get', 'class'], 'rail']),
      minzoom: 10,
      paint: { 'line-color': inks.rail, 'line-width': byZoom([10, 0.6], [15, 1.6]), 'line-dasharray': [6, 2] },
    },
    {
      id: 'boundary-municipality',
      type: 'line' as const,
      ...from('boundaries', ['==', ['get', 'class'], 'municipality']),
      minzoom: 9.5,
      paint: { 'line-color': inks.boundary, 'line-width': 0.8, 'line-opacity': 0.6, 'line-dasharray': [4, 3] },
    },
    {
      id: 'boundary-province',
      type: 'line' as const,
      ...from('boundaries', ['==', ['get', 'class'], 'province']),
      paint: {
        'line-color': inks.boundary,
        'line-width': byZoom([7, 1], [12, 1.8]),
        'line-opacity': 0.8,
        'line-dasharray': [7, 2, 1.5, 2],
      },
    },
  ];
}

function names(inks: Inks) {
  const place = (kind: string, minzoom: number, size: readonly [number, number], strong: boolean) => ({
    id: `place-${kind}`,
    type: 'symbol' as const,
    ...from('places', ['==', ['get', 'kind'], kind]),
    minzoom,
    layout: {
      'text-field': ['get', 'name'],
      'text-font': strong ? FONT_STRONG : FONT,
      'text-size': byZoom([8, size[0]], [14, size[1]]),
      'text-max-width': 8,
      'text-padding': 6,
      'symbol-sort-key': ['coalesce', ['get', 'rank'], 9],
    },
    paint: { 'text-color': inks.label, 'text-halo-color': inks.halo, 'text-halo-width': 1.6, 'text-halo-blur': 0.4 },
  });
  return [
    {
      id: 'water-name',
      type: 'symbol' as const,
      ...from('water', ['has', 'name']),
      minzoom: 11,
      layout: { 'text-field': ['get', 'name'], 'text-font': FONT, 'text-size': 13, 'text-max-width': 6 },
      paint: { 'text-color': inks.waterLabel, 'text-halo-color': inks.halo, 'text-halo-width': 1.6 },
    },
    place('village', 10.5, [12, 15], false),
    place('town', 8.5, [13, 18], false),
    place('city', 5, [15, 24], true),
  ];
}

function graticuleLayers(inks: Inks) {
  return [
    {
      id: 'graticule',
      type: 'line' as const,
      source: GRATICULE_SOURCE,
      paint: { 'line-color': inks.boundary, 'line-width': 0.7, 'line-opacity': 0.4 },
    },
    {
      id: 'graticule-name',
      type: 'symbol' as const,
      source: GRATICULE_SOURCE,
      layout: {
        'symbol-placement': 'line' as const,
        'text-field': ['get', 'name'],
        'text-font': FONT,
        'text-size': 13,
        'symbol-spacing': 420,
      },
      paint: { 'text-color': inks.label, 'text-halo-color': inks.halo, 'text-halo-width': 1.6 },
    },
  ];
}

/** Meridians and parallels over a region and some way around it: every tenth of a degree, for large ones every 1 or 10. */
export function graticule([west, south, east, north]: LonLatBox) {
  const span = Math.max(east - west, north - south);
  const step = span > 60 ? 10 : span > 6 ? 1 : 0.1;
  const perDegree = 1 / step;
  const whole = Math.max(1, step);
  const [left, bottom] = [west, south].map((edge) => (Math.floor(edge / whole) - 1) * whole) as [number, number];
  const [right, top] = [east, north].map((edge) => (Math.ceil(edge / whole) + 1) * whole) as [number, number];
  const line = (name: string, ...coordinates: [number, number][]) => ({
    type: 'Feature' as const,
    properties: { name },
    geometry: { type: 'LineString' as const, coordinates },
  });
  const features: ReturnType<typeof line>[] = [];
  for (let i = 0; i <= (right - left) * perDegree; i++) {
    const lon = left + i / perDegree;
    features.push(line(`${lon.toFixed(1)}°`, [lon, bottom], [lon, top]));
  }
  for (let i = 0; i <= (top - bottom) * perDegree; i++) {
    const lat = bottom + i / perDegree;
    features.push(line(`${lat.toFixed(1)}°`, [left, lat], [right, lat]));
  }
  return { type: 'FeatureCollection' as const, features };
}

function from(layer: string, filter?: unknown[]) {
  return { source: BASEMAP_SOURCE, 'source-layer': layer, ...(filter ? { filter } : {}) };
}

function byClass(otherwise: string, colours: Readonly<Record<string, string>>) {
  return ['match', ['get', 'class'], ...Object.entries(colours).flat(), otherwise];
}

function byZoom(...stops: readonly (readonly [zoom: number, value: number])[]) {
  return ['interpolate', ['linear'], ['zoom'], ...stops.flat()];
}
