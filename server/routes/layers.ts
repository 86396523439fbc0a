import { Router } from 'express';
import type { LayerList, TileJson } from '../../pipelines/core/wire.ts';
import { REVALIDATE } from '../http/caching.ts';
import { OPEN_TO_OTHER_ORIGINS, originOf } from '../http/headers.ts';
import { demandRead, mayRead } from '../policy/access.ts';
import type { Archives } from '../services/archives.ts';
import type { ServedDatabase } from '../services/database.ts';
import { listLayers, tileJson } from '../services/layers.ts';

/** `GET /tiles`: what can be shown; `GET /tiles/{layer}/tilejson.json`. */
export function layerRoutes(workspace: string, archives: Archives, database: ServedDatabase): Router {
  const router = Router();
  router.get('/tiles', async (req, res) => {
    const list: LayerList = await listLayers(workspace, archives, database, (kind, id) => mayRead(req, kind, id));
    res.set(OPEN_TO_OTHER_ORIGINS).set('Cache-Control', REVALIDATE).json(list);
  });
  router.get('/tiles/:layer/tilejson.json', async (req, res) => {
    demandRead(req, [{ kind: 'archive', id: req.params.layer }]);
    const document: TileJson = tileJson(req.params.layer, await archives.open(req.params.layer), originOf(req));
    res.set(OPEN_TO_OTHER_ORIGINS).set('Cache-Control', REVALIDATE).set('Vary', 'Host').json(document);
  });
  return router;
}
