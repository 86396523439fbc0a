import { ChartSpline, Download, FileCheck2, Map as MapIcon } from 'lucide-react';
import { useState } from 'react';
import type { ProductSummary, RunDetails } from '../../../pipelines/core/wire-runs.ts';
import { absolute } from '../api.ts';
import { useLanguage } from '../i18n/messages.ts';
import { formatBytes } from '../i18n/quantities.ts';
import { ErrorNotice } from '../panels/error-notice.tsx';
import { focusTitle } from '../panels/panel.tsx';
import { viewOfBounds } from '../map/tile-cover.ts';
import { refreshCatalogue, session } from '../state/session.ts';
import { newLayer, NO_ZONES, shown } from '../state/shown.ts';
import { useStore } from '../state/store.ts';
import { access } from '../state/token.ts';
import { useWorkTexts } from '../parts/texts.ts';
import { saveFile } from '../parts/save-file.ts';
import { getProductFile } from './runs-api.ts';
import { useRunTexts } from './texts.ts';

interface RunProductsProps {
  readonly run: RunDetails;
  readonly isActive: boolean;
}

/** What a run has made: each with its passport; a layer goes onto the map. */
export function RunProducts({ run: { products, parameters }, isActive }: RunProductsProps) {
  const t = useRunTexts();
  const zones = parameters.values?.['zones'];
  if (products.length === 0 && !isActive) return null;
  return (
    <section aria-labelledby="run-products">
      <h2 id="run-products">{t.products}</h2>
      {products.length === 0 && <p className="quiet">{t.noProducts}</p>}
      <ul className="rows">
        {products.map((product) => (
          <Product
            key={product.id}
            product={product}
            zones={product.kind === 'table' && typeof zones === 'string' ? zones : null}
          />
        ))}
      </ul>
    </section>
  );
}

interface ProductProps {
  readonly product: ProductSummary;
  /** The set of zones that a table is of. */
  readonly zones: string | null;
}

function Product({ product, zones }: ProductProps) {
  const t = useRunTexts();
  const w = useWorkTexts();
  const language = useLanguage();
  const token = useStore(access, (s) => s.token);
  const [fault, setFault] = useState<{
    readonly message: string;
    readonly error: unknown;
    readonly retry: () => void;
  } | null>(null);
  const name = nameOf(product.path);
  const attempt = (work: () => Promise<void>, message: string) => {
    setFault(null);
    const retry = () => attempt(work, message);
    work().catch((error: unknown) => setFault({ message, error, retry }));
  };
  return (
    <li className="row">
      <p className="product-name">{name}</p>
      <p className="quiet">
        {t.kinds[product.kind]} · {formatBytes(product.bytes, language)}
      </p>
      <div className="row-tools">
        {product.kind === 'archive' && (
          <button
            type="button"
            className="button-quiet"
            onClick={() => attempt(() => showOnMap(product, t.notOnMap), t.showFailed)}
          >
            <MapIcon aria-hidden="true" />
            {t.showOnMap}
          </button>
        )}
        {zones !== null && (
          <button
            type="button"
            className="button-quiet"
            onClick={() => {
              shown.set({ page: 'zones', zones: { ...NO_ZONES, set: zones } });
              focusTitle();
            }}
          >
            <ChartSpline aria-hidden="true" />
            {t.showSeries}
          </button>
        )}
        <a
          className="button-quiet"
          href={absolute(`${product.links.passport}?as=html`)}
          target="_blank"
          rel="noopener"
          aria-label={t.passportOf(name)}
        >
          <FileCheck2 aria-hidden="true" />
          {t.passport}
        </a>
        {token !== null && (
          <button
            type="button"
            className="button-quiet"
            onClick={() =>
              attempt(async () => saveFile(name, await getProductFile(product.links.file)), t.downloadFailed)
            }
          >
            <Download aria-hidden="true" />
            {w.download}
          </button>
        )}
      </div>
      {fault && <ErrorNotice message={fault.message} error={fault.error} onRetry={fault.retry} />}
    </li>
  );
}

/** Puts the layer of an archive on top of the map, at its date, and goes to where it lies. */
async function showOnMap({ path }: ProductSummary, notThere: string): Promise<void> {
  const frameId = nameOf(path).replace(/\.pmtiles$/, '');
  const { layers } = await refreshCatalogue();
  const layer = layers.find(({ frames }) => frames.some(({ id }) => id === frameId));
  if (!layer) throw new Error(notThere);
  const others = (shown.get().layers ?? []).filter(({ id }) => id !== layer.id);
  const { datetime } = layer.frames.find(({ id }) => id === frameId)!;
  shown.set({
    layers: [newLayer(layer.id), ...others],
    view: viewOfBounds(layer.bounds, session.get().mapSize),
    ...(datetime !== null && { datetime }),
  });
}

function nameOf(path: string): string {
  return path.replace(/^.*[\\/]/, '');
}
