import express, { Router } from 'express';
import { z } from 'zod';
import { DATA_KINDS, LEVELS, setLevel } from '../../pipelines/policy/levels.ts';
import { parseBody } from '../http/body.ts';
import type { Policy } from '../policy/policy.ts';
import type { ServedDatabase } from '../services/database.ts';

const levelSchema = z.strictObject({
  kind: z.enum(DATA_KINDS),
  id: z.string().min(1).max(300),
  level: z.enum(LEVELS),
  purposes: z.array(z.string().min(1).max(200)).max(50).default([]),
});

/** `POST /workspace/level`: sets how freely a data set may be read. It holds from the answer on. */
export function workspaceLevelRoutes(database: ServedDatabase, policy: Policy): Router {
  const router = Router();
  router.post('/workspace/level', express.json(), async (req, res) => {
    const wanted = parseBody(levelSchema, req.body);
    await setLevel(await database.open(), wanted);
    await policy.reload();
    res.type('application/x-ndjson').send(`${JSON.stringify(wanted)}\n`);
  });
  return router;
}
