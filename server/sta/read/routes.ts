/** `GET /sta/v1.1/…`: reading of the SensorThings API 1.1. */
import { Router } from 'express';
import { OPEN_TO_OTHER_ORIGINS } from '../../http/headers.ts';
import { hiddenFrom } from '../../policy/access.ts';
import type { ServedDatabase } from '../../services/database.ts';
import { answer } from './answer.ts';
import { parsePath } from './path.ts';
import { STA_PATH } from './site.ts';

const READS = new RegExp(`^${STA_PATH.replaceAll('.', '\\.')}(/.*)?$`);

export function staReadRoutes(database: ServedDatabase): Router {
  const router = Router();
  router.get(READS, async (req, res) => {
    res.set(OPEN_TO_OTHER_ORIGINS).set('Cache-Control', 'no-cache').set('Vary', 'Host, Authorization');
    const path = req.path.slice(STA_PATH.length);
    const resource = parsePath(path);
    await answer(await database.openExisting(), resource, { req, res, path, hidden: hiddenFrom(req, 'sensors') });
  });
  return router;
}
