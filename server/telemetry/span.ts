/** Spans: what was done, when, as part of what. Times are exact to a microsecond within a trace. */
import { AsyncLocalStorage } from 'node:async_hooks';
import { randomBytes } from 'node:crypto';

export type AttributeValue = string | number | boolean;
export type Attributes = Readonly<Record<string, AttributeValue>>;

/** As OTLP numbers them. */
export const SPAN_KINDS = { internal: 1, server: 2 } as const;

export interface FinishedSpan {
  /** 32 hexadecimal digits. */
  readonly traceId: string;
  /** 16 hexadecimal digits. */
  readonly spanId: string;
  readonly parentId: string | null;
  readonly name: string;
  readonly kind: keyof typeof SPAN_KINDS;
  /** Milliseconds since 1970, with a fraction. */
  readonly startMs: number;
  readonly endMs: number;
  readonly attributes: Attributes;
  readonly isError: boolean;
}

export interface SpanContext {
  readonly traceId: string;
  readonly spanId: string;
}

export interface Tracer {
  /** Runs `work` inside of a new span, which is the parent of those that begin in it. Null: this request is not sampled. */
  enter<T>(parent: SpanContext | null, work: (span: SpanContext | null) => T): T;
  /** The span that is being worked in. */
  current(): SpanContext | null;
  finish(span: FinishedSpan): void;
}

/** @param share  Of the traces that begin here. @param random  0 up to 1. */
export function createTracer(
  share: number,
  finish: (span: FinishedSpan) => void,
  random: () => number = Math.random,
): Tracer {
  const storage = new AsyncLocalStorage<SpanContext>();
  return {
    enter(parent, work) {
      if (parent === null && random() >= share) return work(null);
      const span = { traceId: parent?.traceId ?? newId(16), spanId: newId(8) };
      return storage.run(span, work, span);
    },
    current: () => storage.getStore() ?? null,
    finish,
  };
}

export function newId(bytes: number): string {
  return randomBytes(bytes).toString('hex');
}

/** Now, on the clock of `FinishedSpan`. */
export function nowMs(): number {
  return performance.timeOrigin + performance.now();
}

const TRACEPARENT = /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/;

/**
 * The span of a client that is traced itself; `isRefused` where it says that it is not sampled.
 * @see https://www.w3.org/TR/trace-context/
 */
export function parseTraceParent(header: unknown): {
  readonly parent: SpanContext | null;
  readonly isRefused: boolean;
} {
  const match = typeof header === 'string' ? TRACEPARENT.exec(header) : null;
  if (!match || /^0+$/.test(match[1]!) || /^0+$/.test(match[2]!)) return { parent: null, isRefused: false };
  const isSampled = (Number.parseInt(match[3]!, 16) & 1) === 1;
  return isSampled
    ? { parent: { traceId: match[1]!, spanId: match[2]! }, isRefused: false }
    : { parent: null, isRefused: true };
}
