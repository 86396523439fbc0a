/** Figures for whoever watches the server, in Prometheus' text format. */
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

export interface Metrics {
  readonly contentType: string;
  /** Counts a tile; `outcome` is what the client got. */
  tile(outcome: 'sent' | 'blank' | 'unchanged'): void;
  /** Counts any other answer by the first part of its path. */
  answer(room: string, status: number, seconds: number): void;
  /** Bytes of one answer, head included. */
  sent(bytes: number): void;
  /** How many tasks wait for the threads of a name, and how many are worked on. */
  queue(runner: string, waiting: number, working: number): void;
  task(done: TaskFigures): void;
  /** Counts a picture that was asked for: `hit` where it was kept from before. */
  picture(outcome: 'hit' | 'miss'): void;
  text(): Promise<string>;
}

export interface TaskFigures {
  readonly runner: string;
  readonly task: string;
  readonly isError: boolean;
  readonly waitSeconds: number;
  readonly seconds: number;
}

export function createMetrics(): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const tiles = new Counter({
    name: 'landmeter_tiles_total',
    help: 'Tiles out of archives, by what the client got',
    labelNames: ['outcome'] as const,
    registers: [registry],
  });
  const answers = new Histogram({
    name: 'landmeter_http_seconds',
    help: 'Time to answer requests other than tiles',
    labelNames: ['room', 'status'] as const,
    buckets: [0.005, 0.02, 0.1, 0.5, 2, 10],
    registers: [registry],
  });
  const bytes = new Counter({
    name: 'landmeter_sent_bytes_total',
    help: 'Bytes of answers, heads included',
    registers: [registry],
  });
  const tasks = new Gauge({
    name: 'landmeter_tasks',
    help: 'Tasks that wait for a thread or are worked on',
    labelNames: ['threads', 'state'] as const,
    registers: [registry],
  });
  const waits = new Histogram({
    name: 'landmeter_task_wait_seconds',
    help: 'Time that tasks waited for a thread',
    labelNames: ['threads'] as const,
    buckets: [0.001, 0.01, 0.1, 1, 10, 100],
    registers: [registry],
  });
  const works = new Histogram({
    name: 'landmeter_task_seconds',
    help: 'Time that a thread took for a task',
    labelNames: ['threads', 'task', 'outcome'] as const,
    buckets: [0.005, 0.02, 0.1, 0.5, 2, 10, 60],
    registers: [registry],
  });
  const pictures = new Counter({
    name: 'landmeter_pictures_total',
    help: 'Pictures on demand, by whether they were kept from before',
    labelNames: ['cache'] as const,
    registers: [registry],
  });
  const outcomes = {
    sent: tiles.labels({ outcome: 'sent' }),
    blank: tiles.labels({ outcome: 'blank' }),
    unchanged: tiles.labels({ outcome: 'unchanged' }),
  };
  return {
    contentType: registry.contentType,
    tile: (outcome) => outcomes[outcome].inc(),
    answer: (room, status, seconds) => answers.labels({ room, status: String(status) }).observe(seconds),
    sent: (count) => bytes.inc(Math.max(0, count)),
    queue(threads, waiting, working) {
      tasks.set({ threads, state: 'waiting' }, waiting);
      tasks.set({ threads, state: 'working' }, working);
    },
    task({ runner: threads, task, isError, waitSeconds, seconds }) {
      waits.observe({ threads }, waitSeconds);
      works.observe({ threads, task, outcome: isError ? 'failed' : 'done' }, seconds);
    },
    picture: (outcome) => pictures.inc({ cache: outcome }),
    text: () => registry.metrics(),
  };
}
