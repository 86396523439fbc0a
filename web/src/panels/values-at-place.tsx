import { useEffect, useState } from 'react';
import { decimalsOf, formatDate, formatShare, formatValue } from '../i18n/format.ts';
import { useLanguage, useMessages } from '../i18n/messages.ts';
import { gradientOf, paintOf } from '../map/paint.ts';
import type { FrameSeriesPoint } from '../map/values.ts';
import { useValues } from '../map/values.ts';
import type { LonLat } from '../state/shown.ts';
import { shown } from '../state/shown.ts';
import { ErrorNotice } from './error-notice.tsx';
import type { LayerAtPlaceProps } from './inspector.tsx';
import { Sparkline } from './sparkline.tsx';
import type { ShownActiveLayer } from './use-active-layers.ts';

type Series =
  | { readonly status: 'loading' }
  | { readonly status: 'ready'; readonly points: readonly FrameSeriesPoint[]; readonly decimals: number }
  | { readonly status: 'failed'; readonly error: unknown };

/** The value at the date that is shown, where it lies on the ramp, and those of all other dates. */
export function ValuesAtPlace({ layer: { summary, style, frame }, place }: LayerAtPlaceProps) {
  const m = useMessages();
  const language = useLanguage();
  const [series, retry] = useSeries(summary, place);
  if (series.status === 'loading')
    return <div className="skeleton" role="status" aria-label={m.reading} children={<span />} />;
  if (series.status === 'failed')
    return <ErrorNotice message={m.failedTiles(summary.title[language], 1)} error={series.error} onRetry={retry} />;
  const { points, decimals } = series;
  const value = points.find((point) => point.frame.id === frame?.id)?.value ?? null;
  const paint = paintOf(summary, style);
  const at =
    value === null ? 0 : Math.min(1, Math.max(0, (value - paint.range[0]) / (paint.range[1] - paint.range[0])));
  return (
    <>
      {value === null ? (
        <p className="no-value">{m.noValueWhy}</p>
      ) : (
        <>
          <p className="big-value">{formatValue(value, decimals, summary.unit, language)}</p>
          <div className="value-ramp" aria-hidden="true" style={{ backgroundImage: gradientOf(paint.colormap) }}>
            <span style={{ left: `${100 * at}%` }} />
          </div>
        </>
      )}
      {frame?.datetime && (
        <p className="quiet">
          {formatDate(frame.datetime, language)}
          {frame.clearShare !== null && <> · {m.clear(formatShare(frame.clearShare, language))}</>}
        </p>
      )}
      {points.length > 1 && (
        <details className="series" open>
          <summary>{m.series}</summary>
          <Sparkline
            points={points}
            current={frame?.id}
            label={`${summary.title[language]}: ${m.series}`}
            format={(value) => formatValue(value, decimals, summary.unit, language)}
          />
          <SeriesTable points={points} current={frame?.id} decimals={decimals} unit={summary.unit} />
        </details>
      )}
    </>
  );
}

interface SeriesTableProps {
  readonly points: readonly FrameSeriesPoint[];
  readonly current: string | undefined;
  readonly decimals: number;
  readonly unit: string | null;
}

/** The chart's equal in figures, newest first; a date shows its scene. */
function SeriesTable({ points, current, decimals, unit }: SeriesTableProps) {
  const m = useMessages();
  const language = useLanguage();
  return (
    <table className="series-table">
      <thead>
        <tr>
          <th scope="col">{m.date}</th>
          <th scope="col">{m.value}</th>
          <th scope="col">{m.clearColumn}</th>
        </tr>
      </thead>
      <tbody>
        {points.toReversed().map(({ frame, value }) => {
          const date = frame.datetime ? formatDate(frame.datetime, language, 'short') : '';
          return (
            <tr key={frame.id} aria-current={frame.id === current ? 'date' : undefined}>
              <td>
                <button
                  type="button"
                  className="button-link"
                  aria-label={m.showDate(date)}
                  onClick={() => shown.set({ datetime: frame.datetime })}
                >
                  {date}
                </button>
              </td>
              <td>
                {value === null ? (
                  <span className="quiet">{m.noValue}</span>
                ) : (
                  formatValue(value, decimals, unit, language)
                )}
              </td>
              <td>{frame.clearShare === null ? '' : formatShare(frame.clearShare, language)}</td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

function useSeries(layer: ShownActiveLayer['summary'], place: LonLat): readonly [Series, () => void] {
  const values = useValues();
  const [series, setSeries] = useState<Series>({ status: 'loading' });
  const [attempt, setAttempt] = useState(0);
  useEffect(() => {
    let current = true;
    setSeries({ status: 'loading' });
    const read = async () => {
      const points = await values.series(layer, place);
      const first = await values.load(layer, layer.frames[0]!);
      if (current) setSeries({ status: 'ready', points, decimals: decimalsOf(first.tileJson) });
    };
    read().catch((error: unknown) => current && setSeries({ status: 'failed', error }));
    return () => {
      current = false;
    };
  }, [attempt, layer, place, values]);
  return [series, () => setAttempt((n) => n + 1)];
}
