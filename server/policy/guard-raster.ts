import type { RequestHandler } from 'express';
import { isPlatformError } from '../../pipelines/core/errors.ts';
import type { RasterService } from '../services/raster/service.ts';
import { MOST_OTHERS } from '../services/raster/wish.ts';
import { demandRead } from './access.ts';
import type { Subject } from './access.ts';

/** Before all that reads pixels of scenes and products, those named by `with` too: a scene is as close as its collection. */
export function guardRaster(service: RasterService): RequestHandler<{ item: string }> {
  const subjectOf = async (item: string): Promise<Subject> => {
    const { id, collection, kind } = await service.item(item);
    return kind === 'product' ? { kind, id } : { kind: 'collection', id: collection ?? '' };
  };
  return async (req, _res, next) => {
    demandRead(req, [await subjectOf(req.params.item)]);
    const others = typeof req.query['with'] === 'string' ? req.query['with'].split(',') : [];
    for (const other of others.slice(0, MOST_OTHERS)) {
      const subject = await subjectOf(other.trim()).catch(ofNobody);
      if (subject) demandRead(req, [subject]);
    }
    next();
  };
}

/** What is not there is refused in the words of who draws it. */
function ofNobody(error: unknown): null {
  if (isPlatformError(error) && error.code === 'not-found') return null;
  throw error;
}
