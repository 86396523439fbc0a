/** Fair use: so many requests a minute and a day, for each token and for each address without one. */
import type { Request, RequestHandler } from 'express';
import { ipKeyGenerator, rateLimit } from 'express-rate-limit';
import { PlatformError } from '../../pipelines/core/errors.ts';
import { callerOf } from './access.ts';
import type { Limits } from './settings.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
/** What is asked by machines that watch over the server. */
const FREE = /^\/(healthz|readyz|metrics)$/;

/** Each request counts for who was admitted; an operator is not counted. */
export function limitRequests({ perMinute, perDay }: Limits): RequestHandler[] {
  return [
    ...(perMinute > 0 ? [limiter(perMinute, MINUTE_MS, 'minute')] : []),
    ...(perDay > 0 ? [limiter(perDay, DAY_MS, 'day')] : []),
  ];
}

function limiter(limit: number, windowMs: number, name: string): RequestHandler {
  return rateLimit({
    windowMs,
    limit,
    identifier: name,
    standardHeaders: 'draft-8',
    legacyHeaders: false,
    keyGenerator: keyOf,
    skip: (req) => FREE.test(req.path) || callerOf(req).role === 'operator',
    // The limiter has set Retry-After by now.
    handler: () => {
      throw new PlatformError(
        'too-many-requests',
        `More than ${limit} requests in a ${name}; wait as Retry-After says`,
        {
          detail: { limit, window: name },
        },
      );
    },
  });
}

function keyOf(req: Request): string {
  const { id } = callerOf(req);
  return id === null ? `address ${ipKeyGenerator(req.ip ?? '')}` : `token ${id}`;
}
