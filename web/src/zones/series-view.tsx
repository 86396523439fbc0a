import { Download } from 'lucide-react';
import { lazy, Suspense, useMemo } from 'react';
import type { ZoneSeriesValues } from '../../../pipelines/core/wire-catalogue.ts';
import { formatDate, formatNumber, formatShare } from '../i18n/format.ts';
import { useLanguage } from '../i18n/messages.ts';
import type { ExtraLine } from '../state/shown.ts';
import { saveFile } from '../parts/save-file.ts';
import { Skeleton } from '../parts/skeleton.tsx';
import { LineMark } from './line-mark.tsx';
import { statisticWord, useZoneTexts } from './texts.ts';
import { TrendTable } from './trend-table.tsx';
import { useChosenZones } from './use-chosen-zones.ts';
import type { ZoneLines } from './zone-lines.ts';
import { toCsv, toZoneLines } from './zone-lines.ts';
import { zoneName } from './zone-name.ts';

const SeriesChart = lazy(async () => ({ default: (await import('./series-chart.tsx')).SeriesChart }));

interface SeriesViewProps {
  readonly set: string;
  readonly values: ZoneSeriesValues;
  readonly statistic: string;
  readonly lines: readonly ExtraLine[];
}

/** The chart, what it says about a trend, and the same in figures to read or to keep. */
export function SeriesView({ set, values, statistic, lines }: SeriesViewProps) {
  const t = useZoneTexts();
  const chosen = useChosenZones(set);
  const drawn = useMemo(() => {
    const names = new Map(chosen.map(({ id, properties }) => [id, zoneName(id, properties)]));
    return toZoneLines(values.zones, statistic, (id) => names.get(id) ?? id);
  }, [chosen, statistic, values]);
  if (drawn.times.length === 0) return <p className="chart-empty">{t.noValues}</p>;
  const decimals = decimalsFor(drawn);
  const word = statisticWord(statistic, t);
  const title = t.chart(`${values.name}, ${word.toLowerCase()}`, drawn.lines.map(({ name }) => name).join(', '));
  return (
    <>
      <Suspense fallback={<Skeleton lines={4} />}>
        <SeriesChart data={drawn} title={title} extra={lines} decimals={decimals} />
      </Suspense>
      <p className="quiet">{t.chartHelp}</p>
      {lines.includes('trend') && <TrendTable lines={drawn.lines} decimals={decimals} />}
      <div className="section-head">
        <h3>{t.table}</h3>
        <button
          type="button"
          className="button-quiet"
          onClick={() => saveFile(`${set}-${values.name}-${statistic}.csv`, toCsv(drawn, statistic))}
        >
          <Download aria-hidden="true" />
          {t.csv}
        </button>
      </div>
      <SeriesTable data={drawn} caption={title} decimals={decimals} />
    </>
  );
}

interface SeriesTableProps {
  readonly data: ZoneLines;
  readonly caption: string;
  readonly decimals: number;
}

/** Newest first; each value with the share of its zone that was valid. */
function SeriesTable({ data: { times, lines }, caption, decimals }: SeriesTableProps) {
  const t = useZoneTexts();
  const language = useLanguage();
  const rows = times.map((time, i) => ({ time, i })).reverse();
  return (
    <div className="table-scroll" tabIndex={0} role="region" aria-label={caption}>
      <table className="table">
        <thead>
          <tr>
            <th scope="col">{t.date}</th>
            {lines.map(({ id, name }, index) => (
              <th key={id} scope="col">
                <LineMark index={index} /> {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ time, i }) => (
            <tr key={time}>
              <th scope="row">{formatDate(new Date(time * 1000).toISOString(), language, 'short')}</th>
              {lines.map(({ id, values, validShares }) => (
                <td key={id}>
                  {values[i] == null ? (
                    <span className="quiet">{t.noValue}</span>
                  ) : (
                    formatNumber(values[i], decimals, language)
                  )}
                  {validShares[i] != null && (
                    <span className="quiet valid-share">
                      {' '}
                      {formatShare(validShares[i], language)} {t.valid.toLowerCase()}
                    </span>
                  )}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** So that the spread of the values shows in three figures. */
function decimalsFor({ lines }: ZoneLines): number {
  const values = lines.flatMap((line) => line.values.filter((value) => value !== null));
  const span = Math.max(...values) - Math.min(...values);
  return Math.min(4, Math.max(0, 2 - Math.floor(Math.log10(span > 0 && Number.isFinite(span) ? span : 1))));
}
