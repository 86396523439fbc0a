import { CircleCheck, CircleDashed, CircleDot, CirclePlay, CircleStop, OctagonX } from 'lucide-react';
import type { RunState } from '../../../pipelines/core/wire-runs.ts';
import { useRunTexts } from './texts.ts';

/** A shape of its own for each state: colour only helps. */
const ICONS = {
  CREATED: CircleDashed,
  PLANNED: CircleDot,
  RUNNING: CirclePlay,
  DONE: CircleCheck,
  STOPPED: CircleStop,
  FAILED: OctagonX,
} as const satisfies Record<RunState, unknown>;

export function RunStateMark({ state }: { readonly state: RunState }) {
  const t = useRunTexts();
  const Icon = ICONS[state];
  return (
    <span className="run-state" data-state={state}>
      <Icon aria-hidden="true" />
      {t.state[state]}
    </span>
  );
}
