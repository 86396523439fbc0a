/** What a server tells of itself: figures, and where they are asked for a line and a span for each request. */
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { TaskRunner } from '../../pipelines/runner.ts';
import { createLog } from '../http/log.ts';
import type { Log } from '../http/log.ts';
import { createMetrics } from '../services/metrics.ts';
import type { Metrics } from '../services/metrics.ts';
import { observeRunner } from './observe-runner.ts';
import { createSpanSender } from './otlp.ts';
import { createRouteFinder } from './route-of.ts';
import type { TelemetrySettings } from './settings.ts';
import { createTracer, nowMs, parseTraceParent } from './span.ts';
import type { SpanContext } from './span.ts';

export interface Telemetry {
  readonly metrics: Metrics;
  observeRequests(listener: RequestListener): RequestListener;
  observeRunner(name: string, runner: TaskRunner): TaskRunner;
  close(): Promise<void>;
}

export interface TelemetryOptions {
  readonly settings: TelemetrySettings;
  /** Paths of the API, as its document writes them. */
  readonly routes: () => Iterable<string>;
  readonly log: Log;
  /** Where a line for each request goes; default: stderr. */
  readonly accessLog?: Pick<Log, 'info'>;
}

export function createTelemetry({ settings, routes, log, accessLog }: TelemetryOptions): Telemetry {
  const { traces, isAccessLogged } = settings;
  const metrics = createMetrics();
  const sender = traces && createSpanSender(traces, log);
  const tracer = sender && createTracer(traces.share, (span) => sender.send(span));
  const lines = isAccessLogged ? (accessLog ?? createLog('info')) : null;
  const isWatched = tracer !== null || lines !== null;
  const routeOf = isWatched ? createRouteFinder(routes()) : () => '';

  /** No address of a client, no query, no header: nothing that tells of a person. */
  function tell(req: Seen, res: ServerResponse, span: SpanContext | null): void {
    const endMs = nowMs();
    const { method, route, startMs } = req;
    const bytes = req.socket.bytesWritten - req.bytesBefore;
    const isCut = !res.writableFinished;
    const requestId = String(res.getHeader('X-Request-Id') ?? '');
    const { statusCode: status } = res;
    lines?.info(
      { method, route, status, ms: Math.round((endMs - startMs) * 10) / 10, bytes, requestId, ...(isCut && { isCut }) },
      'request',
    );
    if (!span) return;
    tracer!.finish({
      ...span,
      parentId: req.parentId,
      name: `${method} ${route}`,
      kind: 'server',
      startMs,
      endMs,
      isError: status >= 500,
      attributes: {
        'http.request.method': method,
        'http.route': route,
        'http.response.status_code': status,
        'http.response.size': bytes,
        'landmeter.request_id': requestId,
      },
    });
  }

  function watch(req: IncomingMessage, res: ServerResponse, listener: RequestListener): void {
    const { parent, isRefused } = parseTraceParent(req.headers.traceparent);
    const seen: Seen = {
      method: METHODS.has(req.method ?? '') ? req.method! : '_OTHER',
      route: routeOf(withoutMajor(req.url ?? '')),
      startMs: nowMs(),
      socket: req.socket,
      bytesBefore: req.socket.bytesWritten,
      parentId: parent?.spanId ?? null,
    };
    const answer = (span: SpanContext | null) => {
      res.once('close', () => tell(seen, res, span));
      listener(req, res);
    };
    if (tracer && !isRefused) tracer.enter(parent, answer);
    else answer(null);
  }

  return {
    metrics,
    observeRequests: (listener) => (req, res) => {
      const { socket } = req;
      const before = socket.bytesWritten;
      res.once('close', () => {
        metrics.sent(socket.bytesWritten - before);
        countPicture(metrics, res.getHeader('Server-Timing'));
      });
      if (isWatched) watch(req, res, listener);
      else listener(req, res);
    },
    observeRunner: (name, runner) => observeRunner(runner, { name, metrics, tracer }),
    close: async () => sender?.close(),
  };
}

/** As the answer itself says where it came from. */
function countPicture(metrics: Metrics, timing: unknown): void {
  if (typeof timing !== 'string') return;
  if (timing.startsWith('cache;desc=hit')) metrics.picture('hit');
  else if (timing.startsWith('compute;')) metrics.picture('miss');
}

interface Seen {
  readonly method: string;
  readonly route: string;
  readonly startMs: number;
  /** A response has none any more when it is over. */
  readonly socket: IncomingMessage['socket'];
  readonly bytesBefore: number;
  readonly parentId: string | null;
}

/** Of OpenTelemetry's conventions; whatever else somebody writes is `_OTHER`. */
const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'CONNECT']);

function withoutMajor(path: string): string {
  return path.startsWith('/v1/') ? path.slice(3) : path;
}
