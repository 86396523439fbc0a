/**
 * Spans to a collector: OTLP over HTTP as JSON, in batches, never in anybody's way.
 * @see https://opentelemetry.io/docs/specs/otlp/#otlphttp
 */
import type { Log } from '../http/log.ts';
import { API_VERSION } from '../http/headers.ts';
import type { TraceSettings } from './settings.ts';
import type { Attributes, FinishedSpan } from './span.ts';
import { SPAN_KINDS } from './span.ts';

export interface SpanSender {
  send(span: FinishedSpan): void;
  /** Sends what waits. */
  close(): Promise<void>;
}

const BATCH = 512;
/** What a collector that is away does not get is lost. */
const MOST_WAITING = 4096;
const PAUSE_MS = 2_000;
const TIMEOUT_MS = 5_000;

export function createSpanSender(settings: TraceSettings, log: Pick<Log, 'warn'>): SpanSender {
  let waiting: FinishedSpan[] = [];
  let lost = 0;
  let sending: Promise<void> = Promise.resolve();
  let timer: NodeJS.Timeout | null = null;

  async function post(spans: readonly FinishedSpan[]): Promise<void> {
    try {
      const answer = await fetch(settings.endpoint, {
        method: 'POST',
        headers: { ...settings.headers, 'Content-Type': 'application/json' },
        body: JSON.stringify(toOtlp(spans, settings)),
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
      await answer.arrayBuffer();
      if (!answer.ok) throw new Error(`it answered ${answer.status}`);
    } catch (error) {
      lost += spans.length;
      log.warn({ err: error, lost }, 'traces:not-sent');
    }
  }

  const flush = () => {
    timer = null;
    const batch = waiting;
    waiting = [];
    if (batch.length > 0) sending = sending.then(() => post(batch));
    return sending;
  };

  return {
    send(span) {
      if (waiting.length >= MOST_WAITING) lost += 1;
      else waiting.push(span);
      if (waiting.length === BATCH) void flush();
      else timer ??= setTimeout(() => void flush(), PAUSE_MS).unref();
    },
    async close() {
      if (timer) clearTimeout(timer);
      await flush();
    },
  };
}

/** An `ExportTraceServiceRequest`: ids as hexadecimal digits, 64-bit numbers as text. */
export function toOtlp(
  spans: readonly FinishedSpan[],
  { service, resource }: Pick<TraceSettings, 'service' | 'resource'>,
): object {
  const attributes = { ...resource, 'service.name': service, 'service.version': API_VERSION };
  return {
    resourceSpans: [
      {
        resource: { attributes: toPairs(attributes), droppedAttributesCount: 0 },
        scopeSpans: [{ scope: { name: 'landmeter', version: API_VERSION }, spans: spans.map(toSpan) }],
      },
    ],
  };
}

function toSpan({ traceId, spanId, parentId, name, kind, startMs, endMs, attributes, isError }: FinishedSpan): object {
  return {
    traceId,
    spanId,
    ...(parentId !== null && { parentSpanId: parentId }),
    name,
    kind: SPAN_KINDS[kind],
    startTimeUnixNano: toNanos(startMs),
    endTimeUnixNano: toNanos(endMs),
    attributes: toPairs(attributes),
    status: { code: isError ? 2 : 0 },
  };
}

/** A number of nanoseconds has more digits than a double. */
function toNanos(ms: number): string {
  return `${Math.floor(ms)}${String(Math.floor((ms % 1) * 1e6)).padStart(6, '0')}`;
}

function toPairs(attributes: Attributes): object[] {
  return Object.entries(attributes).map(([key, value]) => ({ key, value: toValue(value) }));
}

function toValue(value: Attributes[string]): object {
  if (typeof value === 'string') return { stringValue: value };
  if (typeof value === 'boolean') return { boolValue: value };
  return Number.isInteger(value) ? { intValue: value } : { doubleValue: value };
}
