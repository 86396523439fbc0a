/** Runs as a server and the command line ask for them. */
import type { RunService } from '../../pipelines/queue/run-service.ts';
import type { Estimate, RunRecord } from '../../pipelines/queue/run-record.ts';
import type { NewRun } from '../../pipelines/queue/runs-repository.ts';
import type { Json } from '../../pipelines/core/passport/passport.ts';
import { PlatformError } from '../../pipelines/core/errors.ts';

export interface RunRequest {
  readonly pipeline: string;
  /** With its parameters bound. */
  readonly graph: Json;
  readonly parameters: Json;
  readonly priority: number;
  readonly askedBy: string | null;
  /** Only say what would be done. */
  readonly isDryRun: boolean;
  /** Do not wait for its end. */
  readonly isDetached: boolean;
}

/** What is known of a run, whenever it changes; first of all its id. */
export type RunLine =
  | { readonly kind: 'plan'; readonly plan: PlanSummary }
  | { readonly kind: 'run'; readonly run: RunSummary; readonly isContinued: boolean }
  | { readonly kind: 'products'; readonly products: readonly ProductSummary[] };

export interface PlanSummary {
  readonly steps: readonly {
    readonly id: string;
    readonly process: string;
    readonly title: string;
    readonly output: string;
  }[];
  readonly inputs: number;
  readonly estimate: Estimate;
  readonly notes: readonly string[];
}

/** A run without what only its workers need. */
export type RunSummary = Omit<RunRecord, 'plan' | 'graph' | 'stopAsked' | 'planDigest'> & {
  /** Of its plan, and of how it went. */
  readonly notes: readonly string[];
  readonly steps: readonly {
    readonly id: string;
    readonly process: string;
    readonly title: string;
    readonly output: string;
  }[];
};

export interface ProductSummary {
  readonly id: string;
  readonly kind: string;
  readonly title: string;
  readonly path: string;
  readonly mediaType: string;
  readonly bytes: number;
  readonly sha256: string;
  readonly madeAt: string;
}

export interface CarryOutOptions {
  /** This process works on the run itself, and takes it along when it ends. */
  readonly isOurs: boolean;
  readonly signal?: AbortSignal;
}

/** @throws {PlatformError} what planning throws; `aborted` */
export async function* carryOut(
  service: RunService,
  request: RunRequest,
  { isOurs, signal }: CarryOutOptions,
): AsyncGenerator<RunLine> {
  const { isDryRun, isDetached, ...words } = request;
  if (isDryRun) {
    const { plan, estimate } = await service.plan(words);
    yield {
      kind: 'plan',
      plan: { steps: plan.steps.map(summariseStep), inputs: plan.inputs.length, estimate, notes: plan.notes },
    };
    return;
  }
  const wanted: NewRun = { ...words, startedBy: { kind: isOurs ? 'command' : 'api' } };
  const { run, isContinued } = await service.submit(wanted);
  yield { kind: 'run', run: summarise(run), isContinued };
  if (isDetached) return;
  if (isOurs) await service.work();
  try {
    for await (const now of service.watch(run.id, signal)) yield { kind: 'run', run: summarise(now), isContinued };
  } catch (error) {
    if (isOurs) await stopOwn(service, run.id);
    throw error;
  }
  yield { kind: 'products', products: (await service.details(run.id)).products.map(summariseProduct) };
}

const STOP_MS = 15_000;

/** Whoever started a run at a terminal and stops it there stops the run. */
async function stopOwn(service: RunService, id: string): Promise<void> {
  await service.cancel(id);
  for await (const _ of service.watch(id, AbortSignal.timeout(STOP_MS))) continue;
}

export function summariseStep({
  id,
  process,
  title,
  output,
}: PlanSummary['steps'][number]): PlanSummary['steps'][number] {
  return { id, process, title, output };
}

export function summarise(run: RunRecord): RunSummary {
  const { plan, graph: _graph, stopAsked: _stopAsked, planDigest: _planDigest, ...rest } = run;
  const notes = [...(plan?.notes ?? []), ...(rest.actual?.notes ?? [])];
  return { ...rest, notes, steps: plan?.steps.map(summariseStep) ?? [] };
}

export function summariseProduct(product: ProductSummary): ProductSummary {
  const { id, kind, title, path, mediaType, bytes, sha256, madeAt } = product;
  return { id, kind, title, path, mediaType, bytes, sha256, madeAt };
}

/** How a run that did not come to its end is told at a terminal. */
export function endingOf({ id, state, reason, nextStep }: RunSummary): PlatformError | null {
  if (state === 'DONE') return null;
  const what = state === 'STOPPED' ? 'was stopped' : 'failed';
  const next = nextStep === null ? '' : `; next: ${nextStep}`;
  return new PlatformError(
    state === 'STOPPED' ? 'aborted' : 'unavailable',
    `Run ${id} ${what}: ${reason ?? state}${next}`,
  );
}
