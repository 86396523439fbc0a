import type { Request } from 'express';

/** What somebody may ask for at this door. */
export interface Subject {
  readonly kind: 'zones' | 'scenes' | 'layer' | 'product' | 'catalogue';
  readonly id: string;
}

/** May whoever asks know of it and read it? The one place where these APIs decide it. */
export function mayRead(_req: Request, _subject: Subject): boolean {
  return true; // nothing in the catalogue has a level but open
}
