import { Check, Copy } from 'lucide-react';
import { useEffect, useState } from 'react';
import { formatLonLat } from '../i18n/format.ts';
import { useLanguage, useMessages } from '../i18n/messages.ts';
import { isInside } from '../map/tile-cover.ts';
import type { LonLat } from '../state/shown.ts';
import { shown } from '../state/shown.ts';
import { useStore } from '../state/store.ts';
import { PanelHead } from './panel.tsx';
import { formatRd } from './rd.ts';
import { SimulatedBadge } from './simulated-badge.tsx';
import type { ShownActiveLayer } from './use-active-layers.ts';
import { useActiveLayers } from './use-active-layers.ts';
import { ValuesAtPlace } from './values-at-place.tsx';

/** What is at a place: every layer's value for the date shown, and those of all other dates. */
export function Inspector() {
  const m = useMessages();
  const place = useStore(shown, (s) => s.selection);
  const active = useActiveLayers();
  return (
    <>
      <PanelHead title={m.inspect} lead={place ? m.inspectLead : m.pickPlace} />
      <div className="panel-body">
        {place && <PlaceCoordinates place={place} />}
        {place && active.map((layer) => <LayerAtPlace key={layer.summary.id} layer={layer} place={place} />)}
        {active.length === 0 && <p className="quiet">{m.nothingOnTheMap}</p>}
        {place && <p className="quiet">{m.inspectHint}</p>}
      </div>
    </>
  );
}

function PlaceCoordinates({ place }: { readonly place: LonLat }) {
  const m = useMessages();
  const language = useLanguage();
  const [copied, setCopied] = useState(false);
  const rd = formatRd(place);
  // Browsers lend the clipboard to pages on HTTPS or on this machine alone.
  const copy = async () => {
    await navigator.clipboard.writeText(`${place.lat.toFixed(6)}, ${place.lon.toFixed(6)}`);
    setCopied(true);
  };
  useEffect(() => setCopied(false), [place]);
  return (
    <div className="place">
      <dl>
        <div>
          <dt>{m.wgs84}</dt>
          <dd>{formatLonLat(place, language)}</dd>
        </div>
        {rd && (
          <div>
            <dt>{m.rd}</dt>
            <dd>{rd}</dd>
          </div>
        )}
      </dl>
      {isSecureContext && (
        <button
          type="button"
          className="button-icon"
          aria-label={copied ? m.copied : m.copy}
          title={copied ? m.copied : m.copy}
          onClick={() => void copy()}
        >
          {copied ? <Check aria-hidden="true" /> : <Copy aria-hidden="true" />}
        </button>
      )}
    </div>
  );
}

export interface LayerAtPlaceProps {
  readonly layer: ShownActiveLayer;
  readonly place: LonLat;
}

function LayerAtPlace({ layer, place }: LayerAtPlaceProps) {
  const m = useMessages();
  const language = useLanguage();
  const { summary } = layer;
  const inside = isInside(place, summary.bounds);
  return (
    <section className="at-place" aria-labelledby={`at-${summary.id}`}>
      <h2 id={`at-${summary.id}`}>{summary.title[language]}</h2>
      {summary.simulated && <SimulatedBadge />}
      {!inside && <p className="quiet">{m.outside}</p>}
      {inside && summary.kind !== 'value' && <p className="quiet">{m.pictureHasNoValue}</p>}
      {inside && summary.kind === 'value' && <ValuesAtPlace layer={layer} place={place} />}
    </section>
  );
}
