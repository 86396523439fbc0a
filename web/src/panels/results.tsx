import { MapPin } from 'lucide-react';
import type { LayerSummary, Place, Theme } from '../../../pipelines/core/wire.ts';
import type { Language } from '../i18n/language.ts';
import { useLanguage, useMessages } from '../i18n/messages.ts';
import { layersOf, session } from '../state/session.ts';
import { shown } from '../state/shown.ts';
import { useStore } from '../state/store.ts';
import { ThemedLayers } from './themed-layers.tsx';

const MOST_PLACES = 6;
const PLACE_ZOOM = 13;

/** Layers and places that a search finds; no request is made. */
export function Results({ query }: { readonly query: string }) {
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
