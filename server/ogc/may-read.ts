import type { Request } from 'express';
import * as access from '../policy/access.ts';

/** What somebody may ask for at this door. */
export interface Subject {
  readonly kind: 'zones' | 'scenes' | 'layer' | 'product' | 'catalogue';
  readonly id: string;
}

/** May whoever asks know of it and read it? The scenes are one collection here: who may not see some sees none. */
export function mayRead(req: Request, { kind, id }: Subject): boolean {
  if (kind === 'catalogue') return true; // each of its records is asked for by itself
  if (kind === 'scenes') return access.hiddenFrom(req, 'collection').length === 0;
  return access.mayRead(req, kind, id);
}
