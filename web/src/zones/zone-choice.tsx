import { X } from 'lucide-react';
import { useCallback, useMemo, useState } from 'react';
import type { ZoneFeature, ZoneSetSummary } from '../../../pipelines/core/wire-catalogue.ts';
import { formatNumber } from '../i18n/format.ts';
import { useLanguage } from '../i18n/messages.ts';
import { ErrorNotice } from '../panels/error-notice.tsx';
import type { MapAreas } from '../state/session.ts';
import { MOST_ZONES, shown, toggleZone } from '../state/shown.ts';
import { useStore } from '../state/store.ts';
import { useRemote } from '../state/use-remote.ts';
import { useMapAreas } from '../parts/use-map-areas.ts';
import { LineMark } from './line-mark.tsx';
import { useZoneTexts } from './texts.ts';
import { useChosenZones } from './use-chosen-zones.ts';
import { useZonesInView } from './use-zones-in-view.ts';
import { zoneName } from './zone-name.ts';
import { getZoneFeatures } from './zones-api.ts';

/** Zones are chosen on the map or by name; those chosen keep their colour and mark everywhere. */
export function ZoneChoice({ set }: { readonly set: ZoneSetSummary }) {
  const t = useZoneTexts();
  const language = useLanguage();
  const [inView, error] = useZonesInView(set.id);
  const chosen = useChosenZones(set.id);
  const ids = useStore(shown, (s) => s.zones.ids);
  const areas = useMemo(
    (): MapAreas => ({
      kind: 'zones',
      features: inView.features.map(toArea),
      chosen: chosen.map(toArea),
      pick: toggleZone,
    }),
    [chosen, inView],
  );
  useMapAreas(areas);
  const figure = (n: number) => formatNumber(n, 0, language);
  return (
    <section aria-labelledby="zones-chosen">
      <h2 id="zones-chosen">{t.zones}</h2>
      <p className="quiet">{t.zonesHint(MOST_ZONES)}</p>
      <ZoneSearch set={set.id} />
      <ul className="chosen-zones" aria-label={t.chosen}>
        {ids.map((id, index) => (
          <ChosenZone key={id} id={id} index={index} feature={chosen.find((one) => one.id === id)} />
        ))}
      </ul>
      {inView.matched > inView.features.length && (
        <p className="quiet" role="status">
          {t.drawn(figure(inView.features.length), figure(inView.matched))}
        </p>
      )}
      {error !== null && (
        <ErrorNotice message={t.failed} error={error} onRetry={() => shown.set({ zones: { ...shown.get().zones } })} />
      )}
    </section>
  );
}

interface ChosenZoneProps {
  readonly id: string;
  readonly index: number;
  /** Not there as long as it is on its way, or where the set has no such zone. */
  readonly feature: ZoneFeature | undefined;
}

function ChosenZone({ id, index, feature }: ChosenZoneProps) {
  const t = useZoneTexts();
  const name = zoneName(id, feature?.properties ?? {});
  return (
    <li>
      <LineMark index={index} />
      <span className="zone-name">{name}</span>
      {name !== id && <span className="quiet">{id}</span>}
      <button type="button" className="button-icon" aria-label={t.remove(name)} onClick={() => toggleZone(id)}>
        <X aria-hidden="true" />
      </button>
    </li>
  );
}

const MOST_FOUND = 6;

function ZoneSearch({ set }: { readonly set: string }) {
  const t = useZoneTexts();
  const language = useLanguage();
  const [words, setWords] = useState('');
  const ids = useStore(shown, (s) => s.zones.ids);
  const load = useCallback(
    async (key: string, signal: AbortSignal) => {
      await new Promise((done) => setTimeout(done, 200)); // until no more is typed
      signal.throwIfAborted();
      return getZoneFeatures(set, { words: key, limit: MOST_FOUND, tolerance: 1 }, signal);
    },
    [set],
  );
  const [found] = useRemote(words.trim() || null, load);
  return (
    <div className="zone-search">
      <input
        type="search"
        aria-label={t.search}
        placeholder={t.search}
        autoComplete="off"
        value={words}
        onChange={({ target }) => setWords(target.value)}
      />
      <div aria-live="polite">
        {words.trim() !== '' && found.status === 'failed' && (
          <ErrorNotice message={t.failed} error={found.error} onRetry={() => setWords('')} />
        )}
        {words.trim() !== '' && found.status === 'ready' && (
          <>
            {found.value.features.length === 0 && <p className="quiet">{t.noneFound(words.trim())}</p>}
            <ul className="found-zones">
              {found.value.features.map(({ id, properties }) => (
                <li key={id}>
                  <button type="button" aria-pressed={ids.includes(id)} onClick={() => toggleZone(id)}>
                    {zoneName(id, properties)}
                    {zoneName(id, properties) !== id && <span className="quiet">{id}</span>}
                  </button>
                </li>
              ))}
            </ul>
            {found.value.numberMatched > found.value.features.length && (
              <p className="quiet">
                {t.moreFound(formatNumber(found.value.numberMatched - found.value.features.length, 0, language))}
              </p>
            )}
          </>
        )}
      </div>
    </div>
  );
}

function toArea({ id, properties, geometry }: ZoneFeature) {
  return { id, name: zoneName(id, properties), geometry };
}
