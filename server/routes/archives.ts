import { Router } from 'express';
import { archivePath } from '../../pipelines/catalog/layer.ts';
import { PlatformError } from '../../pipelines/core/errors.ts';
import { REVALIDATE } from '../http/caching.ts';
import { OPEN_TO_OTHER_ORIGINS } from '../http/headers.ts';
import { demandRead } from '../policy/access.ts';
import type { Archives } from '../services/archives.ts';

/** `GET /archives/{name}.pmtiles`: the file itself, by byte range, for clients that read PMTiles themselves. */
export function archiveRoutes(workspace: string, archives: Archives): Router {
  const router = Router();
  router.get('/archives/:file', async (req, res, next) => {
    const name = /^(.+)\.pmtiles$/.exec(req.params.file)?.[1];
    if (name === undefined)
      throw new PlatformError('not-found', `There is no archive "${req.params.file}"`, {
        detail: { parameter: 'name', value: req.params.file },
      });
    demandRead(req, [{ kind: 'archive', id: name }]);
    const { version } = await archives.open(name);
    res
      .set(OPEN_TO_OTHER_ORIGINS)
      .set('ETag', `"${version}"`)
      .set('Cache-Control', REVALIDATE)
      .type('application/vnd.pmtiles');
    // send() keeps an ETag that is set already and answers ranges, If-Range and If-None-Match by it.
    res.sendFile(archivePath(workspace, name), { cacheControl: false, dotfiles: 'allow' }, (error) =>
      error ? next(error) : undefined,
    );
  });
  return router;
}
