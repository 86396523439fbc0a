import type { SceneSummary } from '../../../pipelines/core/wire-catalogue.ts';
import { formatDate } from '../i18n/format.ts';
import { useLanguage } from '../i18n/messages.ts';
import { axisLabels } from '../panels/time-axis.ts';
import { useSceneTexts } from './texts.ts';

interface DateStripProps {
  /** Newest first. */
  readonly scenes: readonly SceneSummary[];
  readonly onOpen: (id: string) => void;
}

const DAY_MS = 86_400_000;
const MOST_LABELS = 5;
/** From this cloud cover on a tick is hollow, as on the map's timeline. */
const CLOUDY = 50;

/** When there are scenes, each as high as it is clear. A picture of the table below it: keyboards go there. */
export function DateStrip({ scenes, onOpen }: DateStripProps) {
  const t = useSceneTexts();
  const language = useLanguage();
  const [last, first] = [Date.parse(scenes[0]!.datetime), Date.parse(scenes.at(-1)!.datetime)];
  const [start, end] = [first - 5 * DAY_MS, last + 5 * DAY_MS];
  const place = (time: number) => `${(100 * (time - start)) / (end - start)}%`;
  const words = t.strip(
    scenes.length,
    formatDate(scenes.at(-1)!.datetime, language, 'short'),
    formatDate(scenes[0]!.datetime, language, 'short'),
  );
  return (
    <div className="date-strip">
      <span className="visually-hidden">{words}</span>
      <div className="date-strip-ticks" aria-hidden="true">
        {axisLabels(start, end, MOST_LABELS, language).map(({ time, text }) => (
          <span key={time} className="date-strip-label" style={{ left: place(time) }}>
            {text}
          </span>
        ))}
        {scenes.map(({ id, datetime, cloudCover }) => (
          <button
            key={id}
            type="button"
            tabIndex={-1}
            className="date-strip-tick"
            data-cloudy={(cloudCover ?? 0) >= CLOUDY}
            title={formatDate(datetime, language, 'short')}
            style={{ left: place(Date.parse(datetime)), height: `${30 + 0.7 * (100 - (cloudCover ?? 0))}%` }}
            onClick={() => onOpen(id)}
          />
        ))}
      </div>
    </div>
  );
}
