import { useId } from 'react';
import type { ColormapId } from '../../../pipelines/core/color/colormaps.ts';
import { COLORMAP_IDS, COLORMAPS } from '../../../pipelines/core/color/colormaps.ts';
import { formatShare } from '../i18n/format.ts';
import { useLanguage, useMessages } from '../i18n/messages.ts';
import { gradientOf, legendDomain, paintOf, stepOf } from '../map/paint.ts';
import { quantiles } from '../map/value-codes.ts';
import { session } from '../state/session.ts';
import type { Range } from '../state/shown.ts';
import { styleLayer } from '../state/shown.ts';
import { useStore } from '../state/store.ts';
import { NumberField } from './number-field.tsx';
import type { ShownActiveLayer } from './use-active-layers.ts';

/** Shares of the values in view that are left beyond the ends when the range is fitted to them. */
const FIT_SHARES: Range = [0.02, 0.98];

/** Colour map, range and opacity; every change is drawn at once from the tiles at hand. */
export function LayerStyle({ layer: { summary, style } }: { readonly layer: ShownActiveLayer }) {
  const m = useMessages();
  const language = useLanguage();
  const opacityId = useId();
  const found = useStore(session, (s) => s.inView.get(summary.id));
  const paint = paintOf(summary, style);
  const step = stepOf(legendDomain(summary, paint));
  const fitted = found && quantiles(found.histogram, found.domain, ...FIT_SHARES);
  const setRange = (range: Range) => range[1] > range[0] && styleLayer(summary.id, { range });

  return (
    <div className="layer-style">
      {summary.kind === 'value' && (
        <>
          <ColormapSelect value={paint.colormap} onChange={(colormap) => styleLayer(summary.id, { colormap })} />
          <div className="field-pair">
            <NumberField
              label={m.minimum}
              value={paint.range[0]}
              step={step}
              onChange={(value) => setRange([value, paint.range[1]])}
            />
            <NumberField
              label={m.maximum}
              value={paint.range[1]}
              step={step}
              onChange={(value) => setRange([paint.range[0], value])}
            />
          </div>
        </>
      )}
      <div className="field">
        <label htmlFor={opacityId}>
          {m.opacity} <output htmlFor={opacityId}>{formatShare(style.opacity, language)}</output>
        </label>
        <input
          id={opacityId}
          type="range"
          min="0"
          max="1"
          step="0.05"
          value={style.opacity}
          onChange={(event) => styleLayer(summary.id, { opacity: +event.target.value })}
        />
      </div>
      {summary.kind === 'value' && (
        <div className="button-row">
          <button type="button" className="button" disabled={!fitted} onClick={() => fitted && setRange(fitted)}>
            {m.fitToView}
          </button>
          <button
            type="button"
            className="button"
            disabled={!style.colormap && !style.range}
            onClick={() => styleLayer(summary.id, { colormap: null, range: null })}
          >
            {m.suggested}
          </button>
        </div>
      )}
    </div>
  );
}

interface ColormapSelectProps {
  readonly value: ColormapId;
  readonly onChange: (id: ColormapId) => void;
}

/** A native list of names; browsers that can style it show the ramps in it. */
function ColormapSelect({ value, onChange }: ColormapSelectProps) {
  const m = useMessages();
  const language = useLanguage();
  const id = useId();
  return (
    <div className="field">
      <label htmlFor={id}>{m.colormap}</label>
      <select
        id={id}
        className="colormap-select"
        value={value}
        style={{ backgroundImage: gradientOf(value) }}
        onChange={(event) => onChange(event.target.value as ColormapId)}
      >
        {COLORMAP_IDS.map((known) => (
          <option key={known} value={known} style={{ backgroundImage: gradientOf(known) }}>
            {COLORMAPS[known].title[language]}
          </option>
        ))}
      </select>
    </div>
  );
}
