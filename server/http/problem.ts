/** Errors as RFC 9457 problem documents. The only place where a code of ours meets an HTTP status. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ErrorRequestHandler, RequestHandler } from 'express';
import { isPlatformError, PlatformError } from '../../pipelines/core/errors.ts';
import type { ErrorCode } from '../../pipelines/core/errors.ts';
import { nextRequestId } from './headers.ts';
import type { Log } from './log.ts';

export const STATUS: Readonly<Record<ErrorCode, number>> = {
  usage: 400,
  'parameter-invalid': 400,
  'not-found': 404,
  'not-readable': 404,
  'format-unknown': 415,
  'format-damaged': 422,
  'format-unsupported': 415,
  'crs-missing': 422,
  'crs-unsupported': 400,
  'grid-mismatch': 422,
  'calibration-invalid': 422,
  'band-missing': 400,
  'index-unknown': 400,
  'expression-invalid': 400,
  outside: 404,
  'not-the-same': 409,
  'too-large': 413,
  'not-writable': 500,
  'disk-full': 507,
  aborted: 499,
  busy: 503,
  'remote-failed': 502,
  unauthorized: 401,
  forbidden: 403,
  'too-many-requests': 429,
  'method-not-allowed': 405,
  'payload-too-large': 413,
  'range-unsatisfiable': 416,
  unavailable: 503,
};

const TITLES: Readonly<Record<number, string>> = {
  400: 'The request has a fault',
  401: 'Who are you?',
  403: 'Not allowed',
  404: 'Not found',
  405: 'Method not allowed',
  409: 'Not what it was',
  413: 'Too large',
  415: 'Format not supported',
  416: 'Range not satisfiable',
  422: 'The data cannot be used',
  429: 'Too many requests',
  499: 'Given up by the client',
  500: 'A fault in Landmeter',
  502: 'A server that we read from failed',
  503: 'Busy',
  507: 'The disk is full',
};

export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly instance: string;
  readonly [extension: string]: unknown;
}

export function toProblem(error: unknown, instance: string, requestId: string): Problem {
  const e = asPlatformError(error, requestId);
  const status = STATUS[e.code];
  return {
    ...e.detail,
    type: `urn:landmeter:error:${e.code}`,
    title: TITLES[status] ?? 'Error',
    status,
    detail: e.message,
    instance,
    requestId,
  };
}

/** Errors of Express and its parsers carry a status of the 4xx; whatever else is not ours is our own fault. */
function asPlatformError(error: unknown, requestId: string): PlatformError {
  if (isPlatformError(error)) return error;
  const status = (error as { status?: unknown }).status;
  const message = error instanceof Error ? error.message : String(error);
  if (status === 404) return new PlatformError('not-found', 'There is nothing at this address');
  if (status === 413) return new PlatformError('payload-too-large', message);
  if (status === 416)
    return new PlatformError('range-unsatisfiable', 'The file ends before the range that was asked for');
  if (typeof status === 'number' && status >= 400 && status < 500)
    return new PlatformError('parameter-invalid', message);
  return new PlatformError(
    'not-writable',
    `Something went wrong in Landmeter; tell the operator the request id ${requestId}`,
  );
}

/** Answers with a problem document; used by the last middleware and by what answers before Express. */
export function sendProblem(log: Log, req: IncomingMessage, res: ServerResponse, error: unknown): void {
  const requestId = String(res.getHeader('X-Request-Id') ?? nextRequestId());
  const instance = (req as { originalUrl?: string }).originalUrl ?? req.url ?? '';
  const problem = toProblem(error, instance, requestId);
  tell(log, problem, error);
  if (res.headersSent) return void res.destroy();
  // Of a range behind the end it says how long the file is (RFC 9110 §15.5.17)
  const range = problem.status === 416 ? res.getHeader('Content-Range') : undefined;
  for (const name of ['Content-Range', 'ETag', 'Last-Modified', 'Content-Encoding', 'Content-Length'])
    res.removeHeader(name);
  const body = JSON.stringify(problem);
  res.writeHead(problem.status, {
    'X-Request-Id': requestId,
    'X-Content-Type-Options': 'nosniff',
    'Access-Control-Allow-Origin': '*',
    'Cache-Control': 'no-store',
    'Content-Type': 'application/problem+json',
    'Content-Length': Buffer.byteLength(body),
    ...(range !== undefined && { 'Content-Range': range }),
    ...(problem.status === 401 ? { 'WWW-Authenticate': challengeOf(req) } : {}),
    ...(problem.status === 503 ? { 'Retry-After': '2' } : {}),
  });
  res.end(req.method === 'HEAD' ? undefined : body);
}

/** A fault of ours with its stack; what passes (busy, a server that is away) as a sentence; not being ready is no news. */
function tell(log: Log, { status, requestId, instance, detail }: Problem, error: unknown): void {
  const url = instance.replace(/\?.*/s, '');
  if (status === 503 || status === 502) {
    if (url !== '/readyz') log.warn({ requestId, url, reason: detail }, 'request:refused');
  } else if (status >= 500) log.error({ err: error, requestId, url }, 'request:failed');
}

/** RFC 6750 §3: a token that was shown and is not good is named so. */
function challengeOf({ headers }: IncomingMessage): string {
  return `Bearer realm="landmeter"${headers.authorization === undefined ? '' : ', error="invalid_token"'}`;
}

/** The last middleware: no route has its own try/catch. */
export function problemHandler(log: Log): ErrorRequestHandler {
  return (error: unknown, req, res, _next) => sendProblem(log, req, res, error);
}

export const notFound: RequestHandler = (req) => {
  throw new PlatformError('not-found', `There is nothing at ${req.path}`);
};
