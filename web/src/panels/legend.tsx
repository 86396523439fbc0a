import { ChevronDown } from 'lucide-react';
import { useState } from 'react';
import type { TileJson } from '../../../pipelines/core/wire.ts';
import { formatNumber, formatShare } from '../i18n/format.ts';
import { useLanguage, useMessages } from '../i18n/messages.ts';
import { gradientOf, legendDomain, paintOf, stepOf } from '../map/paint.ts';
import type { LayerInView } from '../state/session.ts';
import { session } from '../state/session.ts';
import type { Range } from '../state/shown.ts';
import { styleLayer } from '../state/shown.ts';
import { useStore } from '../state/store.ts';
import { SimulatedBadge } from './simulated-badge.tsx';
import type { ShownActiveLayer } from './use-active-layers.ts';
import { useActiveLayers } from './use-active-layers.ts';

/** On a narrower screen the legend begins folded. */
const WIDE_ENOUGH_PIXELS = 560;

/** Drawn from the ramp of each layer of values, with the values in view over it. */
export function Legend() {
  const m = useMessages();
  const [open, setOpen] = useState(() => innerWidth >= WIDE_ENOUGH_PIXELS);
  const active = useActiveLayers();
  const layers = active.filter(({ summary }) => summary.kind === 'value');
  const simulated = active.some(({ summary }) => summary.simulated);
  // Pictures have nothing to tell here.
  if (layers.length === 0 && !simulated) return null;
  return (
    <section className="legend" aria-label={m.legend} data-open={open}>
      {layers.length > 0 && (
        <button type="button" className="legend-toggle" aria-expanded={open} onClick={() => setOpen(!open)}>
          {m.legend}
          <ChevronDown aria-hidden="true" />
        </button>
      )}
      <div className="legend-entries" hidden={!open}>
        {layers.map((layer) => (
          <LegendEntry key={layer.summary.id} layer={layer} />
        ))}
      </div>
      {simulated && <SimulatedBadge />}
    </section>
  );
}

function LegendEntry({ layer: { summary, style } }: { readonly layer: ShownActiveLayer }) {
  const m = useMessages();
  const language = useLanguage();
  const found = useStore(session, (s) => s.inView.get(summary.id));
  const paint = paintOf(summary, style);
  const domain = legendDomain(summary, paint);
  const [low, high] = paint.range;
  const share = (value: number) => (value - domain[0]) / (domain[1] - domain[0]);
  const decimals = decimalsFor(domain);
  const setRange = (range: Range) => range[1] > range[0] && styleLayer(summary.id, { range });
  const unit: TileJson['unit'] = summary.unit;
  const handle = (end: 0 | 1, label: string) => (
    <input
      type="range"
      aria-label={`${label} ${summary.title[language]}`}
      min={domain[0]}
      max={domain[1]}
      step={stepOf(domain)}
      value={paint.range[end]}
      onChange={({ target }) => setRange(end === 0 ? [+target.value, high] : [low, +target.value])}
    />
  );
  return (
    <div className="legend-entry">
      <h2>
        {summary.title[language]}
        {unit && <span className="quiet"> ({unit})</span>}
      </h2>
      <Histogram found={found} />
      <div className="legend-ramp" title={m.legendHint}>
        <span
          className="legend-colours"
          style={{
            backgroundImage: gradientOf(paint.colormap),
            left: `${100 * share(low)}%`,
            right: `${100 * (1 - share(high))}%`,
          }}
        />
        {handle(0, m.minimum)}
        {handle(1, m.maximum)}
      </div>
      <p className="legend-ends">
        <span>{formatNumber(low, decimals, language)}</span>
        {found && found.total > 0 && (
          <span className="quiet">{m.validShare(formatShare(found.valid / found.total, language))}</span>
        )}
        <span>{formatNumber(high, decimals, language)}</span>
      </p>
    </div>
  );
}

/** The distribution in view; heights by the square root, so that rare values are seen. */
function Histogram({ found }: { readonly found: LayerInView | undefined }) {
  const m = useMessages();
  const bins = found ? [...found.histogram] : [];
  const most = Math.sqrt(Math.max(1, ...bins));
  const path = bins.map((n, i) => `L${i} ${1 - Math.sqrt(n) / most}L${i + 1} ${1 - Math.sqrt(n) / most}`).join('');
  return (
    <svg className="histogram" viewBox="0 0 64 1" preserveAspectRatio="none" role="img" aria-label={m.distribution}>
      {bins.length > 0 && <path d={`M0 1${path}L64 1Z`} />}
    </svg>
  );
}

/** Enough decimals to tell a hundredth of a span. */
function decimalsFor([low, high]: Range): number {
  return Math.min(4, Math.max(0, Math.ceil(-Math.log10((high - low) / 100) - 0.3)));
}
