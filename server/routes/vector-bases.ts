import express, { Router } from 'express';
import { z } from 'zod';
import { inlineRunner } from '../../pipelines/runner.ts';
import { makeVectorBase } from '../../pipelines/runs/vector-base.ts';
import { parseBody } from '../http/body.ts';
import type { ServedDatabase } from '../services/database.ts';
import { sendLines } from './lines.ts';

const body = z.strictObject({ layer: z.string().max(200) });

/** `POST /workspace/base {layer}`: what `landmeter base` does, for a workspace that this server holds. */
export function vectorBaseRoutes(workspace: string, database: ServedDatabase): Router {
  const router = Router();
  router.post('/workspace/base', express.json(), async (req, res) => {
    const { layer } = parseBody(body, req.body);
    const parts = { database: await database.open(), workspace, startRunner: async () => inlineRunner };
    const making = async function* () {
      yield await makeVectorBase(parts, layer);
    };
    await sendLines(res, making());
  });
  return router;
}
