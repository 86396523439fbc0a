import { useEffect, useState } from 'react';
import { formatLonLat, scaleBar } from '../i18n/format.ts';
import { useLanguage, useMessages } from '../i18n/messages.ts';
import { mercatorMetresPerPixel } from '../map/tile-cover.ts';
import { session } from '../state/session.ts';
import { shown } from '../state/shown.ts';
import { useStore } from '../state/store.ts';
import { formatReading, useReadings } from './readings.ts';
import type { formatRd } from './rd.ts';
import { useActiveLayers } from './use-active-layers.ts';

const SCALE_BAR_PIXELS = 120;

/** What is under the cursor, where that is, and how long a kilometre is; along the map's lower edge. */
export function StatusStrip() {
  return (
    <div className="status-strip">
      <Readings />
      <Coordinates />
      <span className="status-space" />
      <Sources />
      <ScaleBar />
    </div>
  );
}

function Readings() {
  const m = useMessages();
  const language = useLanguage();
  const cursor = useStore(session, (s) => s.cursor);
  const readings = useReadings(cursor);
  if (!cursor) return <p className="point-hint">{m.pointHint}</p>;
  return (
    <ul className="readings">
      {readings.map((reading) => (
        <li key={reading.layer.id}>
          <b>{reading.layer.title[language]}</b> {formatReading(reading, language, m.noValue)}
        </li>
      ))}
    </ul>
  );
}

function Coordinates() {
  const language = useLanguage();
  const cursor = useStore(session, (s) => s.cursor);
  const rd = useRd(cursor !== null);
  if (!cursor) return null;
  return (
    <p className="coordinates">
      <span>{formatLonLat(cursor, language)}</span>
      {rd && <span>RD {rd(cursor)}</span>}
    </p>
  );
}

/** RD New is computed by code that comes with the first movement over the map. */
function useRd(wanted: boolean): typeof formatRd | null {
  const [format, setFormat] = useState<typeof formatRd | null>(null);
  useEffect(() => {
    if (wanted && !format) void import('./rd.ts').then((rd) => setFormat(() => rd.formatRd));
  }, [wanted, format]);
  return format;
}

function Sources() {
  const m = useMessages();
  const sources = [...new Set(useActiveLayers().map(({ summary }) => summary.attribution))].filter(Boolean);
  if (sources.length === 0) return null;
  return (
    <details className="sources">
      <summary>{m.sources}</summary>
      <ul>
        {sources.map((source) => (
          <li key={source}>{source}</li>
        ))}
      </ul>
    </details>
  );
}

function ScaleBar() {
  const view = useStore(shown, (s) => s.view);
  if (!view) return null;
  const metres = mercatorMetresPerPixel(view.zoom) * Math.cos((view.lat * Math.PI) / 180);
  const { pixels, text } = scaleBar(metres, SCALE_BAR_PIXELS);
  return (
    <p className="scale-bar" style={{ width: `${pixels}px` }}>
      {text}
    </p>
  );
}
