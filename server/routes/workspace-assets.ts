import { resolve } from 'node:path';
import express, { Router } from 'express';
import { z } from 'zod';
import { PlatformError } from '../../pipelines/core/errors.ts';
import type { LonLatBox } from '../../pipelines/core/grid/bounds.ts';
import { parseBody } from '../http/body.ts';
import type { ServedDatabase } from '../services/database.ts';
import type { AssetRequest } from '../services/tell-assets.ts';
import { tellAssets } from '../services/tell-assets.ts';
import { sendLines } from './lines.ts';

const word = z.string().min(1).max(200);
const path = z.string().min(1).transform((name) => (/^https?:\/\//i.test(name) ? name : resolve(name))); // prettier-ignore
const weight = z.number().min(0);

const requestSchema = z.discriminatedUnion('action', [
  z.strictObject({
    action: z.literal('import'),
    path,
    type: word.optional(),
    mapping: z.string().min(1).transform((name) => resolve(name)).optional(), // prettier-ignore
    crs: word.optional(),
  }),
  z.strictObject({ action: z.literal('inspect'), path }),
  z.strictObject({ action: z.literal('assess'), at: z.iso.date() }),
  z.strictObject({
    action: z.literal('rank'),
    types: z.array(word).optional(),
    bbox: z
      .array(z.number())
      .length(4)
      .transform((numbers) => numbers as unknown as LonLatBox)
      .optional(),
    weights: z.strictObject({ safety: weight, availability: weight, cost: weight }).optional(),
    horizon: z.number().min(0).max(100).optional(),
    budget: z.number().min(0).optional(),
  }),
  z.strictObject({ action: z.literal('show'), id: word }),
]);

/** `POST /workspace/assets`: what `landmeter assets` does with the register that this server holds. */
export function workspaceAssetRoutes(database: ServedDatabase): Router {
  const router = Router();
  router.post('/workspace/assets', express.json({ limit: '1mb' }), async (req, res) => {
    const request: AssetRequest = parseBody(requestSchema, req.body);
    const opened = await database.open();
    const gone = new AbortController();
    res.on('close', () => gone.abort(new PlatformError('aborted', 'The client left')));
    await sendLines(res, tellAssets(opened, request, { signal: gone.signal }));
  });
  return router;
}
