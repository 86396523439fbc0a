import { existsSync } from 'node:fs';
import { join } from 'node:path';
import express, { Router } from 'express';
import { PlatformError } from '../../pipelines/core/errors.ts';
import { IMMUTABLE, REVALIDATE } from '../http/caching.ts';

/** The built web application. Files under `app/` carry a hash in their names. */
export function webRoutes(folder: string): Router {
  const router = Router();
  router.use(
    express.static(folder, {
      index: 'index.html',
      dotfiles: 'ignore',
      cacheControl: false,
      setHeaders: (res, path) =>
        void res.setHeader('Cache-Control', path.includes(join(folder, 'app')) ? IMMUTABLE : REVALIDATE),
    }),
  );
  router.get('/', () => {
    if (!existsSync(join(folder, 'index.html')))
      throw new PlatformError('unavailable', 'The web application is not built; run npm run build, or npm start');
  });
  return router;
}
