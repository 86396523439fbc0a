import express, { Router } from 'express';
import { z } from 'zod';
import { PlatformError } from '../../pipelines/core/errors.ts';
import { parseBody } from '../http/body.ts';
import type { ServedDatabase } from '../services/database.ts';
import { simulateHere } from '../services/simulation.ts';
import { sendLines } from './lines.ts';

const bodySchema = z.strictObject({ isLive: z.boolean(), everySeconds: z.number().min(0.2).max(86_400) });

/** `POST /workspace/simulate`: what `landmeter sensors simulate` does, for as long as the client stays. */
export function workspaceSimulateRoutes(database: ServedDatabase): Router {
  const router = Router();
  router.post('/workspace/simulate', express.json(), async (req, res) => {
    const request = parseBody(bodySchema, req.body);
    const gone = new AbortController();
    res.on('close', () => gone.abort(new PlatformError('aborted', 'The client left')));
    await sendLines(res, simulateHere(await database.open(), request, gone.signal));
  });
  return router;
}
