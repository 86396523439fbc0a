import type { ReactNode } from 'react';
import { Component, lazy, Suspense, useEffect, useState } from 'react';
import { formatDate } from './i18n/format.ts';
import { useLanguage, useMessages } from './i18n/messages.ts';
import { Legend } from './panels/legend.tsx';
import { MapControls } from './panels/map-controls.tsx';
import { MapNotices } from './panels/map-notices.tsx';
import { Panel } from './panels/panel.tsx';
import { Rail } from './panels/rail.tsx';
import { StatusStrip } from './panels/status-strip.tsx';
import { Timeline } from './panels/timeline.tsx';
import { useActiveLayers } from './panels/use-active-layers.ts';
import { session } from './state/session.ts';
import { shown } from './state/shown.ts';
import { useStore } from './state/store.ts';

// Asked for at once, beside the list of layers: the map library is most of what is loaded.
const mapModule = import('./map/map.tsx');
const MapCanvas = lazy(async () => ({ default: (await mapModule).MapCanvas }));

/** How much of a phone's screen the panel takes; on wider screens it stands beside the map. */
export type SheetHeight = 'peek' | 'half' | 'full';

export function App() {
  const m = useMessages();
  const [sheet, setSheet] = useState<SheetHeight>('peek');
  const page = useStore(shown, (s) => s.page);
  useDocumentTitle();
  useEffect(() => {
    if (page !== 'explore') setSheet((height) => (height === 'peek' ? 'half' : height));
  }, [page]);

  return (
    <div className="app" data-sheet={sheet} data-page={page}>
      <a
        className="skip-link"
        href="#map"
        onClick={(event) => {
          event.preventDefault();
          document.querySelector<HTMLElement>('.maplibregl-canvas')?.focus();
        }}
      >
        {m.skipToMap}
      </a>
      <Rail onNavigate={() => setSheet('half')} />
      <Panel sheet={sheet} onSheet={setSheet} />
      <main className="stage" aria-label={m.map}>
        <MapArea />
        <MapNotices />
        <Legend />
        <MapControls />
        <StatusStrip />
      </main>
      <Timeline />
    </div>
  );
}

function MapArea() {
  const m = useMessages();
  const catalogue = useStore(session, (s) => s.catalogue);
  const waiting = <div className="map-waiting" role="status" aria-label={m.loadingMap} />;
  if (catalogue.status === 'failed') return <div className="map-waiting" />;
  if (catalogue.status === 'loading') return waiting;
  return (
    <MapGuard message={m.mapFailed}>
      <Suspense fallback={waiting}>
        <MapCanvas home={catalogue.list.home} />
      </Suspense>
    </MapGuard>
  );
}

interface MapGuardProps {
  readonly message: string;
  readonly children: ReactNode;
}

/** The panels stay usable where the map cannot be drawn. React asks for a class here. */
class MapGuard extends Component<MapGuardProps, { readonly failed: boolean }> {
  override state = { failed: false };

  static getDerivedStateFromError(): { failed: boolean } {
    return { failed: true };
  }

  override render() {
    if (!this.state.failed) return this.props.children;
    return (
      <div className="map-waiting">
        <p className="notice notice-danger" role="alert">
          {this.props.message}
        </p>
      </div>
    );
  }
}

/** The tab's name says what is shown: it is what a bookmark is called. */
function useDocumentTitle(): void {
  const language = useLanguage();
  const top = useActiveLayers()[0];
  useEffect(() => {
    const date = top?.frame?.datetime;
    const what = top && `${top.summary.title[language]}${date ? `, ${formatDate(date, language)}` : ''}`;
    document.title = what ? `${what} · Landmeter` : 'Landmeter';
  });
}
