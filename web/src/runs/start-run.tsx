import type { SyntheticEvent } from 'react';
import { useEffect, useRef, useState } from 'react';
import type { ParameterSummary, PipelineSummary, RunPlanSummary } from '../../../pipelines/core/wire-runs.ts';
import { ApiError } from '../api.ts';
import { useLanguage } from '../i18n/messages.ts';
import { formatDate } from '../i18n/format.ts';
import { ErrorNotice } from '../panels/error-notice.tsx';
import { focusTitle, PanelHead } from '../panels/panel.tsx';
import { shown } from '../state/shown.ts';
import { useStore } from '../state/store.ts';
import { access } from '../state/token.ts';
import { useRemote } from '../state/use-remote.ts';
import { AccessNote } from '../parts/sign-in.tsx';
import { Skeleton } from '../parts/skeleton.tsx';
import { useCatalogueWords } from './catalogue-words.ts';
import type { Draft } from './form-values.ts';
import { fieldOf, firstDraft, forgetDraft, isNeeded, parametersOf, shiftDay } from './form-values.ts';
import { ParameterField } from './parameter-field.tsx';
import { RunPlan } from './run-plan.tsx';
import { estimateRun, getPipelines, startRun } from './runs-api.ts';
import { pipelineWords } from './pipeline-words.ts';
import { useRunTexts } from './texts.ts';

/** Choose a pipeline, set it, see what it costs, start it. */
export function StartRun({ pipeline }: { readonly pipeline: string }) {
  const t = useRunTexts();
  const language = useLanguage();
  const [list, refresh] = useRemote('pipelines', getPipelines);
  const found = list.status === 'ready' ? list.value.find(({ id }) => id === pipeline) : undefined;
  const words = found && pipelineWords(found.id, language);
  const back = () => {
    forgetDraft();
    shown.set({ starting: found ? '' : null });
  };
  return (
    <>
      <PanelHead
        title={words?.title ?? t.choose}
        lead={(words && (words.text ?? found.summary)) || t.chooseLead}
        onBack={back}
      />
      <div className="panel-body work">
        {list.status === 'loading' && <Skeleton />}
        {list.status === 'failed' && <ErrorNotice message={t.pipelinesFailed} error={list.error} onRetry={refresh} />}
        {list.status === 'ready' && !found && <PipelineChoice pipelines={list.value} />}
        {found && <RunForm key={found.id} pipeline={found} />}
      </div>
    </>
  );
}

function PipelineChoice({ pipelines }: { readonly pipelines: readonly PipelineSummary[] }) {
  const language = useLanguage();
  return (
    <ul className="rows">
      {pipelines.map(({ id, summary }) => {
        const { title, text = summary } = pipelineWords(id, language);
        return (
          <li key={id} className="row">
            <button
              type="button"
              className="row-link"
              onClick={() => {
                shown.set({ starting: id });
                focusTitle();
              }}
            >
              {title}
            </button>
            <p className="quiet">{text}</p>
          </li>
        );
      })}
    </ul>
  );
}

const PRIORITIES = { low: -10, normal: 0, high: 10 } as const;
type Priority = keyof typeof PRIORITIES;

type Work =
  | { readonly status: 'editing' | 'estimating' | 'starting' }
  | { readonly status: 'estimated'; readonly plan: RunPlanSummary }
  | { readonly status: 'failed'; readonly message: string; readonly error: unknown };

