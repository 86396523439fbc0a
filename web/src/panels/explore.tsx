import { Search, X } from 'lucide-react';
import { useId, useState } from 'react';
import { useMessages } from '../i18n/messages.ts';
import { layersOf, loadCatalogue, session } from '../state/session.ts';
import { useStore } from '../state/store.ts';
import { ErrorNotice } from './error-notice.tsx';
import { PanelHead } from './panel.tsx';
import { Results } from './results.tsx';
import { ShownLayerItem } from './shown-layer.tsx';
import { ThemedLayers } from './themed-layers.tsx';
import { useActiveLayers } from './use-active-layers.ts';
import { Welcome } from './welcome.tsx';

/** Search, what is on the map, and everything that could be. */
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
