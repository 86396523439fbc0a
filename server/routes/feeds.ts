import express, { Router } from 'express';
import { z } from 'zod';
import { PlatformError } from '../../pipelines/core/errors.ts';
import { parseBody } from '../http/body.ts';
import { maySeeDetails } from '../policy/access.ts';
import { tellFeeds } from '../services/feeds.ts';
import type { ServedMqtt } from '../services/served-mqtt.ts';
import type { ServedRuns } from '../services/served-runs.ts';
import { sendLines } from './lines.ts';

const feed = z.strictObject({
  url: z.string().min(1).max(4000),
  provider: z.string().nullable(),
  mapping: z.string().max(100_000).nullable(),
  body: z.string().max(100_000).nullable(),
  cron: z.string().max(200),
  timeZone: z.string().max(100).nullable(),
  inside: z.boolean(),
});
const id = z.string().min(1).max(200);
const bodySchema = z.discriminatedUnion('action', [
  z.strictObject({ action: z.literal('add'), feed }),
  z.strictObject({ action: z.literal('list') }),
  z.strictObject({ action: z.literal('remove'), id }),
  z.strictObject({ action: z.literal('sync'), id: id.nullable() }),
]);

/**
 * `GET /feeds`: where observations come from, when last and when next; addresses and errors only for those who may see
 * details, because an address may hold a key. `POST /workspace/feeds`: what `landmeter sensors feeds` does.
 */
export function feedRoutes(runs: ServedRuns, mqtt: Pick<ServedMqtt, 'status'>): Router {
  const router = Router();
  router.get('/feeds', async (req, res) => {
    const isFull = maySeeDetails(req);
    const found = await (await runs.open()).feeds.list();
    const feeds = found.map((one) => {
      const { provider, cron, timeZone, lastTry, lastOk, failures, lastCounts, nextAt } = one;
      const told = { id: one.id, provider, cron, timeZone, lastTry, lastOk, failures, lastCounts, nextAt };
      return isFull ? { ...told, url: one.url, lastError: one.lastError } : told;
    });
    const broker = mqtt.status();
    const { lastError: _lastError, lastFault: _lastFault, topics: _topics, ...counts } = broker ?? {};
    res.set('Cache-Control', 'no-store').json({ feeds, mqtt: broker && (isFull ? broker : counts) });
  });

  router.post('/workspace/feeds', express.json({ limit: '1mb' }), async (req, res) => {
    const request = parseBody(bodySchema, req.body);
    const gone = new AbortController();
    res.on('close', () => gone.abort(new PlatformError('aborted', 'The client left')));
    await sendLines(res, tellFeeds((await runs.open()).feeds, request, gone.signal));
  });
  return router;
}
