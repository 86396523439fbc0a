/** What a run is: a pipeline with its parameters, the plan that was made of it, and how far it is. */
import type { Json } from '../core/passport/passport.ts';
import type { ProcessName } from '../runs/processes.ts';

/**
 * CREATED: asked for. PLANNED: inputs found, outputs and cost known. RUNNING: a worker has it. DONE, STOPPED (as asked),
 * FAILED: ended, with a reason and what to do next.
 */
export const RUN_STATES = ['CREATED', 'PLANNED', 'RUNNING', 'DONE', 'STOPPED', 'FAILED'] as const;
export type RunState = (typeof RUN_STATES)[number];

export function hasEnded(state: RunState): boolean {
  return state === 'DONE' || state === 'STOPPED' || state === 'FAILED';
}

/** A file that the run reads, as it was when the run was planned. */
export interface PlannedInput {
  readonly path: string;
  /** Null for a file on a server that does not say. */
  readonly bytes: number | null;
  /** As the catalogue knows it; null where it was not read yet (the passport has it). */
  readonly sha256: string | null;
  /** Changes when a local file changes; null for what is on a server. */
  readonly stamp: string | null;
}

/** What a step's product is shown as. */
export interface LayerWords {
  readonly id: string;
  readonly title: string;
  readonly description: string;
  readonly theme: string;
  readonly colormap: string | null;
  readonly range: readonly [number, number] | null;
  readonly datetime: string | null;
  readonly attribution: string;
}

/** One product: a request that `produce` carries out. */
export interface RunStep {
  /** The node of the graph that it comes from, with the process where a node takes several. */
  readonly id: string;
  readonly process: ProcessName;
  /** Without `output`. */
  readonly request: Json;
  /** Absolute path. */
  readonly output: string;
  readonly title: string;
  /** Made for the next step only: not kept as a product. */
  readonly isIntermediate?: boolean;
  readonly layer?: LayerWords;
  /** Set of zones and series under which the rows of a table go into the database. */
  readonly zoneSeries?: { readonly set: string; readonly series: string };
}

export interface RunPlan {
  readonly inputs: readonly PlannedInput[];
  readonly steps: readonly RunStep[];
  /** What the user should know before it starts. */
  readonly notes: readonly string[];
}

export interface Estimate {
  readonly bytesToRead: number;
  /** Millions of numbers that are read, every band of every date. */
  readonly megapixels: number;
  readonly tiles: number;
  readonly cpuSeconds: number;
  /** Before the experience of finished runs was taken into account. */
  readonly uncorrectedCpuSeconds: number;
  readonly memoryBytes: number;
}

/** What it took, beside what was expected. */
export interface Actual {
  readonly cpuSeconds: number;
  readonly wallSeconds: number;
  readonly peakMemoryBytes: number;
  readonly tasks: number;
  /** Found finished from an earlier attempt. */
  readonly tasksKept: number;
  /** What the user should know of how it went. */
  readonly notes: readonly string[];
}

export interface Progress {
  readonly step: string;
  readonly stepIndex: number;
  readonly steps: number;
  readonly stage: string;
  readonly done: number;
  readonly total: number | null;
  readonly tasksDone: number;
}

export type StartedBy =
  | { readonly kind: 'command' | 'api' }
  | { readonly kind: 'schedule'; readonly schedule: string }
  | { readonly kind: 'scene'; readonly schedule: string; readonly scene: string };

export interface RunRecord {
  readonly id: string;
  readonly pipeline: string;
  readonly graph: Json;
  readonly parameters: Json;
  readonly state: RunState;
  readonly reason: string | null;
  readonly nextStep: string | null;
  readonly priority: number;
  readonly askedBy: string | null;
  readonly startedBy: StartedBy;
  readonly plan: RunPlan | null;
  readonly planDigest: string | null;
  readonly estimate: Estimate | null;
  readonly actual: Actual | null;
  readonly progress: Progress | null;
  readonly stepsDone: readonly string[];
  readonly stopAsked: boolean;
  readonly worker: string | null;
  readonly attempts: number;
  /** RFC 3339. */
  readonly heartbeatAt: string | null;
  readonly createdAt: string;
  readonly plannedAt: string | null;
  readonly startedAt: string | null;
  readonly endedAt: string | null;
}

export interface TaskRecord {
  readonly key: string;
  readonly step: string;
  readonly task: string;
  readonly state: 'queued' | 'done' | 'kept' | 'failed';
  readonly durationMs: number | null;
  readonly bytes: number | null;
  readonly worker: string | null;
  readonly reason: string | null;
}
