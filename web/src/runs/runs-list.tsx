import { Plus } from 'lucide-react';
import { useCallback, useState } from 'react';
import type { RunSummary } from '../../../pipelines/core/wire-runs.ts';
import { formatMoment, formatSeconds } from '../i18n/quantities.ts';
import { useLanguage } from '../i18n/messages.ts';
import { ErrorNotice } from '../panels/error-notice.tsx';
import { focusTitle, PanelHead } from '../panels/panel.tsx';
import { shown } from '../state/shown.ts';
import { useRemote } from '../state/use-remote.ts';
import { AccessNote } from '../parts/sign-in.tsx';
import { Skeleton } from '../parts/skeleton.tsx';
import { useWorkTexts } from '../parts/texts.ts';
import { isActive, useRefresh } from './live-runs.ts';
import { RunProgressLine } from './run-progress.tsx';
import { RunStateMark } from './run-state.tsx';
import { getRuns } from './runs-api.ts';
import { Schedules } from './schedules.tsx';
import { pipelineWords } from './pipeline-words.ts';
import { useRunTexts } from './texts.ts';

const PAGE = 30;
const MOST = 1000;

export function RunsList() {
  const t = useRunTexts();
  const w = useWorkTexts();
  const [limit, setLimit] = useState(PAGE);
  const load = useCallback((_key: string, signal: AbortSignal) => getRuns(limit, signal), [limit]);
  const [list, refresh] = useRemote('runs', load);
  useRefresh(refresh, list.status === 'ready' && list.value.runs.some(isActive));
  return (
    <>
      <PanelHead title={t.title} lead={t.lead} />
      <div className="panel-body work">
        <AccessNote />
        <button
          type="button"
          className="button button-main"
          onClick={() => {
            shown.set({ starting: '' });
            focusTitle();
          }}
        >
          <Plus aria-hidden="true" />
          {t.start}
        </button>
        <section aria-labelledby="runs-list">
          <h2 id="runs-list">{t.list}</h2>
          {list.status === 'loading' && <Skeleton />}
          {list.status === 'failed' && <ErrorNotice message={t.failed} error={list.error} onRetry={refresh} />}
          {list.status === 'ready' && list.value.runs.length === 0 && (
            <div className="empty">
              <p>{t.empty}</p>
              <p className="quiet">{t.emptyHint}</p>
            </div>
          )}
          {list.status === 'ready' && (
            <ol className="rows">
              {list.value.runs.map((run) => (
                <RunRow key={run.id} run={run} />
              ))}
            </ol>
          )}
          {list.status === 'ready' && list.value.links.length > 0 && limit < MOST && (
            <button type="button" className="button" onClick={() => setLimit(Math.min(MOST, limit + PAGE))}>
              {w.more}
            </button>
          )}
        </section>
        <Schedules />
      </div>
    </>
  );
}

function RunRow({ run }: { readonly run: RunSummary }) {
  const language = useLanguage();
  const { title } = pipelineWords(run.pipeline, language);
  return (
    <li className="row run-row">
      <div className="row-head">
        <button
          type="button"
          className="row-link"
          onClick={() => {
            shown.set({ run: run.id });
            focusTitle();
          }}
        >
          {title}
        </button>
        <RunStateMark state={run.state} />
      </div>
      <p className="quiet">
        {formatMoment(run.createdAt, language)}
        <RunCostLine run={run} />
      </p>
      <RunProgressLine run={run} />
      {run.reason !== null && run.state !== 'DONE' && (
        <p className="run-reason" data-state={run.state} lang="en">
          {run.reason}
        </p>
      )}
    </li>
  );
}

/** What it took beside what was expected; before the end only that. */
function RunCostLine({ run: { actual, estimate } }: { readonly run: RunSummary }) {
  const t = useRunTexts();
  const language = useLanguage();
  const expected = estimate && formatSeconds(estimate.cpuSeconds, language);
  if (!actual) return expected && <> · {t.expectedCpu(expected)}</>;
  return (
    <>
      {' · '}
      {t.took(formatSeconds(actual.wallSeconds, language))}
      {expected && ` · ${t.cpuAgainst(formatSeconds(actual.cpuSeconds, language), expected)}`}
    </>
  );
}
