import { ChevronDown, ChevronUp, SlidersHorizontal, X } from 'lucide-react';
import { formatDate, formatShare } from '../i18n/format.ts';
import { useLanguage, useMessages } from '../i18n/messages.ts';
import { gradientOf, paintOf } from '../map/paint.ts';
import { session } from '../state/session.ts';
import { moveLayer, toggleLayer } from '../state/shown.ts';
import { useStore } from '../state/store.ts';
import { LayerStyle } from './layer-style.tsx';
import { SimulatedBadge } from './simulated-badge.tsx';
import type { ShownActiveLayer } from './use-active-layers.ts';

interface ShownLayerItemProps {
  readonly layer: ShownActiveLayer;
  readonly index: number;
  readonly count: number;
}

/** The layer's buttons go with it: the list's heading takes the focus. */
function takeOff(id: string): void {
  toggleLayer(id, false);
  document.getElementById('on-the-map')?.focus();
}

/** A list item that changes its place loses the focus. */
function move(button: HTMLElement, id: string, by: number): void {
  moveLayer(id, by);
  requestAnimationFrame(() => button.focus());
}

/** One layer that is on the map: what and when it shows, its place in the order, its style. */
export function ShownLayerItem({ layer, index, count }: ShownLayerItemProps) {
  const m = useMessages();
  const language = useLanguage();
  const { summary, style, frame } = layer;
  const open = useStore(session, (s) => s.styling === summary.id);
  const title = summary.title[language];
  const styleId = `style-${summary.id}`;
  return (
    <li className="shown-layer">
      <div className="shown-layer-head">
        {summary.kind === 'value' && (
          <span
            className="ramp-edge"
            aria-hidden="true"
            style={{ backgroundImage: gradientOf(paintOf(summary, style).colormap, 0) }}
          />
        )}
        <div className="shown-layer-name">
          <strong>{title}</strong>
          <p className="quiet">
            {frame?.datetime && formatDate(frame.datetime, language)}
            {frame?.datetime && typeof frame.clearShare === 'number' && (
              <> · {m.clear(formatShare(frame.clearShare, language))}</>
            )}
          </p>
          {summary.simulated && <SimulatedBadge />}
        </div>
        <button type="button" className="button-icon" aria-label={m.remove(title)} onClick={() => takeOff(summary.id)}>
          <X aria-hidden="true" />
        </button>
      </div>
      <div className="shown-layer-tools">
        <button
          type="button"
          className="button-quiet"
          aria-expanded={open}
          aria-controls={styleId}
          aria-label={m.styleOf(title)}
          onClick={() => session.set({ styling: open ? null : summary.id })}
        >
          <SlidersHorizontal aria-hidden="true" />
          {m.style}
        </button>
        {count > 1 && (
          <>
            <button
              type="button"
              className="button-icon"
              aria-label={m.moveUp(title)}
              aria-disabled={index === 0}
              onClick={(event) => move(event.currentTarget, summary.id, -1)}
            >
              <ChevronUp aria-hidden="true" />
            </button>
            <button
              type="button"
              className="button-icon"
              aria-label={m.moveDown(title)}
              aria-disabled={index === count - 1}
              onClick={(event) => move(event.currentTarget, summary.id, 1)}
            >
              <ChevronDown aria-hidden="true" />
            </button>
          </>
        )}
      </div>
      <div id={styleId} hidden={!open}>
        {open && <LayerStyle layer={layer} />}
      </div>
    </li>
  );
}
