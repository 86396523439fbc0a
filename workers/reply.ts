/**
 * A custom error leaves a thread without its class, name and fields (piscina issues 141 and 1143), so a task's end
 * crosses the border as plain data and becomes an error again on the other side.
 */
import { isPlatformError, PlatformError } from '../pipelines/core/errors.ts';
import type { ErrorCode } from '../pipelines/core/errors.ts';

export type Reply =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly platform: false; readonly message: string; readonly stack: string }
  | {
      readonly ok: false;
      readonly platform: true;
      readonly code: ErrorCode;
      readonly message: string;
      readonly detail: Readonly<Record<string, unknown>>;
      readonly stack: string;
    };

export function toReply(error: unknown): Reply {
  if (isPlatformError(error)) {
    const { code, message, detail, stack } = error;
    return { ok: false, platform: true, code, message, detail: cloneable(detail), stack: stack ?? '' };
  }
  const e = error instanceof Error ? error : new Error(String(error));
  return { ok: false, platform: false, message: e.message, stack: e.stack ?? '' };
}

/** @throws {PlatformError} or the plain error that the task threw */
export function fromReply(reply: Reply): unknown {
  if (reply.ok) return reply.value;
  const error = reply.platform
    ? new PlatformError(reply.code, reply.message, { detail: reply.detail })
    : new Error(reply.message);
  error.stack = reply.stack;
  throw error;
}

function cloneable(detail: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return JSON.parse(JSON.stringify(detail)) as Record<string, unknown>;
}
