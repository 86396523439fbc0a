/** A runner that is watched: how many tasks wait, for how long, and what they take. */
import type { TaskRunner } from '../../pipelines/runner.ts';
import type { Metrics } from '../services/metrics.ts';
import type { Tracer } from './span.ts';
import { newId, nowMs } from './span.ts';

export interface ObservedRunner {
  /** `pictures`, `runs`: which threads they are. */
  readonly name: string;
  readonly metrics: Metrics;
  /** Null: nothing is traced. */
  readonly tracer: Tracer | null;
}

/** A task that waits or is worked on. Null until a thread has it. */
interface Turn {
  startMs: number | null;
}

/** Threads take tasks in the order in which they came: as one ends, the one that waits longest begins. */
export function observeRunner(runner: TaskRunner, { name, metrics, tracer }: ObservedRunner): TaskRunner {
  const waiting: Turn[] = [];
  let working = 0;
  const begin = (turn: Turn) => {
    turn.startMs = nowMs();
    working += 1;
  };
  const end = (turn: Turn) => {
    if (turn.startMs === null) waiting.splice(waiting.indexOf(turn), 1);
    else {
      working -= 1;
      const next = waiting.shift();
      if (next) begin(next);
    }
    metrics.queue(name, waiting.length, working);
  };
  return {
    concurrency: runner.concurrency,
    close: () => runner.close(),
    async run(task, input, options) {
      const turn: Turn = { startMs: null };
      const cameMs = nowMs();
      if (working < runner.concurrency) begin(turn);
      else waiting.push(turn);
      metrics.queue(name, waiting.length, working);
      let isError = true;
      try {
        const output = await runner.run(task, input, options);
        isError = false;
        return output;
      } finally {
        const endMs = nowMs();
        const startMs = turn.startMs ?? endMs;
        end(turn);
        metrics.task({
          runner: name,
          task,
          isError,
          waitSeconds: (startMs - cameMs) / 1000,
          seconds: (endMs - startMs) / 1000,
        });
        const parent = tracer?.current();
        if (parent) {
          const common = {
            traceId: parent.traceId,
            parentId: parent.spanId,
            kind: 'internal',
            attributes: { 'landmeter.threads': name },
          } as const;
          if (startMs - cameMs > 0.05)
            tracer!.finish({
              ...common,
              spanId: newId(8),
              name: 'queue',
              startMs: cameMs,
              endMs: startMs,
              isError: false,
            });
          tracer!.finish({ ...common, spanId: newId(8), name: `task ${task}`, startMs, endMs, isError });
        }
      }
    },
  };
}
