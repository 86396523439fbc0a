import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import express, { Router } from 'express';
import { z } from 'zod';
import { findProperty } from '../../pipelines/core/sensors/properties.ts';
import { exportObservations } from '../../pipelines/runs/export-observations.ts';
import { parseBody } from '../http/body.ts';
import { OPEN_TO_OTHER_ORIGINS } from '../http/headers.ts';
import { hiddenFrom } from '../policy/access.ts';
import type { ServedDatabase } from '../services/database.ts';
import { sendLines } from './lines.ts';

const instant = z.iso.datetime({ offset: true });
const names = z
  .string()
  .transform((text) => text.split(',').map((word) => word.trim()))
  .refine((list) => list.length <= 500, 'up to 500 names between commas are accepted');
const query = z.strictObject({
  f: z.enum(['csv', 'parquet']).default('csv'),
  datastream: names.optional(),
  property: names.optional(),
  from: instant.optional(),
  to: instant.optional(),
});
const bodySchema = z.strictObject({
  output: z.string().min(1),
  datastreams: z.array(z.string()).optional(),
  properties: z.array(z.string()).optional(),
  from: instant.optional(),
  to: instant.optional(),
});

/** Of an answer; the command line has no such bound. */
const MOST_ROWS = 2_000_000;
const MEDIA = { csv: 'text/csv', parquet: 'application/vnd.apache.parquet' } as const;

/** `GET /observations?f=csv`, or `f=parquet`: a row each, with its terms. */
export function observationRoutes(database: ServedDatabase): Router {
  const router = Router();
  router.get('/observations', async (req, res, next) => {
    const { f: format, datastream, property, from, to } = parseBody(query, req.query);
    const gone = new AbortController();
    res.on('close', () => gone.abort());
    const folder = await mkdtemp(join(tmpdir(), 'landmeter-export-'));
    const clear = () => rm(folder, { recursive: true, force: true });
    const path = join(folder, `observations.${format}`);
    const properties = property?.map((name) => findProperty(name)?.id ?? name);
    const selection = { datastreams: datastream, properties, from, to, without: hiddenFrom(req, 'sensors') };
    try {
      await exportObservations(await database.open(), path, selection, { signal: gone.signal, most: MOST_ROWS });
    } catch (error) {
      await clear();
      if (!gone.signal.aborted) throw error;
      return;
    }
    res
      .set({ ...OPEN_TO_OTHER_ORIGINS, 'Cache-Control': 'no-store' })
      .type(MEDIA[format])
      .attachment(`observations.${format}`);
    res.sendFile(path, (error) => {
      void clear();
      if (error && !res.headersSent) next(error);
    });
  });

  router.post('/workspace/export', express.json(), async (req, res) => {
    const { output, ...selection } = parseBody(bodySchema, req.body);
    const opened = await database.open();
    const gone = new AbortController();
    res.on('close', () => gone.abort());
    await sendLines(
      res,
      (async function* () {
        yield { rows: await exportObservations(opened, output, selection, { signal: gone.signal }) };
      })(),
    );
  });
  return router;
}
