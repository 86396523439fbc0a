import 'uplot/dist/uPlot.min.css';
import type { KeyboardEvent } from 'react';
import { useEffect, useRef, useState } from 'react';
import UPlot from 'uplot';
import { formatDate, formatNumber, formatShare } from '../i18n/format.ts';
import type { Language } from '../i18n/language.ts';
import { useLanguage } from '../i18n/messages.ts';
import { seriesInk } from '../map/series-inks.ts';
import { axisLabels } from '../panels/time-axis.ts';
import { session } from '../state/session.ts';
import type { ExtraLine } from '../state/shown.ts';
import { shown } from '../state/shown.ts';
import { useStore } from '../state/store.ts';
import { drawMarks } from './chart-marks.ts';
import { LineMark } from './line-mark.tsx';
import { useZoneTexts } from './texts.ts';
import type { ZoneLines } from './zone-lines.ts';

interface SeriesChartProps {
  readonly data: ZoneLines;
  readonly title: string;
  readonly extra: readonly ExtraLine[];
  readonly decimals: number;
}

const HEIGHT = 240;
const FONT = '13px "Atkinson Hyperlegible Next Variable", system-ui, sans-serif';
const LABEL_PIXELS = 70;
const DAY_SECONDS = 86_400;

/** Zones through time. Pointer and arrow keys go along the dates; what lies there is written below. */
export function SeriesChart({ data, title, extra, decimals }: SeriesChartProps) {
  const language = useLanguage();
  const dark = useStore(session, (s) => s.dark);
  const box = useRef<HTMLDivElement>(null);
  const plot = useRef<UPlot | null>(null);
  const [at, setAt] = useState(data.times.length - 1);
  const { times } = data;
  const index = Math.min(at, times.length - 1);

  useEffect(() => {
    const root = box.current!;
    const made = new UPlot(
      optionsOf({ root, data, extra, dark, language, onCursor: setAt }),
      alignedOf(data, extra),
      root,
    );
    plot.current = made;
    const observer = new ResizeObserver(() => made.setSize({ width: root.clientWidth, height: HEIGHT }));
    observer.observe(root);
    return () => {
      observer.disconnect();
      made.destroy();
    };
  }, [dark, data, extra, language]);

  const showOnMap = () => shown.set({ datetime: new Date(times[index]! * 1000).toISOString() });
  const step = (event: KeyboardEvent) => {
    if (event.key === 'Enter') showOnMap();
    const target = { ArrowLeft: index - 1, ArrowRight: index + 1, Home: 0, End: times.length - 1 }[event.key];
    if (target === undefined) return;
    event.preventDefault();
    const place = Math.min(times.length - 1, Math.max(0, target));
    setAt(place);
    plot.current?.setCursor({ left: plot.current.valToPos(times[place]!, 'x'), top: 1 }, false);
  };
  return (
    <figure className="series-chart-figure">
      <div
        ref={box}
        className="series-chart"
        role="slider"
        tabIndex={0}
        aria-label={title}
        aria-valuemin={0}
        aria-valuemax={times.length - 1}
        aria-valuenow={index}
        aria-valuetext={useReading(data, index, decimals)}
        onKeyDown={step}
        onClick={showOnMap}
      />
      <Reading data={data} index={index} decimals={decimals} />
    </figure>
  );
}

interface ReadingProps {
  readonly data: ZoneLines;
  readonly index: number;
  readonly decimals: number;
}

/** What lies at a date, for eyes. */
function Reading({ data: { times, lines }, index, decimals }: ReadingProps) {
  const t = useZoneTexts();
  const language = useLanguage();
  return (
    <figcaption className="reading" aria-hidden="true">
      <strong>{dateOf(times[index]!, language)}</strong>
      {lines.map(({ id, name, values, validShares }, i) => (
        <span key={id}>
          <LineMark index={i} />
          <span className="zone-name">{name}</span>
          <b>{values[index] == null ? t.noValue : formatNumber(values[index], decimals, language)}</b>
          {validShares[index] != null && (
            <span className="quiet">
              {formatShare(validShares[index], language)} {t.valid.toLowerCase()}
            </span>
          )}
        </span>
      ))}
    </figcaption>
  );
}

