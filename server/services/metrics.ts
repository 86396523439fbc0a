/** Figures for whoever watches the server, in Prometheus' text format. */
import { collectDefaultMetrics, Counter, Histogram, Registry } from 'prom-client';

export interface Metrics {
  readonly contentType: string;
  /** Counts a tile; `outcome` is what the client got. */
  tile(outcome: 'sent' | 'blank' | 'unchanged'): void;
  /** Counts any other answer by the first part of its path. */
  answer(room: string, status: number, seconds: number): void;
  text(): Promise<string>;
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
  const outcomes = {
    sent: tiles.labels({ outcome: 'sent' }),
    blank: tiles.labels({ outcome: 'blank' }),
    unchanged: tiles.labels({ outcome: 'unchanged' }),
  };
  return {
    contentType: registry.contentType,
    tile: (outcome) => outcomes[outcome].inc(),
    answer: (room, status, seconds) => answers.labels({ room, status: String(status) }).observe(seconds),
    text: () => registry.metrics(),
  };
}
