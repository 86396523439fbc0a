/** How the regions of a run are spread over threads: as many at a time as threads and memory allow. */
import { checkAborted } from '../io/byte-source/byte-source.ts';
import type { CogSpec } from '../io/tiff/cog-layout.ts';
import { regionSize } from '../io/tiff/cog-layout.ts';
import { inlineRunner, runInOrder } from '../runner.ts';
import type { TaskRunner } from '../runner.ts';
import type { TaskInput, TaskName, TaskOutput } from '../tasks/registry.ts';
import type { RunControls } from './progress.ts';

/** A thread's own code, heap and open files. */
const THREAD_BYTES = 64 * 1024 * 1024;

/**
 * @param bytesPerPixel  What a task holds at its fullest, per pixel of its region.
 * @returns outputs in the order of the inputs. One region is worked on in this thread: starting another costs more.
 */
export async function* runRegions<N extends TaskName>(
  runner: TaskRunner,
  name: N,
  inputs: readonly TaskInput<N>[],
  spec: CogSpec,
  bytesPerPixel: number,
  { signal, memoryBytes = Infinity }: RunControls,
): AsyncGenerator<TaskOutput<N>> {
  const side = Math.min(regionSize(spec), Math.max(spec.width, spec.height));
  const taskBytes = side * side * bytesPerPixel + THREAD_BYTES;
  const fitting = Math.max(1, Math.floor(memoryBytes / taskBytes));
  const inFlight = Math.min(runner.concurrency + 1, fitting);
  const threads = inputs.length === 1 ? inlineRunner : runner;
  try {
    yield* runInOrder(threads, name, inputs, { ...(signal && { signal }), inFlight });
  } catch (error) {
    checkAborted(signal); // the caller's reason says more than the task that was given up
    throw error;
  }
}
