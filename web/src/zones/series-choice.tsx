import { useCallback } from 'react';
import type { ZoneSetSummary } from '../../../pipelines/core/wire-catalogue.ts';
import { ErrorNotice } from '../panels/error-notice.tsx';
import { openForm } from '../runs/form-values.ts';
import { focusTitle } from '../panels/panel.tsx';
import type { ExtraLine, ShownZones } from '../state/shown.ts';
import { EXTRA_LINES, shown } from '../state/shown.ts';
import { useStore } from '../state/store.ts';
import { useRemote } from '../state/use-remote.ts';
import { Skeleton } from '../parts/skeleton.tsx';
import { SeriesView } from './series-view.tsx';
import { statisticWord, useZoneTexts } from './texts.ts';
import { getZoneSeries } from './zones-api.ts';

/** Statistics that most people look at first. */
const PREFERRED = ['mean', 'median'];

/** Which series, which statistic of it, and what is drawn beside it. */
export function SeriesChoice({ set }: { readonly set: ZoneSetSummary }) {
  const t = useZoneTexts();
  const zones = useStore(shown, (s) => s.zones);
  const series = set.series.find(({ name }) => name === zones.series) ?? set.series[0];
  if (!series)
    return (
      <div className="empty">
        <p>{t.noSeries}</p>
        <button
          type="button"
          className="button"
          onClick={() => {
            openForm('zone-series', { zones: set.id });
            focusTitle();
          }}
        >
          {t.compute}
        </button>
      </div>
    );
  const { statistics } = series;
  const statistic =
    statistics.find((name) => name === zones.statistic) ??
    PREFERRED.find((name) => statistics.includes(name)) ??
    statistics[0]!;
  const change = (patch: Partial<ShownZones>) => shown.set({ zones: { ...shown.get().zones, ...patch } });
  const toggle = (line: ExtraLine, on: boolean) =>
    change({ lines: EXTRA_LINES.filter((one) => (one === line ? on : zones.lines.includes(one))) });
  return (
    <section aria-label={t.series}>
      <div className="field-pair">
        <div className="field">
          <label htmlFor="zone-series">{t.series}</label>
          <select id="zone-series" value={series.name} onChange={({ target }) => change({ series: target.value })}>
            {set.series.map(({ name }) => (
              <option key={name}>{name}</option>
            ))}
          </select>
        </div>
        <div className="field">
          <label htmlFor="zone-statistic">{t.statistic}</label>
          <select id="zone-statistic" value={statistic} onChange={({ target }) => change({ statistic: target.value })}>
            {statistics.map((name) => (
              <option key={name} value={name}>
                {statisticWord(name, t)}
              </option>
            ))}
          </select>
        </div>
      </div>
      <div className="check-list extra-lines">
        {EXTRA_LINES.map((line) => (
          <label key={line}>
            <input
              type="checkbox"
              checked={zones.lines.includes(line)}
              onChange={({ target }) => toggle(line, target.checked)}
            />
            <span>
              {t[line]} <span className="quiet">({line === 'smooth' ? t.smoothHint : t.trendHint})</span>
            </span>
          </label>
        ))}
      </div>
      {zones.ids.length === 0 ? (
        <p className="chart-empty">{t.pickZone}</p>
      ) : (
        <Series set={set.id} name={series.name} statistic={statistic} zones={zones} />
      )}
    </section>
  );
}

interface SeriesProps {
  readonly set: string;
  readonly name: string;
  readonly statistic: string;
  readonly zones: ShownZones;
}

function Series({ set, name, statistic, zones }: SeriesProps) {
  const t = useZoneTexts();
  const load = useCallback(
    (key: string, signal: AbortSignal) => getZoneSeries(set, name, JSON.parse(key) as string[], signal),
    [set, name],
  );
  const [values, refresh] = useRemote(JSON.stringify(zones.ids), load);
  if (values.status === 'loading') return <Skeleton lines={4} />;
  if (values.status === 'failed')
    return <ErrorNotice message={t.seriesFailed} error={values.error} onRetry={refresh} />;
  return <SeriesView set={set} values={values.value} statistic={statistic} lines={zones.lines} />;
}
