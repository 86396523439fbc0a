/** A runner that carries out no task twice: what is finished lies on disk, and the next attempt takes it from there. */
import type { TaskRunner } from '../runner.ts';
import type { Checkpoints } from './checkpoints.ts';
import type { TaskRecord } from './run-record.ts';

export type TaskEvent = Omit<TaskRecord, 'step'>;

export interface CheckpointRunnerOptions {
  readonly runner: TaskRunner;
  readonly checkpoints: Checkpoints;
  readonly worker: string;
  /** Told of every task that is kept; must not throw. */
  readonly onTask: (event: TaskEvent) => void;
}

export function createCheckpointRunner({ runner, checkpoints, worker, onTask }: CheckpointRunnerOptions): TaskRunner {
  return {
    concurrency: runner.concurrency,
    async run(name, input, options) {
      const key = checkpoints.keyOf(name, input);
      if (key === null) return runner.run(name, input, options);
      const kept = await checkpoints.read(key);
      if (kept !== undefined) {
        onTask({ key, task: name, state: 'kept', durationMs: null, bytes: null, worker: null, reason: null });
        return kept as never;
      }
      const began = performance.now();
      const output = await runner.run(name, input, options);
      const bytes = await checkpoints.write(key, output);
      const durationMs = Math.round(performance.now() - began);
      onTask({ key, task: name, state: 'done', durationMs, bytes, worker, reason: null });
      return output;
    },
    close: () => runner.close(),
  };
}
