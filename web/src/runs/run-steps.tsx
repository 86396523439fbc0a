import type { RunDetails, RunStepSummary } from '../../../pipelines/core/wire-runs.ts';
import { formatNumber } from '../i18n/format.ts';
import { useLanguage } from '../i18n/messages.ts';
import { useProgress } from './live-runs.ts';
import { useRunTexts } from './texts.ts';

function nameOf(path: string): string {
  return path.replace(/^.*[\\/]/, '');
}

/** The steps of a run with the tasks of each that are done, kept from before, failed or waiting. */
export function RunSteps({ run }: { readonly run: RunDetails }) {
  const t = useRunTexts();
  const language = useLanguage();
  const progress = useProgress(run);
  if (run.steps.length === 0) return null;
  const tasksOf = (step: string) => {
    const sums = new Map<keyof typeof t.taskCount, number>();
    for (const { step: of, state, count } of run.tasks)
      if (of === step) sums.set(state, (sums.get(state) ?? 0) + count);
    return [...sums].map(([state, n]) => t.taskCount[state](n, formatNumber(n, 0, language))).join(', ');
  };
  const stateOf = ({ id }: RunStepSummary) => {
    if (run.stepsDone.includes(id)) return t.stepDone;
    if (run.state === 'FAILED' && run.progress?.step === id) return t.state.FAILED.toLowerCase();
    return progress?.step === id ? t.stepNow : t.stepLater;
  };
  return (
    <section aria-labelledby="run-steps">
      <h2 id="run-steps">{t.steps}</h2>
      <ol className="rows">
        {run.steps.map((step) => (
          <li key={step.id} className="row">
            <div className="row-head">
              <strong>{t.processes[step.process] ?? step.process}</strong>
              <span className="quiet">{stateOf(step)}</span>
            </div>
            <p className="quiet">{[nameOf(step.output), tasksOf(step.id)].filter(Boolean).join(' · ')}</p>
          </li>
        ))}
      </ol>
    </section>
  );
}
