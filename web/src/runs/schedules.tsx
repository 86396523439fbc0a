import type { ScheduleSummary } from '../../../pipelines/core/wire-runs.ts';
import { formatMoment } from '../i18n/quantities.ts';
import { useLanguage } from '../i18n/messages.ts';
import { ErrorNotice } from '../panels/error-notice.tsx';
import { shown } from '../state/shown.ts';
import { useRemote } from '../state/use-remote.ts';
import { Skeleton } from '../parts/skeleton.tsx';
import { getSchedules } from './runs-api.ts';
import { pipelineWords } from './pipeline-words.ts';
import { useRunTexts } from './texts.ts';

/** What starts by itself: by the clock, or when a scene comes in. */
export function Schedules() {
  const t = useRunTexts();
  const [list, refresh] = useRemote('schedules', getSchedules);
  return (
    <section aria-labelledby="schedules">
      <h2 id="schedules">{t.schedules}</h2>
      {list.status === 'loading' && <Skeleton lines={1} />}
      {list.status === 'failed' && <ErrorNotice message={t.failed} error={list.error} onRetry={refresh} />}
      {list.status === 'ready' && list.value.length === 0 && <p className="quiet">{t.noSchedules}</p>}
      {list.status === 'ready' && (
        <ul className="rows">
          {list.value.map((schedule) => (
            <ScheduleRow key={schedule.id} schedule={schedule} />
          ))}
        </ul>
      )}
    </section>
  );
}

function ScheduleRow({ schedule }: { readonly schedule: ScheduleSummary }) {
  const t = useRunTexts();
  const language = useLanguage();
  const { pipeline, cron, timeZone, onScene, nextAt, lastRun } = schedule;
  const when = onScene
    ? [
        t.onScene,
        onScene.tile !== null && t.onTile(onScene.tile),
        onScene.maxCloudCover !== null && t.upToCloud(onScene.maxCloudCover),
      ]
    : [cron, timeZone];
  return (
    <li className="row">
      <div className="row-head">
        <strong>{pipelineWords(pipeline, language).title}</strong>
        {nextAt !== null && <span className="quiet">{t.nextTime(formatMoment(nextAt, language))}</span>}
      </div>
      <p className="quiet">
        {when.filter(Boolean).join(' ')}
        {lastRun !== null && (
          <>
            {' · '}
            <button type="button" className="button-link" onClick={() => shown.set({ run: lastRun })}>
              {t.lastRun}
            </button>
          </>
        )}
      </p>
    </li>
  );
}