function RunForm({ pipeline }: { readonly pipeline: PipelineSummary }) {
  const t = useRunTexts();
  const language = useLanguage();
  const token = useStore(access, (s) => s.token);
  const { words, dates } = useCatalogueWords();
  const [changed, setChanged] = useState<Draft>(() => firstDraft(pipeline.id));
  const [priority, setPriority] = useState<Priority>('normal');
  const [work, setWork] = useState<Work>({ status: 'editing' });

  // What was found lies below a long form.
  const outcome = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (work.status === 'failed' || work.status === 'estimated') outcome.current?.scrollIntoView({ block: 'nearest' });
  }, [work.status]);

  const suggested = dates ? { period: [dates.first, shiftDay(dates.last, 1)] } : {};
  const draft: Draft = { ...(pipeline.parameters.some(isPeriodToFill) ? suggested : {}), ...changed };
  const question = () => ({
    pipeline: pipeline.id,
    parameters: parametersOf(pipeline.parameters, draft),
    priority: PRIORITIES[priority],
  });
  const edit = (name: string, value: unknown) => {
    setChanged((old) => ({ ...old, [name]: value }));
    setWork({ status: 'editing' });
  };
  const estimate = async (event: SyntheticEvent) => {
    event.preventDefault();
    setWork({ status: 'estimating' });
    try {
      setWork({ status: 'estimated', plan: await estimateRun(question()) });
    } catch (error) {
      setWork({ status: 'failed', message: t.estimateFailed, error });
    }
  };
  const start = async () => {
    setWork({ status: 'starting' });
    try {
      const { id } = await startRun(question());
      forgetDraft();
      shown.set({ run: id, starting: null });
      focusTitle();
    } catch (error) {
      setWork({ status: 'failed', message: t.startFailed, error });
    }
  };

  const wrong = work.status === 'failed' && work.error instanceof ApiError ? work.error : null;
  const field = (parameter: ParameterSummary) => (
    <ParameterField
      key={parameter.name}
      parameter={parameter}
      value={draft[parameter.name]}
      suggestions={words[parameter.name] ?? []}
      fault={wrong?.parameter === parameter.name ? wrong.message : null}
      onChange={(value) => edit(parameter.name, value)}
    />
  );
  const first = pipeline.parameters.filter((one) => isNeeded(one) || ASKED_FIRST.has(one.name));
  const more = pipeline.parameters.filter((one) => !first.includes(one));
  return (
    <form className="run-form" onSubmit={(event) => void estimate(event)}>
      {first.map(field)}
      {dates && first.some(isPeriodToFill) && (
        <p className="quiet">
          {t.scenesFrom(formatDate(dates.first, language, 'short'), formatDate(dates.last, language, 'short'))}
        </p>
      )}
      <details className="more" open={more.some(({ name }) => name === wrong?.parameter) || undefined}>
        <summary>{t.more}</summary>
        {more.map(field)}
        <div className="field">
          <label htmlFor="run-priority">{t.priority}</label>
          <select id="run-priority" value={priority} onChange={({ target }) => setPriority(target.value as Priority)}>
            {(Object.keys(PRIORITIES) as Priority[]).map((one) => (
              <option key={one} value={one}>
                {t.priorities[one]}
              </option>
            ))}
          </select>
        </div>
      </details>
      {token === null && <AccessNote />}
      <div ref={outcome}>
        {work.status === 'failed' && (
          <ErrorNotice message={work.message} error={work.error} onRetry={() => setWork({ status: 'editing' })} />
        )}
        {work.status === 'estimated' && <RunPlan plan={work.plan} />}
      </div>
      <div className="button-row">
        {work.status === 'estimated' || work.status === 'starting' ? (
          <button
            type="button"
            className="button button-main"
            disabled={work.status === 'starting'}
            onClick={() => void start()}
          >
            {work.status === 'starting' ? t.starting : t.startNow}
          </button>
        ) : (
          <button
            type="submit"
            className="button button-main"
            disabled={token === null || work.status === 'estimating'}
          >
            {work.status === 'estimating' ? t.estimating : t.estimate}
          </button>
        )}
      </div>
    </form>
  );
}

/** What most people want to set, even where the pipeline has a default. */
const ASKED_FIRST = new Set(['area', 'index', 'layer', 'zones', 'method']);

function isPeriodToFill({ name, schema }: ParameterSummary): boolean {
  return name === 'period' && fieldOf(schema).kind === 'period';
}
