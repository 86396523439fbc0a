import '../styles/work.css';
import { useMemo } from 'react';
import type { ZoneSetSummary } from '../../../pipelines/core/wire-catalogue.ts';
import { formatNumber } from '../i18n/format.ts';
import { useLanguage } from '../i18n/messages.ts';
import { viewOfBounds } from '../map/tile-cover.ts';
import { ErrorNotice } from '../panels/error-notice.tsx';
import { PanelHead } from '../panels/panel.tsx';
import { session } from '../state/session.ts';
import { NO_ZONES, shown } from '../state/shown.ts';
import { useStore } from '../state/store.ts';
import { useRemote } from '../state/use-remote.ts';
import { Skeleton } from '../parts/skeleton.tsx';
import { SeriesChoice } from './series-choice.tsx';
import { useZoneTexts } from './texts.ts';
import { ZoneChoice } from './zone-choice.tsx';
import { getZoneSets } from './zones-api.ts';

/** Which numbers for these areas: choose a set, zones of it, a series; see it through time. */
export function ZonesScreen() {
  const t = useZoneTexts();
  const [list, refresh] = useRemote('zones', getZoneSets);
  return (
    <>
      <PanelHead title={t.title} lead={t.lead} />
      <div className="panel-body work">
        {list.status === 'loading' && <Skeleton />}
        {list.status === 'failed' && <ErrorNotice message={t.failed} error={list.error} onRetry={refresh} />}
        {list.status === 'ready' && list.value.sets.length === 0 && (
          <div className="empty">
            <p>{t.empty}</p>
            <p className="quiet">{t.emptyHint}</p>
          </div>
        )}
        {list.status === 'ready' && list.value.sets.length > 0 && <Sets sets={list.value.sets} />}
      </div>
    </>
  );
}

function Sets({ sets }: { readonly sets: readonly ZoneSetSummary[] }) {
  const t = useZoneTexts();
  const language = useLanguage();
  const id = useStore(shown, (s) => s.zones.set);
  const set = useMemo(() => sets.find((one) => one.id === id) ?? null, [id, sets]);
  const goTo = ({ bbox }: ZoneSetSummary) => shown.set({ view: viewOfBounds(bbox, session.get().mapSize) });
  const choose = (next: ZoneSetSummary | undefined) => {
    shown.set({ zones: next ? { ...NO_ZONES, set: next.id } : NO_ZONES });
    if (next) goTo(next);
  };
  return (
    <>
      <div className="field">
        <label htmlFor="zone-set">{t.set}</label>
        <div className="field-row">
          <select
            id="zone-set"
            value={set?.id ?? ''}
            onChange={({ target }) => choose(sets.find((one) => one.id === target.value))}
          >
            <option value="">{t.chooseSet}</option>
            {sets.map(({ id: value, name, count }) => (
              <option key={value} value={value}>
                {name} ({t.zonesIn(formatNumber(count, 0, language))})
              </option>
            ))}
          </select>
          {set && (
            <button type="button" className="button" onClick={() => goTo(set)}>
              {t.goThere}
            </button>
          )}
        </div>
      </div>
      {set && <ZoneChoice key={set.id} set={set} />}
      {set && <SeriesChoice key={`${set.id} series`} set={set} />}
    </>
  );
}
