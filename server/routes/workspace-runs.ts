import express, { Router } from 'express';
import { z } from 'zod';
import { PlatformError } from '../../pipelines/core/errors.ts';
import { RUN_STATES } from '../../pipelines/queue/run-record.ts';
import { tellSchedules } from '../cli/commands/schedule.ts';
import { tellStatus } from '../cli/commands/status.ts';
import { parseBody } from '../http/body.ts';
import { carryOut, summarise } from '../services/runs.ts';
import type { ServedRuns } from '../services/served-runs.ts';
import { sendLines } from './lines.ts';

const graph = z.record(z.string(), z.json());
const parameters = z.strictObject({ base: z.string().optional(), values: z.json().optional() });
const words = {
  pipeline: z.string().min(1).max(300),
  graph,
  parameters,
  priority: z.int().min(-100).max(100),
  askedBy: z.string().nullable(),
};

const runSchema = z.strictObject({ ...words, isDryRun: z.boolean(), isDetached: z.boolean() });
const statusSchema = z.strictObject({
  run: z.string().nullable(),
  state: z.enum(RUN_STATES).nullable(),
  limit: z.int().min(1).max(1000),
});
const scheduleSchema = z.discriminatedUnion('action', [
  z.strictObject({
    action: z.literal('add'),
    schedule: z.strictObject({
      ...words,
      parameters: z.strictObject({ base: z.string().optional(), settings: z.record(z.string(), z.json()) }),
      cron: z.string().nullable(),
      timeZone: z.string().nullable(),
      onScene: z
        .strictObject({
          collection: z.string().nullable(),
          tile: z.string().nullable(),
          maxCloudCover: z.number().nullable(),
        })
        .nullable(),
    }),
  }),
  z.strictObject({ action: z.literal('list') }),
  z.strictObject({ action: z.literal('remove'), id: z.string() }),
]);

/** What the commands `run`, `status`, `cancel` and `schedule` do, for a workspace that this server holds. */
export function workspaceRunRoutes(runs: ServedRuns): Router {
  const router = Router();
  const json = express.json({ limit: '8mb' });
  router.post('/workspace/run', json, async (req, res) => {
    const request = parseBody(runSchema, req.body);
    const gone = new AbortController();
    res.on('close', () => gone.abort(new PlatformError('aborted', 'The client left; the run goes on')));
    await sendLines(res, carryOut(await runs.open(), request, { isOurs: false, signal: gone.signal }));
  });
  router.post('/workspace/status', json, async (req, res) => {
    const request = parseBody(statusSchema, req.body);
    await sendLines(res, tellStatus(await runs.open(), request));
  });
  router.post('/workspace/cancel', json, async (req, res) => {
    const { run } = parseBody(z.strictObject({ run: z.string() }), req.body);
    const cancelled = summarise(await (await runs.open()).cancel(run));
    await sendLines(
      res,
      (async function* () {
        yield cancelled;
      })(),
    );
  });
  router.post('/workspace/product', json, async (req, res) => {
    const { id } = parseBody(z.strictObject({ id: z.string() }), req.body);
    const service = await runs.open();
    await sendLines(
      res,
      (async function* () {
        yield { path: (await service.product(id)).path };
      })(),
    );
  });
  router.post('/workspace/schedule', json, async (req, res) => {
    const request = parseBody(scheduleSchema, req.body);
    await sendLines(res, tellSchedules(await runs.open(), request));
  });
  return router;
}
