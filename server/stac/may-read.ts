import type { Request } from 'express';
import type { ItemRow } from '../../pipelines/catalog/item-index.ts';
import * as access from '../policy/access.ts';

/** May whoever asks know of this item and read its files? An item is as close as its collection and what it shows. */
export function mayRead(req: Request, { id, collection, source, parent }: ItemRow): boolean {
  if (!access.mayRead(req, 'collection', collection)) return false;
  if (source === 'product') return access.mayRead(req, 'product', id);
  if (source !== 'frame') return true;
  return access.mayRead(req, 'archive', id) && (parent === null || access.mayRead(req, 'layer', parent));
}
