import type { Request } from 'express';
import * as access from '../policy/access.ts';
import type { Subject } from '../policy/access.ts';

/** May whoever asks know of it and read it? The one place where these APIs ask the policy. */
export function mayRead(req: Request, { kind, id }: Subject): boolean {
  return access.mayRead(req, kind, id);
}
