import { ChevronLeft, ChevronRight } from 'lucide-react';
import { formatDate, formatShare } from '../i18n/format.ts';
import { useLanguage, useMessages } from '../i18n/messages.ts';
import type { Language } from '../i18n/language.ts';
import { session } from '../state/session.ts';
import type { TimelineDate } from '../state/shown.ts';
import { shown } from '../state/shown.ts';
import { useStore } from '../state/store.ts';
import { axisLabels } from './time-axis.ts';
import { stepDate, timelineOf, useActiveLayers } from './use-active-layers.ts';

/** Below this clear share a tick is hollow. */
const CLOUDY_BELOW = 0.5;
/** Share of the axis that is kept free at either end, so that no tick is cut. */
const END_ROOM = 0.02;
/** Room for a label of the axis, and for the date with its arrows beside it. */
const LABEL_PIXELS = 80;
const STEPPER_PIXELS = 200;

/** A tick per scene, as high as it is clear. One slider for keyboard and screen reader; ticks to click. */
export function Timeline() {
  const m = useMessages();
  const language = useLanguage();
  const width = useStore(session, (s) => s.mapSize.width);
  const timeline = timelineOf(useActiveLayers());
  const { dates, index } = timeline;
  const current = dates[index];
  if (!current) return null;
  const [start, end] = [Date.parse(dates[0]!.datetime), Date.parse(dates.at(-1)!.datetime)];
  const mostLabels = Math.max(2, Math.floor((width - STEPPER_PIXELS) / LABEL_PIXELS));
  const place = (time: number) => END_ROOM + ((time - start) / Math.max(1, end - start)) * (1 - 2 * END_ROOM);

  return (
    <section className="timeline" aria-label={m.timeline}>
      <div className="timeline-now">
        <button
          type="button"
          className="button-icon"
          aria-label={m.earlier}
          aria-disabled={index === 0}
          onClick={() => stepDate(timeline, -1)}
        >
          <ChevronLeft aria-hidden="true" />
        </button>
        <p>
          <strong>{formatDate(current.datetime, language, 'short')}</strong>
          <span className="quiet">{clearText(current, m.clear, m.cloudUnknown, language)}</span>
        </p>
        <button
          type="button"
          className="button-icon"
          aria-label={m.later}
          aria-disabled={index === dates.length - 1}
          onClick={() => stepDate(timeline, 1)}
        >
          <ChevronRight aria-hidden="true" />
        </button>
      </div>
      <div className="timeline-axis">
        <input
          className="timeline-slider"
          type="range"
          aria-label={m.date}
          aria-valuetext={`${formatDate(current.datetime, language)}, ${clearText(current, m.clear, m.cloudUnknown, language)}`}
          min={0}
          max={dates.length - 1}
          value={index}
          onChange={({ target }) => shown.set({ datetime: dates[+target.value]!.datetime })}
        />
        <div className="timeline-ticks" aria-hidden="true">
          {axisLabels(start, end, mostLabels, language).map(({ time, text }) => (
            <span key={time} className="timeline-label" style={{ left: `${100 * place(time)}%` }}>
              {text}
            </span>
          ))}
          {dates.map((date, i) => (
            <Tick
              key={date.datetime}
              date={date}
              left={place(Date.parse(date.datetime))}
              current={i === index}
              title={`${formatDate(date.datetime, language)}, ${clearText(date, m.clear, m.cloudUnknown, language)}`}
            />
          ))}
        </div>
      </div>
    </section>
  );
}

interface TickProps {
  readonly date: TimelineDate;
  readonly left: number;
  readonly current: boolean;
  readonly title: string;
}

function Tick({ date, left, current, title }: TickProps) {
  const clear = date.clearShare ?? 1;
  return (
    <button
      type="button"
      tabIndex={-1}
      className="tick"
      data-current={current}
      data-cloudy={clear < CLOUDY_BELOW}
      title={title}
      style={{ left: `${100 * left}%` }}
      onClick={() => shown.set({ datetime: date.datetime })}
    >
      <span style={{ height: `${25 + 75 * clear}%` }} />
    </button>
  );
}

function clearText(
  { clearShare }: TimelineDate,
  clear: (share: string) => string,
  unknown: string,
  language: Language,
): string {
  return clearShare === null ? unknown : clear(formatShare(clearShare, language));
}
