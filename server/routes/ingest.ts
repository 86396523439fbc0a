import { resolve } from 'node:path';
import express, { Router } from 'express';
import { z } from 'zod';
import { PlatformError } from '../../pipelines/core/errors.ts';
import { ingest, INGEST_KINDS } from '../../pipelines/runs/ingest.ts';
import type { ServedDatabase } from '../services/database.ts';
import { sendLines } from './lines.ts';

const bodySchema = z.strictObject({
  inputs: z.array(z.string().min(1)).min(1).max(10_000),
  as: z.enum(INGEST_KINDS).optional(),
  name: z.string().optional(),
  idField: z.string().optional(),
  crs: z.string().optional(),
});

/**
 * `POST /workspace/ingest`: what `landmeter ingest` does, for a workspace that this server holds. Paths are those of the
 * server's machine.
 */
export function ingestRoutes(database: ServedDatabase): Router {
  const router = Router();
  router.post('/workspace/ingest', express.json({ limit: '2mb' }), async (req, res) => {
    const parsed = bodySchema.safeParse(req.body);
    if (!parsed.success) throw badBody(parsed.error);
    const request = { ...parsed.data, inputs: parsed.data.inputs.map(toPath) };
    const opened = await database.open();
    const gone = new AbortController();
    res.on('close', () => gone.abort(new PlatformError('aborted', 'The client left')));
    await sendLines(res, ingest(opened, request, { signal: gone.signal }));
  });
  return router;
}

function toPath(input: string): string {
  return /^https?:\/\//i.test(input) ? input : resolve(input);
}

function badBody(error: z.ZodError): PlatformError {
  const [issue] = error.issues;
  const parameter = issue?.path.join('.') || 'body';
  return new PlatformError('parameter-invalid', `${parameter}: ${issue?.message ?? 'not understood'}`, {
    detail: { parameter, accepted: 'inputs, as, name, idField, crs' },
  });
}
