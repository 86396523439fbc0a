import type { RunSummary } from '../../../pipelines/core/wire-runs.ts';
import { formatNumber } from '../i18n/format.ts';
import { useLanguage } from '../i18n/messages.ts';
import { useProgress } from './live-runs.ts';
import { useRunTexts } from './texts.ts';

/** A file is known by its name; the folders before it only make the line long. */
function withoutFolders(text: string): string {
  return text.replace(/\S*[\\/](?=\S)/g, '');
}

/** How far a run is, in numbers and as a line; nothing where it does not run. */
export function RunProgressLine({ run }: { readonly run: RunSummary }) {
  const t = useRunTexts();
  const language = useLanguage();
  const progress = useProgress(run);
  if (!progress) return null;
  const { done, total, stage, stepIndex, steps } = progress;
  const figure = (value: number) => formatNumber(value, 0, language);
  const words = [
    steps > 1 && t.stepOf(stepIndex + 1, steps),
    total === null ? done > 0 && t.doneSoFar(figure(done)) : t.doneOf(figure(done), figure(total)),
  ].filter(Boolean);
  return (
    <div className="run-progress">
      <progress aria-label={stage} {...(total !== null && total > 0 && { max: total, value: Math.min(done, total) })} />
      <p className="quiet">
        <span lang="en">{withoutFolders(stage)}</span>
        {words.length > 0 && ` · ${words.join(' · ')}`}
      </p>
    </div>
  );
}
