import { resolve } from 'node:path';
import express, { Router } from 'express';
import { z } from 'zod';
import { PlatformError } from '../../pipelines/core/errors.ts';
import { INGEST_KINDS } from '../../pipelines/runs/ingest.ts';
import { parseBody } from '../http/body.ts';
import type { ServedDatabase } from '../services/database.ts';
import { ingestAndStart } from '../services/ingest.ts';
import type { ServedRuns } from '../services/served-runs.ts';
import { sendLines } from './lines.ts';

const bodySchema = z.strictObject({
  inputs: z.array(z.string().min(1)).min(1).max(10_000),
  as: z.enum(INGEST_KINDS).optional(),
  name: z.string().optional(),
  idField: z.string().optional(),
  crs: z.string().optional(),
  mapping: z.string().min(1).optional(),
  refused: z.string().min(1).optional(),
});

/**
 * `POST /workspace/ingest`: what `landmeter ingest` does, for a workspace that this server holds. Paths are those of the
 * server's machine.
 */
export function ingestRoutes(workspace: string, database: ServedDatabase, runs: ServedRuns): Router {
  const router = Router();
  router.post('/workspace/ingest', express.json({ limit: '2mb' }), async (req, res) => {
    const body = parseBody(bodySchema, req.body);
    const request = { ...body, inputs: body.inputs.map(toPath) };
    const opened = await database.open();
    const gone = new AbortController();
    res.on('close', () => gone.abort(new PlatformError('aborted', 'The client left')));
    await sendLines(res, ingestAndStart(opened, await runs.open(), request, { signal: gone.signal, workspace }));
  });
  return router;
}

function toPath(input: string): string {
  return /^https?:\/\//i.test(input) ? input : resolve(input);
}
