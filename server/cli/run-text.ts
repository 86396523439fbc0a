/** Runs as a person reads them at a terminal. */
import type { Estimate } from '../../pipelines/queue/run-record.ts';
import type { PlanSummary, ProductSummary, RunSummary } from '../services/runs.ts';

const UNITS = ['bytes', 'KB', 'MB', 'GB', 'TB'];

export function sizeText(bytes: number): string {
  const power = bytes < 1 ? 0 : Math.min(UNITS.length - 1, Math.floor(Math.log10(bytes) / 3));
  const value = bytes / 1000 ** power;
  return `${value < 10 && power > 0 ? value.toFixed(1) : Math.round(value)} ${UNITS[power]}`;
}

export function secondsText(seconds: number): string {
  if (seconds < 100) return `${seconds < 10 ? seconds.toFixed(1) : Math.round(seconds)} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 100 ? `${minutes} min` : `${(minutes / 60).toFixed(1)} h`;
}

export function estimateText({ bytesToRead, megapixels, tiles, cpuSeconds, memoryBytes }: Estimate): string {
  const parts = [
    `reads ${sizeText(bytesToRead)}`,
    `${megapixels < 10 ? megapixels.toFixed(1) : Math.round(megapixels)} million numbers`,
    ...(tiles > 0 ? [`about ${tiles} tiles`] : []),
    `about ${secondsText(cpuSeconds)} of CPU`,
    `up to ${sizeText(memoryBytes)} of memory`,
  ];
  return parts.join(', ');
}

export function planText({ steps, inputs, estimate, notes }: PlanSummary): string {
  return [
    `${inputs} inputs; ${estimateText(estimate)}`,
    ...steps.map(({ id, process, output }) => `  ${id}: ${process} -> ${output}`),
    ...notes,
  ].join('\n');
}

/** One line of a list. */
export function runLine(run: RunSummary): string {
  const { id, state, pipeline, createdAt, progress, reason } = run;
  const share = progress?.total ? `${Math.floor((100 * progress.done) / progress.total)} %` : '';
  const where = state === 'RUNNING' && progress ? `${progress.stage} ${share}`.trim() : (reason ?? '');
  return [id, state.padEnd(7), createdAt.slice(0, 16).replace('T', ' '), pipeline, where].join('  ').trimEnd();
}

export interface DetailWords {
  readonly run: RunSummary;
  readonly tasks: readonly {
    readonly step: string;
    readonly task: string;
    readonly state: string;
    readonly count: number;
    readonly seconds: number;
  }[];
  readonly products: readonly ProductSummary[];
}

export function detailText({ run, tasks, products }: DetailWords): string {
  const { estimate, actual } = run;
  const lines = [runLine(run), `asked by ${run.askedBy ?? 'nobody named'}, ${startedText(run)}`];
  if (estimate) lines.push(`expected: ${estimateText(estimate)}`);
  if (actual) {
    const ratio =
      estimate && actual.cpuSeconds > 0
        ? ` (${(actual.cpuSeconds / estimate.cpuSeconds).toFixed(2)} of what was expected)`
        : '';
    const kept = actual.tasksKept > 0 ? `, ${actual.tasksKept} of them kept from an earlier attempt` : '';
    lines.push(
      `took: ${secondsText(actual.wallSeconds)}, ${secondsText(actual.cpuSeconds)} of CPU${ratio}, ${sizeText(actual.peakMemoryBytes)} of memory, ${actual.tasks} tasks${kept}`,
    );
  }
  for (const step of run.steps) {
    const state = run.stepsDone.includes(step.id) ? 'done' : run.progress?.step === step.id ? 'working' : 'waits';
    lines.push(`  ${step.id} (${step.process}): ${state}${tasksText(step.id, tasks)}`);
  }
  for (const product of products) lines.push(`  -> ${productLine(product)}`);
  for (const note of run.notes) lines.push(`  note: ${note}`);
  if (run.reason !== null) lines.push(`reason: ${run.reason}`);
  if (run.nextStep !== null) lines.push(`next: ${run.nextStep}`);
  return lines.join('\n');
}

function startedText({ startedBy }: RunSummary): string {
  switch (startedBy.kind) {
    case 'schedule':
      return `started by the schedule ${startedBy.schedule}`;
    case 'scene':
      return `started by the scene ${startedBy.scene} (schedule ${startedBy.schedule})`;
    default:
      return `started by ${startedBy.kind === 'api' ? 'a request' : 'a command'}`;
  }
}

function tasksText(step: string, tasks: DetailWords['tasks']): string {
  const own = tasks.filter((one) => one.step === step);
  if (own.length === 0) return '';
  return `, ${own.map(({ task, state, count }) => `${count} × ${task} ${state}`).join(', ')}`;
}

export function productLine({ path, kind, bytes }: ProductSummary): string {
  return `${path} (${kind}, ${sizeText(bytes)})`;
}
