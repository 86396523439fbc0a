import type { RequestHandler } from 'express';
import type { RasterService } from '../services/raster/service.ts';
import { demandRead } from './access.ts';

/** Before all that reads pixels of a scene or a product: a scene is as close as its collection. */
export function guardRaster(service: RasterService): RequestHandler<{ item: string }> {
  return async (req, _res, next) => {
    const { id, collection, kind } = await service.item(req.params.item);
    demandRead(req, [kind === 'product' ? { kind, id } : { kind: 'collection', id: collection ?? '' }]);
    next();
  };
}
