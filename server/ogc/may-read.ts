import type { Request } from 'express';
import type { LayerSummary } from '../../pipelines/core/wire.ts';
import * as access from '../policy/access.ts';
import type { Subject } from '../policy/access.ts';

/** May whoever asks know of it and read it? The one place where these APIs ask the policy. */
export function mayRead(req: Request, { kind, id }: Subject): boolean {
  return access.mayRead(req, kind, id);
}

/** The layer with the frames that may be read; null where it is none of theirs. */
export function readableLayer(req: Request, layer: LayerSummary): LayerSummary | null {
  if (!mayRead(req, { kind: 'layer', id: layer.id })) return null;
  return { ...layer, frames: layer.frames.filter(({ id }) => mayRead(req, { kind: 'archive', id })) };
}
