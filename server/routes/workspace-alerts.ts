import express, { Router } from 'express';
import { z } from 'zod';
import { ALERT_STATES } from '../../pipelines/alerts/alert-record.ts';
import { parseBody } from '../http/body.ts';
import { callerOf } from '../policy/access.ts';
import type { ServedDatabase } from '../services/database.ts';
import type { ServedAlerts } from '../services/served-alerts.ts';
import { tellAlerts } from '../services/tell-alerts.ts';
import { sendLines } from './lines.ts';

const id = z.int().positive();
const word = z.string().min(1).max(100);

const requestSchema = z.discriminatedUnion('action', [
  z.strictObject({
    action: z.literal('list'),
    states: z.array(z.enum(ALERT_STATES)).nullable(),
    rule: word.nullable(),
    limit: z.int().min(1).max(9999),
  }),
  z.strictObject({ action: z.literal('show'), id }),
  z.strictObject({
    action: z.literal('judge'),
    id,
    state: z.enum(ALERT_STATES).exclude(['new']),
    reason: z.string().max(2000).nullable(),
  }),
  z.strictObject({ action: z.literal('rules') }),
  z.strictObject({ action: z.literal('set'), id: word, rule: z.unknown() }),
  z.strictObject({ action: z.literal('remove'), id: word }),
  z.strictObject({ action: z.literal('try'), rule: z.unknown(), from: z.number(), to: z.number() }),
]);

/** `POST /workspace/alerts`: what `landmeter alerts` does, for a workspace that this server holds. */
export function workspaceAlertRoutes(database: ServedDatabase, alerts: Pick<ServedAlerts, 'nudge'>): Router {
  const router = Router();
  router.post('/workspace/alerts', express.json({ limit: '1mb' }), async (req, res) => {
    const request = parseBody(requestSchema, req.body);
    await sendLines(res, tellAlerts(await database.open(), request, callerOf(req).id));
    if (request.action === 'set') alerts.nudge();
  });
  return router;
}
