import { CloudOff, TriangleAlert, WifiOff } from 'lucide-react';
import { ApiError } from '../api.ts';
import { useLanguage, useMessages } from '../i18n/messages.ts';
import { intersect } from '../../../pipelines/core/grid/bounds.ts';
import { mercatorBounds, viewBounds, viewOfBounds } from '../map/tile-cover.ts';
import { useValues } from '../map/values.ts';
import { layersOf, session } from '../state/session.ts';
import { shown } from '../state/shown.ts';
import { useStore } from '../state/store.ts';
import { useActiveLayers } from './use-active-layers.ts';

/** Below this share of a view a layer counts as having nothing to show. */
const BLANK_BELOW = 0.005;

/** Why the map is blank, what failed, and the way out; in place, over the map. */
export function MapNotices() {
  return (
    <div className="map-notices">
      <div aria-live="polite">
        <Offline />
        <Blank />
        <Loading />
      </div>
      <Faults />
    </div>
  );
}

function Offline() {
  const m = useMessages();
  const online = useStore(session, (s) => s.online);
  if (online) return null;
  return (
    <p className="notice">
      <WifiOff aria-hidden="true" />
      {m.offline}
    </p>
  );
}

function Loading() {
  const m = useMessages();
  const pending = useStore(session, (s) => s.pendingTiles);
  return (
    <p className="loading-line" data-busy={pending > 0}>
      {pending > 0 && <span>{m.loadingTiles(pending)}</span>}
    </p>
  );
}

/** The topmost layer of values has none here: outside its data, or under cloud. */
function Blank() {
  const m = useMessages();
  const language = useLanguage();
  const active = useActiveLayers();
  const view = useStore(shown, (s) => s.view);
  const size = useStore(session, (s) => s.mapSize);
  const inView = useStore(session, (s) => s.inView);
  const pending = useStore(session, (s) => s.pendingTiles);
  const top = active.find(({ summary }) => summary.kind === 'value')?.summary;
  if (!top || !view) return null;
  const outside = intersect(viewBounds(view, size), mercatorBounds(top.bounds)) === null;
  const found = inView.get(top.id);
  const empty = found !== undefined && pending === 0 && found.valid < BLANK_BELOW * found.total;
  if (!outside && !empty) return null;
  return (
    <div className="notice">
      <CloudOff aria-hidden="true" />
      <p>
        {m.blank(top.title[language])} <span className="quiet">{outside ? m.blankOutside : m.blankCloud}</span>
      </p>
      {outside && (
        <button type="button" className="button" onClick={() => shown.set({ view: viewOfBounds(top.bounds, size) })}>
          {m.zoomToLayer}
        </button>
      )}
    </div>
  );
}

function Faults() {
  const m = useMessages();
  const language = useLanguage();
  const values = useValues();
  const faults = useStore(session, (s) => s.faults);
  const layers = useStore(session, layersOf);
  return faults.map(({ layerId, failedTiles, error }) => (
    <div key={layerId} className="notice notice-danger" role="alert">
      <TriangleAlert aria-hidden="true" />
      <div>
        <p>{m.failedTiles(layers.find(({ id }) => id === layerId)?.title[language] ?? m.basemap, failedTiles)}</p>
        {error instanceof ApiError && (
          <p className="quiet">
            {error.message} {error.requestId && m.requestId(error.requestId)}
          </p>
        )}
      </div>
      <button type="button" className="button" onClick={() => values.retry()}>
        {m.retry}
      </button>
    </div>
  ));
}
