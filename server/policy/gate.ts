/** The gate before every route: finds who asks, whether they may do such a thing at all, and writes down what they did. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { RequestHandler } from 'express';
import { PlatformError } from '../../pipelines/core/errors.ts';
import { admit, levelRead, PUBLIC } from './access.ts';
import type { Caller } from './access.ts';
import { actionOf } from './actions.ts';
import type { AuditLog } from './audit.ts';
import { demand } from './decide.ts';
import type { Action } from './decide.ts';
import type { Policy } from './policy.ts';

/** These do not wait for a database: they tell nothing that it holds. */
const PLAIN = /^\/($|healthz$|readyz$|metrics$|docs|openapi\.json$|assets\/)/;

export function gate(policy: Policy, audit: AuditLog): RequestHandler {
  return async (req, res, next) => {
    const action = actionOf(req.method, req.path);
    if (!policy.isReady && (req.headers.authorization !== undefined || !PLAIN.test(req.path))) await policy.ready();
    let caller: Caller = PUBLIC;
    res.on('finish', () => writeDown(audit, { req, res, path: req.originalUrl, action, caller: () => caller }));
    caller = await policy.callerOf(req);
    admit(req, caller, policy);
    if (caller.role !== 'public') keepPrivate(res);
    res.vary('Authorization');
    await policy.settle(req.path);
    demandScope(caller, req.path);
    demand(caller.role, action, `${req.method} ${req.path.slice(0, 200)}`);
    next();
  };
}

/** @throws {PlatformError} `forbidden` */
function demandScope({ scopes }: Caller, path: string): void {
  const room = path.split('/')[1] ?? '';
  if (scopes === null || scopes.includes(room)) return;
  throw new PlatformError(
    'forbidden',
    `This token is good for /${scopes.join(', /')} and not for /${room.slice(0, 100)}`,
    {
      detail: { scopes },
    },
  );
}

/** What was made for one caller is for no shared cache, whatever a route says of it. */
function keepPrivate(res: ServerResponse): void {
  const writeHead = res.writeHead.bind(res) as (...words: unknown[]) => ServerResponse;
  res.writeHead = (status: number, ...rest: unknown[]) => {
    const set = res.getHeader('Cache-Control');
    if (typeof set === 'string') res.setHeader('Cache-Control', withoutPublic(set));
    const headers = rest.find((word) => typeof word === 'object' && word !== null) as
      | Record<string, unknown>
      | undefined;
    if (typeof headers?.['Cache-Control'] === 'string')
      headers['Cache-Control'] = withoutPublic(headers['Cache-Control']);
    return writeHead(status, ...rest);
  };
}

function withoutPublic(cacheControl: string): string {
  return cacheControl.replace(/\bpublic\b/, 'private');
}

interface Done {
  readonly req: IncomingMessage;
  readonly res: ServerResponse;
  readonly path: string;
  readonly action: Action;
  readonly caller: () => Caller;
}

function writeDown(audit: AuditLog, { req, res, path, action, caller }: Done): void {
  const level = levelRead(req);
  if ((action === 'read' || action === 'details') && level === 'open') return;
  const { id: token, role } = caller();
  audit.write({
    time: new Date().toISOString(),
    token,
    role,
    action,
    level,
    method: req.method ?? '',
    path: path.replace(/\?.*/s, ''),
    status: res.statusCode,
    requestId: String(res.getHeader('X-Request-Id') ?? ''),
  });
}
