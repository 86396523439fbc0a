/** The JSON shapes of pipelines, runs and products, as the server sends and the browser reads them. */

export type RunState = 'CREATED' | 'PLANNED' | 'RUNNING' | 'DONE' | 'STOPPED' | 'FAILED';

export interface PipelineSummary {
  readonly id: string;
  readonly summary: string;
  readonly description: string;
  readonly parameters: readonly ParameterSummary[];
}

export interface ParameterSummary {
  readonly name: string;
  readonly description: string;
  /** One schema, or several of which one must fit. */
  readonly schema: ParameterSchema | readonly ParameterSchema[];
  readonly optional: boolean;
  readonly default?: unknown;
}

/** What a form needs of JSON Schema with openEO's subtypes. */
export interface ParameterSchema {
  readonly type?: string | readonly string[];
  readonly subtype?: string;
  readonly enum?: readonly unknown[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly items?: ParameterSchema;
}

export interface RunEstimate {
  readonly bytesToRead: number;
  readonly megapixels: number;
  readonly tiles: number;
  readonly cpuSeconds: number;
  readonly memoryBytes: number;
}

export interface RunActual {
  readonly cpuSeconds: number;
  readonly wallSeconds: number;
  readonly peakMemoryBytes: number;
  readonly tasks: number;
  readonly tasksKept: number;
}

export interface RunProgress {
  readonly step: string;
  readonly stepIndex: number;
  readonly steps: number;
  readonly stage: string;
  readonly done: number;
  readonly total: number | null;
  readonly tasksDone: number;
}

export interface RunStepSummary {
  readonly id: string;
  readonly process: string;
  readonly title: string;
  readonly output: string;
}

/** A run as `GET /runs` lists it. */
export interface RunSummary {
  readonly id: string;
  readonly pipeline: string;
  readonly parameters: { readonly values?: Readonly<Record<string, unknown>> };
  readonly state: RunState;
  readonly reason: string | null;
  readonly nextStep: string | null;
  readonly priority: number;
  readonly startedBy: { readonly kind: 'command' | 'api' | 'schedule' | 'scene'; readonly schedule?: string };
  readonly estimate: RunEstimate | null;
  readonly actual: RunActual | null;
  readonly progress: RunProgress | null;
  readonly stepsDone: readonly string[];
  readonly steps: readonly RunStepSummary[];
  readonly attempts: number;
  /** RFC 3339. */
  readonly createdAt: string;
  readonly startedAt: string | null;
  readonly endedAt: string | null;
}

export interface RunList {
  /** Newest first. */
  readonly runs: readonly RunSummary[];
  readonly links: readonly { readonly rel: string; readonly href: string }[];
}

/** `GET /runs/{id}`. */
export interface RunDetails extends RunSummary {
  readonly tasks: readonly TaskCounts[];
  readonly products: readonly ProductSummary[];
}

export interface TaskCounts {
  readonly step: string;
  readonly task: string;
  readonly state: 'queued' | 'done' | 'kept' | 'failed';
  readonly count: number;
  readonly seconds: number;
}

export interface ProductSummary {
  readonly id: string;
  readonly kind: 'raster' | 'archive' | 'table' | 'features' | 'other';
  readonly title: string;
  readonly path: string;
  readonly mediaType: string;
  readonly bytes: number;
  readonly sha256: string;
  readonly madeAt: string;
  readonly links: { readonly passport: string; readonly file: string };
}

/** The answer to a run that was asked for with `dryRun`. */
export interface RunPlanSummary {
  readonly steps: readonly RunStepSummary[];
  /** Files that it reads. */
  readonly inputs: number;
  readonly estimate: RunEstimate;
  readonly notes: readonly string[];
}

export interface ScheduleSummary {
  readonly id: string;
  readonly pipeline: string;
  readonly cron: string | null;
  readonly timeZone: string | null;
  readonly onScene: {
    readonly collection: string | null;
    readonly tile: string | null;
    readonly maxCloudCover: number | null;
  } | null;
  readonly lastRun: string | null;
  /** RFC 3339; null where it waits for a scene. */
  readonly nextAt: string | null;
}

/** An event of `GET /live`. */
export type RunEvent =
  | { readonly kind: 'started' | 'planned' | 'ended'; readonly run: string; readonly state: RunState }
  | { readonly kind: 'progress'; readonly run: string; readonly progress: RunProgress };
