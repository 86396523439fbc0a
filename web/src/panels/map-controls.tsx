import { House, Minus, Plus } from 'lucide-react';
import { useMessages } from '../i18n/messages.ts';
import type { Basemap } from '../state/shown.ts';
import { shown } from '../state/shown.ts';
import { useStore } from '../state/store.ts';

const BASEMAPS: readonly Basemap[] = ['standard', 'grey', 'none'];

export function MapControls() {
  const m = useMessages();
  const basemap = useStore(shown, (s) => s.basemap);
  const zoomBy = (by: number) => {
    const { view } = shown.get();
    if (view) shown.set({ view: { ...view, zoom: Math.round(view.zoom + by) } });
  };
  return (
    <div className="map-controls">
      <label className="basemap-choice">
        <span>{m.basemap}</span>
        <select value={basemap} onChange={({ target }) => shown.set({ basemap: target.value as Basemap })}>
          {BASEMAPS.map((known) => (
            <option key={known} value={known}>
              {m.basemaps[known]}
            </option>
          ))}
        </select>
      </label>
      <div className="button-stack">
        <button type="button" aria-label={m.zoomIn} title={m.zoomIn} onClick={() => zoomBy(1)}>
          <Plus aria-hidden="true" />
        </button>
        <button type="button" aria-label={m.zoomOut} title={m.zoomOut} onClick={() => zoomBy(-1)}>
          <Minus aria-hidden="true" />
        </button>
        <button type="button" aria-label={m.home} title={m.home} onClick={() => shown.set({ view: null })}>
          <House aria-hidden="true" />
        </button>
      </div>
    </div>
  );
}
