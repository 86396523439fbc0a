/** Headers that every answer carries, whichever path it takes through the server. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { RequestHandler } from 'express';
import helmet from 'helmet';

let count = 0;
const instance = Math.random().toString(36).slice(2, 8);

/** Unique within the server's life and, in practice, beyond it. */
export function nextRequestId(): string {
  count += 1;
  return `${instance}-${count.toString(36)}`;
}

/** Of what the API promises, in full (API design rules of the Dutch government, /core/version-header). */
export const API_VERSION = '0.1.0';

/** A record of its own for each answer. */
export function commonHeaders(): Record<string, string | number> {
  return {
    'X-Request-Id': nextRequestId(),
    'API-Version': API_VERSION,
    'X-Content-Type-Options': 'nosniff',
    'Cross-Origin-Resource-Policy': 'cross-origin',
  };
}

export function setCommonHeaders(res: ServerResponse): void {
  for (const [name, value] of Object.entries(commonHeaders())) res.setHeader(name, value);
}

/** For all that goes through Express. Nothing is loaded from, sent to or framed by another origin. */
export const securityHeaders = helmet({
  contentSecurityPolicy: {
    useDefaults: false,
    directives: {
      defaultSrc: ["'self'"],
      scriptSrc: ["'self'"],
      workerSrc: ["'self'"],
      imgSrc: ["'self'", 'data:', 'blob:'],
      styleSrc: ["'self'"],
      fontSrc: ["'self'"],
      connectSrc: ["'self'"],
      objectSrc: ["'none'"],
      baseUri: ["'none'"],
      formAction: ["'self'"],
      frameAncestors: ["'self'"],
    },
  },
  crossOriginResourcePolicy: { policy: 'cross-origin' },
  crossOriginOpenerPolicy: { policy: 'same-origin' },
  referrerPolicy: { policy: 'strict-origin-when-cross-origin' },
  // The server speaks plain HTTP; a proxy in front of it that speaks TLS adds this header.
  strictTransportSecurity: false,
});

/** Public data may be used by any page: tiles, archives and lists are open to other origins. */
export const OPEN_TO_OTHER_ORIGINS = {
  'Access-Control-Allow-Origin': '*',
  'Access-Control-Expose-Headers':
    'ETag, Content-Range, Content-Length, Accept-Ranges, Link, Location, Retry-After, WWW-Authenticate, X-Request-Id, X-Blank-Reason',
} as const;

/** What a page of another origin may send and send along: a token is shown in a header, and no cookie is ever looked at. */
const PREFLIGHT = {
  'Access-Control-Allow-Origin': '*',
  'Access-Control-Allow-Methods': 'GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS',
  'Access-Control-Allow-Headers':
    'Authorization, Content-Type, Accept, Accept-Language, If-Match, If-None-Match, Prefer, Range, traceparent, tracestate',
  'Access-Control-Max-Age': '86400',
} as const;

/** Whoever operates the workspace does not do so from a page of another origin; pages of our own need no leave. */
const HOME_ONLY = /^\/workspace(\/|$)/i;

/** The APIs are open to other origins, with a token too; a question whether they are is answered here. */
export const openToOtherOrigins: RequestHandler = (req, res, next) => {
  if (HOME_ONLY.test(req.path)) return next();
  const isQuestion = req.method === 'OPTIONS' && req.headers['access-control-request-method'] !== undefined;
  if (isQuestion) return void res.set(PREFLIGHT).vary('Access-Control-Request-Headers').status(204).end();
  res.set(OPEN_TO_OTHER_ORIGINS);
  next();
};

const HOST = /^[A-Za-z0-9.-]+(:\d{1,5})?$|^\[[0-9A-Fa-f:.]+\](:\d{1,5})?$/;

/** `http://host:port` of this server as the client knows it. */
export function originOf(req: IncomingMessage): string {
  const host = req.headers.host ?? '';
  return HOST.test(host) ? `http://${host}` : `http://${req.socket.localAddress}:${req.socket.localPort}`;
}
