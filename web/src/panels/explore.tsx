import { MapPin, Search, X } from 'lucide-react';
import { useId, useState } from 'react';
import type { LayerSummary, Place, Theme } from '../../../pipelines/core/wire.ts';
import { gradientOf, paintOf } from '../map/paint.ts';
import { useLanguage, useMessages } from '../i18n/messages.ts';
import type { Language } from '../i18n/language.ts';
import { layersOf, loadCatalogue, session } from '../state/session.ts';
import { shown, toggleLayer } from '../state/shown.ts';
import { useStore } from '../state/store.ts';
import { ErrorNotice } from './error-notice.tsx';
import { PanelHead } from './panel.tsx';
import { ShownLayerItem } from './shown-layer.tsx';
import { useActiveLayers } from './use-active-layers.ts';
import { Welcome } from './welcome.tsx';

const THEMES: readonly Theme[] = ['vegetation', 'water', 'soil', 'built', 'imagery', 'reference'];
const MOST_PLACES = 6;
const PLACE_ZOOM = 13;

export function Explore() {
  const m = useMessages();
  const catalogue = useStore(session, (s) => s.catalogue);
  const [query, setQuery] = useState('');
  return (
    <>
      <PanelHead title={m.explore} lead={m.exploreLead}>
        <SearchField query={query} onQuery={setQuery} />
      </PanelHead>
      <div className="panel-body">
        {catalogue.status === 'loading' && <Skeleton />}
        {catalogue.status === 'failed' && (
          <ErrorNotice message={m.catalogueFailed} error={catalogue.error} onRetry={() => void loadCatalogue()} />
        )}
        {catalogue.status === 'ready' && (query ? <Results query={query} /> : <Overview />)}
      </div>
    </>
  );
}

function SearchField({ query, onQuery }: { readonly query: string; readonly onQuery: (query: string) => void }) {
  const m = useMessages();
  const id = useId();
  return (
    <div className="search" role="search">
      <label className="visually-hidden" htmlFor={id}>
        {m.search}
      </label>
      <Search aria-hidden="true" />
      <input
        id={id}
        type="search"
        value={query}
        placeholder={m.search}
        autoComplete="off"
        onChange={(event) => onQuery(event.target.value)}
        onKeyDown={(event) => event.key === 'Escape' && onQuery('')}
      />
      {query && (
        <button type="button" className="button-icon" aria-label={m.clearSearch} onClick={() => onQuery('')}>
          <X aria-hidden="true" />
        </button>
      )}
    </div>
  );
}

function Overview() {
  const m = useMessages();
  const active = useActiveLayers();
  const layers = useStore(session, layersOf);
  return (
    <>
      <Welcome />
      <section aria-labelledby="on-the-map">
        <h2 id="on-the-map" tabIndex={-1}>
          {m.onTheMap}
        </h2>
        {active.length === 0 && <p className="quiet">{m.nothingOnTheMap}</p>}
        <ol className="shown-layers">
          {active.map((layer, index) => (
            <ShownLayerItem key={layer.summary.id} layer={layer} index={index} count={active.length} />
          ))}
        </ol>
      </section>
      <section aria-labelledby="all-layers">
        <h2 id="all-layers">{m.allLayers}</h2>
        {layers.length === 0 && <p className="quiet">{m.noLayers}</p>}
        <ThemedLayers layers={layers} />
      </section>
    </>
  );
}

function ThemedLayers({ layers }: { readonly layers: readonly LayerSummary[] }) {
  const m = useMessages();
  return THEMES.map((theme) => {
    const own = layers.filter((layer) => layer.theme === theme);
    if (own.length === 0) return null;
    return (
      <section key={theme} className="theme" aria-labelledby={`theme-${theme}`}>
        <h3 id={`theme-${theme}`}>{m.themes[theme]}</h3>
        <ul>
          {own.map((layer) => (
            <LayerChoice key={layer.id} layer={layer} />
          ))}
        </ul>
      </section>
    );
  });
}

function LayerChoice({ layer }: { readonly layer: LayerSummary }) {
  const m = useMessages();
  const language = useLanguage();
  const on = useStore(shown, (s) => s.layers?.some(({ id }) => id === layer.id) ?? false);
  const dated = layer.frames.filter(({ datetime }) => datetime).length;
  return (
    <li className="layer-choice">
      <label>
        <input type="checkbox" checked={on} onChange={(event) => toggleLayer(layer.id, event.target.checked)} />
        <span className="layer-name">{layer.title[language]}</span>
        {layer.kind === 'value' && <RampSwatch layer={layer} />}
      </label>
      <p>
        {layer.description[language]}
        {dated > 0 && <span className="layer-dates"> {m.dates(dated)}</span>}
      </p>
    </li>
  );
}

function RampSwatch({ layer }: { readonly layer: LayerSummary }) {
  return (
    <span className="ramp-swatch" aria-hidden="true" style={{ backgroundImage: gradientOf(paintOf(layer).colormap) }} />
  );
}

function Results({ query }: { readonly query: string }) {
  const m = useMessages();
  const language = useLanguage();
  const layers = useStore(session, layersOf).filter((layer) => matches(query, ...textsOf(layer, language, m.themes)));
  const catalogue = useStore(session, (s) => s.catalogue);
  const places = catalogue.status === 'ready' ? findPlaces(query, catalogue.list.places) : [];
  return (
    <div aria-live="polite">
      {layers.length === 0 && places.length === 0 && (
        <div className="empty">
          <p>{m.nothingFound(query)}</p>
          <p className="quiet">{m.nothingFoundHint}</p>
        </div>
      )}
      <ThemedLayers layers={layers} />
      {places.length > 0 && (
        <section aria-labelledby="found-places">
          <h2 id="found-places">{m.places}</h2>
          <ul className="places">
            {places.map((place) => (
              <li key={`${place.name} ${place.kind} ${place.lon}`}>
                <button type="button" onClick={() => shown.set({ view: { ...place, zoom: PLACE_ZOOM } })}>
                  <MapPin aria-hidden="true" />
                  {place.name}
                  <span className="quiet">{m.kinds[place.kind] ?? place.kind}</span>
                </button>
              </li>
            ))}
          </ul>
        </section>
      )}
    </div>
  );
}

function textsOf(layer: LayerSummary, language: Language, themes: Readonly<Record<Theme, string>>): readonly string[] {
  return [layer.title[language], layer.description[language], layer.id, themes[layer.theme]];
}

/** Every word of the query occurs somewhere; accents and case do not matter. */
function matches(query: string, ...texts: readonly string[]): boolean {
  const text = plain(texts.join(' '));
  return plain(query)
    .split(/\s+/)
    .every((word) => text.includes(word));
}

function findPlaces(query: string, places: readonly Place[]): readonly Place[] {
  const wanted = plain(query.trim());
  const begins = ({ name }: Place) => (plain(name).startsWith(wanted) ? 0 : 1);
  return places
    .filter(({ name }) => plain(name).includes(wanted))
    .sort((a, b) => begins(a) - begins(b))
    .slice(0, MOST_PLACES);
}

function plain(text: string): string {
  return text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
}

function Skeleton() {
  const m = useMessages();
  return (
    <div className="skeleton" role="status" aria-label={m.loadingLayers}>
      {Array.from({ length: 5 }, (_, i) => (
        <span key={i} />
      ))}
    </div>
  );
}
