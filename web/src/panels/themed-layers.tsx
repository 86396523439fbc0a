import type { LayerSummary, Theme } from '../../../pipelines/core/wire.ts';
import { useLanguage, useMessages } from '../i18n/messages.ts';
import { gradientOf, paintOf } from '../map/paint.ts';
import { shown, toggleLayer } from '../state/shown.ts';
import { useStore } from '../state/store.ts';

const THEMES: readonly Theme[] = ['vegetation', 'water', 'soil', 'built', 'imagery', 'reference'];

/** Layers to choose from, under the headings of their themes. */
export function ThemedLayers({ layers }: { readonly layers: readonly LayerSummary[] }) {
  const m = useMessages();
  return THEMES.map((theme) => {
    const own = layers.filter((layer) => layer.theme === theme);
    if (own.length === 0) return null;
    return (
      <section key={theme} className="theme" aria-labelledby={`theme-${theme}`}>
        <h3 id={`theme-${theme}`}>{m.themes[theme]}</h3>
        <ul>
          {own.map((layer) => (
            <LayerChoice key={layer.id} layer={layer} />
          ))}
        </ul>
      </section>
    );
  });
}

function LayerChoice({ layer }: { readonly layer: LayerSummary }) {
  const m = useMessages();
  const language = useLanguage();
  const on = useStore(shown, (s) => s.layers?.some(({ id }) => id === layer.id) ?? false);
  const dated = layer.frames.filter(({ datetime }) => datetime).length;
  return (
    <li className="layer-choice">
      <label>
        <input type="checkbox" checked={on} onChange={(event) => toggleLayer(layer.id, event.target.checked)} />
        <span className="layer-name">{layer.title[language]}</span>
        {layer.kind === 'value' && <RampSwatch layer={layer} />}
      </label>
      <p>
        {layer.description[language]}
        {dated > 0 && <span className="layer-dates"> {m.dates(dated)}</span>}
      </p>
    </li>
  );
}

function RampSwatch({ layer }: { readonly layer: LayerSummary }) {
  return (
    <span className="ramp-swatch" aria-hidden="true" style={{ backgroundImage: gradientOf(paintOf(layer).colormap) }} />
  );
}
