import type { RunPlanSummary } from '../../../pipelines/core/wire-runs.ts';
import { RunCost } from './run-cost.tsx';
import { useRunTexts } from './texts.ts';

/** What a run would take, before it starts. */
export function RunPlan({ plan }: { readonly plan: RunPlanSummary }) {
  const t = useRunTexts();
  return (
    <section className="run-plan" role="status" aria-label={t.planTitle}>
      <h2>{t.planTitle}</h2>
      <p>
        {t.planSteps(plan.steps.length)} {t.planInputs(plan.inputs)}
      </p>
      <RunCost estimate={plan.estimate} actual={null} />
      {plan.notes.map((note) => (
        <p key={note} className="notice" lang="en">
          {note}
        </p>
      ))}
    </section>
  );
}
