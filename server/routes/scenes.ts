import { Router } from 'express';
import type { Request } from 'express';
import { z } from 'zod';
import { countScenes, listSceneSummaries } from '../../pipelines/catalog/scene-list.ts';
import type { SceneRecord } from '../../pipelines/catalog/scene-record.ts';
import { findScene } from '../../pipelines/catalog/scenes-repository.ts';
import { PlatformError } from '../../pipelines/core/errors.ts';
import type { SceneDetails, SceneList } from '../../pipelines/core/wire-catalogue.ts';
import { parseBody } from '../http/body.ts';
import { demandRead, hiddenFrom, maySeeDetails } from '../policy/access.ts';
import type { ServedDatabase } from '../services/database.ts';

const listQuery = z.strictObject({
  tile: z.string().optional(),
  collection: z.string().optional(),
  from: z.iso.datetime({ offset: true }).optional(),
  to: z.iso.datetime({ offset: true }).optional(),
  after: z.string().optional(),
  limit: z.coerce.number().int().min(1).max(5000).default(1000),
});

/** `GET /scenes`: the catalogue, newest first; `GET /scenes/{id}`: a scene and what the door found. */
export function sceneRoutes(database: ServedDatabase): Router {
  const router = Router();
  router.get('/scenes', async (req, res) => {
    const { limit, ...filter } = parseBody(listQuery, req.query);
    const opened = await database.openExisting();
    const without = hiddenFrom(req, 'collection');
    const found = opened ? await listSceneSummaries(opened, { ...filter, without, limit: limit + 1 }) : [];
    const scenes = found.slice(0, limit);
    const list: SceneList = {
      scenes,
      total: opened ? await countScenes(opened, without) : 0,
      links: found.length > limit ? [{ rel: 'next', href: nextPage(req, scenes.at(-1)!.id) }] : [],
    };
    res.set('Cache-Control', 'no-store').json(list);
  });

  router.get('/scenes/:id', async (req, res) => {
    const opened = await database.openExisting();
    const scene = opened && (await findScene(opened, req.params.id));
    if (!scene) throw new PlatformError('not-found', `There is no scene ${req.params.id}; /scenes lists them`);
    demandRead(req, [{ kind: 'collection', id: scene.collection }]);
    const details: SceneDetails = maySeeDetails(req) ? scene : forReader(scene);
    res.set('Cache-Control', 'no-store').json(details);
  });
  return router;
}

/** Where files lie on the machine is for those with a token. */
function forReader(scene: SceneRecord): SceneDetails {
  const file = ({ path, sizeBytes, sha256 }: SceneDetails['files'][number]) => ({
    path: fileName(path),
    sizeBytes,
    sha256,
  });
  const bands = scene.bands.map(({ name, code, gsd }) => ({ name, code, gsd }));
  const { classes: _classes, ...rest } = scene;
  return { ...rest, source: fileName(scene.source), bands, files: scene.files.map(file) };
}

function fileName(path: string): string {
  return /^https?:/.test(path) ? path : path.replace(/[\\/]+$/, '').replace(/^.*[\\/]/, '');
}

function nextPage(req: Request, after: string): string {
  const query = new URLSearchParams({ ...(req.query as Record<string, string>), after });
  return `/scenes?${query.toString()}`;
}