/** The same for ears. */
function useReading({ times, lines }: ZoneLines, index: number, decimals: number): string {
  const t = useZoneTexts();
  const language = useLanguage();
  const parts = lines.map(({ name, values }) => {
    const value = values[index];
    return `${name}: ${value == null ? t.noValue : formatNumber(value, decimals, language)}`;
  });
  return [dateOf(times[index]!, language), ...parts].join('; ');
}

function dateOf(seconds: number, language: Language): string {
  return formatDate(new Date(seconds * 1000).toISOString(), language, 'short');
}

interface OptionsOf {
  readonly root: HTMLElement;
  readonly data: ZoneLines;
  readonly extra: readonly ExtraLine[];
  readonly dark: boolean;
  readonly language: Language;
  readonly onCursor: (index: number) => void;
}

function optionsOf({ root, data, extra, dark, language, onCursor }: OptionsOf): UPlot.Options {
  const { color: ink, borderTopColor: line } = getComputedStyle(root);
  const width = root.clientWidth;
  const axis = { stroke: ink, font: FONT, grid: { stroke: line, width: 1 }, ticks: { show: false } };
  const labels = ({ min = 0, max = 0 }: UPlot.Scale) =>
    axisLabels(min * 1000, max * 1000, Math.max(2, Math.floor(width / LABEL_PIXELS)), language);
  const isSmooth = extra.includes('smooth');
  return {
    width,
    height: HEIGHT,
    legend: { show: false },
    padding: [12, 12, 0, 0],
    cursor: { y: false, drag: { x: false, y: false }, points: { show: false } },
    scales: { x: { time: true, range: (_, min, max) => withRoom(min, max) } },
    axes: [
      {
        ...axis,
        size: 30,
        splits: (u) => labels(u.scales['x']!).map(({ time }) => time / 1000),
        values: (u) => labels(u.scales['x']!).map(({ text }) => text),
      },
      {
        ...axis,
        size: 56,
        values: (_, splits) => splits.map((value) => formatNumber(value, decimalsOfSplits(splits), language)),
      },
    ],
    series: [
      {},
      ...data.lines.flatMap((_, i): UPlot.Series[] => {
        const common = { stroke: seriesInk(i, dark), spanGaps: true, points: { show: false } };
        return [
          // Smoothed, the observations are points alone: two lines through the same points tell nothing more.
          { ...common, width: isSmooth ? 0 : 1.25 },
          ...(isSmooth ? [{ ...common, width: 2 }] : []),
          ...(extra.includes('trend') ? [{ ...common, width: 1.5, dash: [6, 5] }] : []),
        ];
      }),
    ],
    hooks: {
      draw: [(u) => data.lines.forEach((one, i) => drawMarks(u, data.times, one, i, seriesInk(i, dark)))],
      setCursor: [({ cursor: { idx } }) => idx != null && onCursor(idx)],
    },
  };
}

/** In the order of the options' series. */
function alignedOf({ times, lines }: ZoneLines, extra: readonly ExtraLine[]): UPlot.AlignedData {
  const nothing = times.map(() => null);
  return [
    [...times],
    ...lines.flatMap(({ values, smooth, trend }) => [
      [...values],
      ...(extra.includes('smooth') ? [[...(smooth ?? nothing)]] : []),
      ...(extra.includes('trend') ? [[...(trend?.line ?? nothing)]] : []),
    ]),
  ];
}

/** The first and the last point are not cut in half. */
function withRoom(min: number, max: number): [number, number] {
  const room = Math.max(DAY_SECONDS, 0.03 * (max - min));
  return [min - room, max + room];
}

function decimalsOfSplits(splits: readonly number[]): number {
  const step = Math.abs((splits[1] ?? 1) - (splits[0] ?? 0)) || 1;
  return Math.min(5, Math.max(0, Math.ceil(-Math.log10(step) - 1e-9)));
}
