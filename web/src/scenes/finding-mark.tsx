import { Check, CircleHelp, TriangleAlert } from 'lucide-react';
import type { FindingCounts, SceneFinding } from '../../../pipelines/core/wire-catalogue.ts';
import { useSceneTexts } from './texts.ts';

const ICONS = { ok: Check, warning: TriangleAlert, unknown: CircleHelp } as const;

/** A level as shape and word. */
export function FindingLevel({ level }: { readonly level: SceneFinding['level'] }) {
  const t = useSceneTexts();
  const Icon = ICONS[level];
  return (
    <span className="finding-level" data-level={level}>
      <Icon aria-hidden="true" />
      {t.levels[level]}
    </span>
  );
}

/** How many findings of each level, those that there are. */
export function FindingMarks({ counts }: { readonly counts: FindingCounts }) {
  const t = useSceneTexts();
  const words = { ok: t.ok, warning: t.warnings, unknown: t.unknown };
  return (
    <span className="finding-marks">
      {(['warning', 'unknown', 'ok'] as const)
        .filter((level) => counts[level] > 0)
        .map((level) => {
          const Icon = ICONS[level];
          return (
            <span key={level} className="finding-level" data-level={level} title={words[level](counts[level])}>
              <Icon aria-hidden="true" />
              <span aria-hidden="true">{counts[level]}</span>
              <span className="visually-hidden">{words[level](counts[level])}</span>
            </span>
          );
        })}
    </span>
  );
}
