import { CircleStop, RotateCcw } from 'lucide-react';
import { useState } from 'react';
import type { RunDetails } from '../../../pipelines/core/wire-runs.ts';
import { formatMoment } from '../i18n/quantities.ts';
import { useLanguage } from '../i18n/messages.ts';
import { ErrorNotice } from '../panels/error-notice.tsx';
import { focusTitle, PanelHead } from '../panels/panel.tsx';
import { shown } from '../state/shown.ts';
import { useStore } from '../state/store.ts';
import { access } from '../state/token.ts';
import { useRemote } from '../state/use-remote.ts';
import { AccessNote } from '../parts/sign-in.tsx';
import { Skeleton } from '../parts/skeleton.tsx';
import { openForm } from './form-values.ts';
import { isActive, useRefresh } from './live-runs.ts';
import { RunCost } from './run-cost.tsx';
import { RunProducts } from './run-products.tsx';
import { RunProgressLine } from './run-progress.tsx';
import { RunStateMark } from './run-state.tsx';
import { RunSteps } from './run-steps.tsx';
import { cancelRun, getRun } from './runs-api.ts';
import { parameterWords, pipelineWords } from './pipeline-words.ts';
import { useRunTexts } from './texts.ts';

/** One run: how far, why it ended so, what it cost and what it made. */
export function RunPage({ id }: { readonly id: string }) {
  const t = useRunTexts();
  const language = useLanguage();
  const [run, refresh] = useRemote(id, getRun);
  useRefresh(refresh, run.status === 'ready' && isActive(run.value));
  const found = run.status === 'ready' ? run.value : null;
  const title = found ? pipelineWords(found.pipeline, language).title : id;
  const lead = found ? `${t.runLead[found.startedBy.kind]}, ${formatMoment(found.createdAt, language)}` : t.lead;
  return (
    <>
      <PanelHead title={title} lead={lead} onBack={() => shown.set({ run: null })} />
      <div className="panel-body work">
        {run.status === 'loading' && <Skeleton />}
        {run.status === 'failed' && <ErrorNotice message={t.failed} error={run.error} onRetry={refresh} />}
        {found && <RunBody run={found} onChange={refresh} />}
      </div>
    </>
  );
}

interface RunBodyProps {
  readonly run: RunDetails;
  readonly onChange: () => void;
}

function RunBody({ run, onChange }: RunBodyProps) {
  const t = useRunTexts();
  const hasFailed = run.state === 'FAILED' || run.state === 'STOPPED';
  return (
    <>
      <div className="run-head">
        <RunStateMark state={run.state} />
        {run.attempts > 1 && <span className="quiet">{t.attempts(run.attempts)}</span>}
        <RunActions run={run} onChange={onChange} />
      </div>
      <RunProgressLine run={run} />
      {hasFailed && run.reason !== null && (
        <dl className="run-why" data-state={run.state}>
          <dt>{t.why}</dt>
          <dd lang="en">{run.reason}</dd>
          {run.nextStep !== null && (
            <>
              <dt>{t.next}</dt>
              <dd lang="en">{run.nextStep}</dd>
            </>
          )}
        </dl>
      )}
      <RunProducts run={run} isActive={isActive(run)} />
      <RunCost estimate={run.estimate} actual={run.actual} />
      <RunSteps run={run} />
      <RunSettings values={run.parameters.values ?? {}} />
      <p className="quiet identifier">{run.id}</p>
    </>
  );
}

function RunActions({ run, onChange }: RunBodyProps) {
  const t = useRunTexts();
  const token = useStore(access, (s) => s.token);
  const [stopping, setStopping] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const stop = async () => {
    setStopping(true);
    setError(null);
    try {
      await cancelRun(run.id);
    } catch (fault) {
      setError(fault);
    } finally {
      setStopping(false);
      onChange();
    }
  };
  if (isActive(run) && token === null) return <AccessNote />;
  return (
    <>
      {isActive(run) ? (
        <button type="button" className="button" disabled={stopping} onClick={() => void stop()}>
          <CircleStop aria-hidden="true" />
          {stopping ? t.stopping : t.stop}
        </button>
      ) : (
        <button
          type="button"
          className="button"
          onClick={() => {
            openForm(run.pipeline, run.parameters.values ?? {});
            focusTitle();
          }}
        >
          <RotateCcw aria-hidden="true" />
          {t.again}
        </button>
      )}
      {error !== null && <ErrorNotice message={t.stopFailed} error={error} onRetry={() => void stop()} />}
    </>
  );
}

function RunSettings({ values }: { readonly values: Readonly<Record<string, unknown>> }) {
  const t = useRunTexts();
  const language = useLanguage();
  const entries = Object.entries(values).filter(([, value]) => value !== null);
  if (entries.length === 0) return null;
  return (
    <details className="more">
      <summary>{t.parameters}</summary>
      <dl className="facts">
        {entries.map(([name, value]) => (
          <div key={name}>
            <dt>{parameterWords(name, '', language).title}</dt>
            <dd>{valueText(value)}</dd>
          </div>
        ))}
      </dl>
    </details>
  );
}

function valueText(value: unknown): string {
  if (typeof value === 'string') return value;
  if (Array.isArray(value)) return value.map((one) => valueText(one)).join(', ');
  return JSON.stringify(value);
}
