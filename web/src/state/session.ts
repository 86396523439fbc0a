/** What lives as long as the page: data from the server, the cursor, settings of this browser. Not in the address. */
import type { LayerList, LayerSummary } from '../../../pipelines/core/wire.ts';
import { getLayers } from '../api.ts';
import type { Language } from '../i18n/language.ts';
import type { LonLat } from './shown.ts';
import { newLayer, shown } from './shown.ts';
import { createStore } from './store.ts';

export type Theme = 'auto' | 'light' | 'dark';

export type Catalogue =
  | { readonly status: 'loading' }
  | { readonly status: 'ready'; readonly list: LayerList }
  | { readonly status: 'failed'; readonly error: unknown };

/** What the map found of a layer in the present view. */
export interface LayerInView {
  /** Counts of valid cells in equal steps over `domain`. */
  readonly histogram: Float64Array;
  readonly domain: readonly [number, number];
  readonly valid: number;
  readonly total: number;
}

export interface LayerFault {
  readonly layerId: string;
  readonly failedTiles: number;
  readonly error: unknown;
}

/** Areas that a screen lays on the map: zones to choose from, or where scenes lie. */
export interface MapAreas {
  readonly kind: 'zones' | 'footprints';
  readonly features: readonly MapArea[];
  /** Drawn over the others, in the colours of a chart's lines. */
  readonly chosen: readonly MapArea[];
  /** What a click on an area does; null: what it does anywhere. */
  readonly pick: ((id: string) => void) | null;
}

export interface MapArea {
  readonly id: string;
  readonly name: string;
  readonly geometry: { readonly type: 'Polygon' | 'MultiPolygon'; readonly coordinates: readonly unknown[] };
}

export interface Session {
  readonly catalogue: Catalogue;
  readonly language: Language;
  readonly theme: Theme;
  readonly dark: boolean;
  readonly online: boolean;
  readonly cursor: LonLat | null;
  /** The map's size in CSS pixels. */
  readonly mapSize: { readonly width: number; readonly height: number };
  /** Rises whenever tiles came in, so that values under the cursor are read anew. */
  readonly tilesRevision: number;
  readonly pendingTiles: number;
  /** Rises when what failed is to be asked for again. */
  readonly retries: number;
  readonly inView: ReadonlyMap<string, LayerInView>;
  readonly faults: readonly LayerFault[];
  readonly welcome: boolean;
  /** The layer whose style is open in the panel. */
  readonly styling: string | null;
  readonly areas: MapAreas | null;
}

const SETTINGS = { language: 'landmeter.language', theme: 'landmeter.theme', welcomed: 'landmeter.welcomed' };

export const session = createStore<Session>({
  catalogue: { status: 'loading' },
  language: 'nl',
  theme: 'auto',
  dark: false,
  online: true,
  cursor: null,
  mapSize: { width: 1024, height: 768 },
  tilesRevision: 0,
  pendingTiles: 0,
  retries: 0,
  inView: new Map(),
  faults: [],
  welcome: false,
  styling: null,
  areas: null,
});

/** Reads this browser's settings, follows its theme and connection, and brings language and theme onto the page. */
export function startSession(): void {
  const theme = storedTheme();
  session.set({
    language: storedLanguage() ?? (navigator.language.toLowerCase().startsWith('nl') ? 'nl' : 'en'),
    theme,
    dark: isDark(theme),
    online: navigator.onLine,
    welcome: setting(SETTINGS.welcomed) === null,
  });
  darkScheme().addEventListener('change', () => session.set({ dark: isDark(session.get().theme) }));
  addEventListener('online', () => session.set({ online: true }));
  addEventListener('offline', () => session.set({ online: false }));
  const apply = () => {
    const { language, theme } = session.get();
    document.documentElement.lang = language;
    document.documentElement.dataset['theme'] = theme;
  };
  session.subscribe(apply);
  apply();
}

/** Asks for the list of layers; a failure is kept, to be shown with a way to try again. */
export async function loadCatalogue(): Promise<void> {
  session.set({ catalogue: { status: 'loading' } });
  try {
    const list = withoutBasemap(await getLayers());
    session.set({ catalogue: { status: 'ready', list } });
    if (shown.get().layers === null) shown.set({ layers: firstLayers(list.layers) });
  } catch (error) {
    session.set({ catalogue: { status: 'failed', error } });
  }
}

/** Asks for the list again, as after a run; what is shown stays until it is there. */
export async function refreshCatalogue(): Promise<LayerList> {
  const list = withoutBasemap(await getLayers());
  session.set({ catalogue: { status: 'ready', list } });
  return list;
}

export function setLanguage(language: Language): void {
  store(SETTINGS.language, language);
  session.set({ language });
}

export function setTheme(theme: Theme): void {
  store(SETTINGS.theme, theme);
  session.set({ theme, dark: isDark(theme) });
}

export function endWelcome(): void {
  store(SETTINGS.welcomed, 'yes');
  session.set({ welcome: false });
}

const NO_LAYERS: readonly LayerSummary[] = [];

/** The layers of a catalogue that is there, else none; the same array each time. */
export function layersOf(state: Session): readonly LayerSummary[] {
  return state.catalogue.status === 'ready' ? state.catalogue.list.layers : NO_LAYERS;
}

/** The basemap is drawn under everything; as a layer to choose it would only be there twice. */
function withoutBasemap(list: LayerList): LayerList {
  return { ...list, layers: list.layers.filter(({ id }) => id !== list.home.basemap) };
}

/** The first start shows vegetation; without it whatever comes first. */
function firstLayers(layers: readonly LayerSummary[]) {
  const first =
    layers.find((l) => l.kind === 'value' && l.theme === 'vegetation') ??
    layers.find((l) => l.kind === 'value') ??
    layers.find((l) => l.kind === 'picture');
  return first ? [newLayer(first.id)] : [];
}

function darkScheme(): MediaQueryList {
  return matchMedia('(prefers-color-scheme: dark)');
}

function isDark(theme: Theme): boolean {
  return theme === 'auto' ? darkScheme().matches : theme === 'dark';
}

function storedLanguage(): Language | null {
  const value = setting(SETTINGS.language);
  return value === 'nl' || value === 'en' ? value : null;
}

function storedTheme(): Theme {
  const value = setting(SETTINGS.theme);
  return value === 'light' || value === 'dark' ? value : 'auto';
}

/** Storage may be forbidden; a setting then lasts as long as the page. */
function setting(key: string): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

function store(key: string, value: string): void {
  try {
    localStorage.setItem(key, value);
  } catch {
    // Nothing is lost but the memory of it.
  }
}
