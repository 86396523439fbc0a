/** How a run tells how far it is; the command line draws it, the server stores it, tests leave it out. */
import type { PassportRecorder } from '../passport/recorder.ts';

export interface RunProgress {
  /** Starts a stage. `total` in any unit. */
  stage(label: string, total?: number): void;
  /** Work done since the last call, in the unit of `total`. */
  advance(amount?: number): void;
}

export interface RunControls {
  readonly signal?: AbortSignal;
  readonly progress?: RunProgress;
  /** Memory ceiling in bytes: fewer regions are then worked on at a time. Default: none. */
  readonly memoryBytes?: number;
  /** Folder that keeps the coverage of zones for later runs. Default: none. */
  readonly coverageCache?: string;
  /** Is told what the run reads and finds, for the product's passport. */
  readonly passport?: PassportRecorder;
}
