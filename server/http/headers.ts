/** Headers that every answer carries, whichever path it takes through the server. */
import type { IncomingMessage, ServerResponse } from 'node:http';

/** Only this origin; styles of React Aria's positioning are set through the CSSOM, which needs no exception. */
export const CONTENT_SECURITY_POLICY = [
  "default-src 'self'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "worker-src 'self' blob:",
  "img-src 'self' data: blob:",
  "style-src 'self' 'unsafe-inline'",
  "font-src 'self'",
  "connect-src 'self'",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'self'",
].join('; ');

let count = 0;
const instance = Math.random().toString(36).slice(2, 8);

/** Unique within the server's life and, in practice, beyond it. */
export function nextRequestId(): string {
  count += 1;
  return `${instance}-${count.toString(36)}`;
}

export function setCommonHeaders(res: ServerResponse): void {
  res.setHeader('X-Request-Id', nextRequestId());
  res.setHeader('X-Content-Type-Options', 'nosniff');
  res.setHeader('Referrer-Policy', 'strict-origin-when-cross-origin');
  res.setHeader('Cross-Origin-Resource-Policy', 'cross-origin');
}

/** Public data may be used by any page: tiles, archives and lists are open to other origins. */
export function allowOtherOrigins(res: ServerResponse): void {
  res.setHeader('Access-Control-Allow-Origin', '*');
  res.setHeader('Access-Control-Expose-Headers', 'ETag, Content-Range, Content-Length, Accept-Ranges, X-Request-Id');
}

const HOST = /^[A-Za-z0-9.-]+(:\d{1,5})?$|^\[[0-9A-Fa-f:.]+\](:\d{1,5})?$/;

/** `http://host:port` of this server as the client knows it. */
export function originOf(req: IncomingMessage, fallback: string): string {
  const host = req.headers.host ?? '';
  return HOST.test(host) ? `http://${host}` : fallback;
}
