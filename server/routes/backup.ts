import { resolve } from 'node:path';
import express, { Router } from 'express';
import { PlatformError } from '../../pipelines/core/errors.ts';
import type { ServedDatabase } from '../services/database.ts';
import { backUp } from '../services/backup.ts';
import { sendLines } from './lines.ts';

/** `POST /workspace/backup {path?}`: what `landmeter backup` does, for a workspace that this server holds. */
export function backupRoutes(database: ServedDatabase): Router {
  const router = Router();
  router.post('/workspace/backup', express.json(), async (req, res) => {
    const { path } = (req.body ?? {}) as { path?: unknown };
    if (path !== undefined && typeof path !== 'string')
      throw new PlatformError('parameter-invalid', `path is ${JSON.stringify(path)}; the name of a file is accepted`);
    const opened = await database.open();
    await sendLines(res, only(backUp(opened, path === undefined ? undefined : resolve(path))));
  });
  return router;
}

async function* only<T>(result: Promise<T>): AsyncGenerator<T> {
  yield await result;
}
