/** How pipelines ask for compute without knowing of threads. `workers/pool.ts` implements the same interface. */
import { TASKS } from './tasks/registry.ts';
import type { TaskInput, TaskName, TaskOutput } from './tasks/registry.ts';
import { PlatformError } from './core/errors.ts';

export interface RunOptions {
  readonly signal?: AbortSignal;
}

export interface TaskRunner {
  /** How many tasks make progress at the same time. */
  readonly concurrency: number;
  /**
   * Runs one task. Input and output are plain records; typed arrays of the output are moved, not copied.
   * @throws {PlatformError} what the task threw; `aborted` where the signal fired.
   */
  run<N extends TaskName>(name: N, input: TaskInput<N>, options?: RunOptions): Promise<TaskOutput<N>>;
  close(): Promise<void>;
}

/** What a task may use beside its input. */
export interface TaskContext {
  readonly signal: AbortSignal;
}

type Tasks = Readonly<Record<string, () => Promise<{ run: unknown }>>>;

const NEVER = new AbortController().signal;

/** Runs tasks in this thread: for tests, and where one core is all there is. */
export const inlineRunner: TaskRunner = {
  concurrency: 1,
  async run(name, input, options = {}) {
    const signal = options.signal ?? NEVER;
    if (signal.aborted) throw new PlatformError('aborted', `Task ${name} was given up before it started`);
    const load: (() => Promise<{ run: unknown }>) | undefined = (TASKS as Tasks)[name];
    if (!load) throw new TypeError(`There is no task named ${name}`);
    const { run } = await load();
    return (run as (i: unknown, c: TaskContext) => Promise<never>)(input, { signal });
  },
  async close() {},
};

/**
 * Runs `inputs` through a task with a bounded number in flight and yields outputs in the order of the inputs.
 * The bound keeps memory flat however many inputs there are.
 */
export async function* runInOrder<N extends TaskName>(
  runner: TaskRunner,
  name: N,
  inputs: Iterable<TaskInput<N>> | AsyncIterable<TaskInput<N>>,
  options: RunOptions & { readonly inFlight?: number } = {},
): AsyncGenerator<TaskOutput<N>> {
  const { signal, inFlight = runner.concurrency + 1 } = options;
  const pending: Promise<TaskOutput<N>>[] = [];
  const start = (input: TaskInput<N>) => {
    const promise = runner.run(name, input, signal ? { signal } : {});
    promise.catch(() => {}); // a later failure is reported when its turn comes
    pending.push(promise);
  };
  for await (const input of inputs) {
    start(input);
    if (pending.length >= inFlight) yield await pending.shift()!;
  }
  while (pending.length > 0) yield await pending.shift()!;
}
