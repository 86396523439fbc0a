import express, { Router } from 'express';
import type { Request } from 'express';
import { z } from 'zod';
import type { AlertRecord } from '../../pipelines/alerts/alert-record.ts';
import { ALERT_STATES } from '../../pipelines/alerts/alert-record.ts';
import { tellAlert, tellBriefly } from '../../pipelines/alerts/alert-message.ts';
import {
  demandAlert,
  historyOf,
  judgeAlert,
  listAlerts,
  scoreRules,
} from '../../pipelines/alerts/alerts-repository.ts';
import { deliveriesOf } from '../../pipelines/alerts/deliveries.ts';
import { parseRule } from '../../pipelines/alerts/rule-schema.ts';
import { demandRule, findRule, listRules, putRule, removeRule } from '../../pipelines/alerts/rules-repository.ts';
import { tryRule } from '../../pipelines/alerts/try-rule.ts';
import type { AlertRule } from '../../pipelines/core/alerts/rule.ts';
import { SEVERITIES } from '../../pipelines/core/alerts/rule.ts';
import { PlatformError } from '../../pipelines/core/errors.ts';
import type { Database } from '../../pipelines/database/database.ts';
import type { DataKind } from '../../pipelines/policy/levels.ts';
import { parseBody } from '../http/body.ts';
import { callerOf, hiddenFrom, hiddenNetworks, mayRead, maySeeDetails } from '../policy/access.ts';
import type { ServedDatabase } from '../services/database.ts';
import type { ServedAlerts } from '../services/served-alerts.ts';
import { keepSecrets, tellRule } from '../services/tell-rule.ts';

const listQuery = z.strictObject({
  /** One of them, or several between commas. */
  state: z
    .string()
    .transform((text) => text.split(','))
    .pipe(z.array(z.enum(ALERT_STATES)))
    .optional(),
  rule: z.string().max(100).optional(),
  severity: z.enum(SEVERITIES).optional(),
  ongoing: z.enum(['true', 'false']).optional(),
  since: z.iso.datetime({ offset: true }).optional(),
  bbox: z
    .string()
    .transform((text) => text.split(',').map(Number))
    .refine((box) => box.length === 4 && box.every(Number.isFinite), 'four degrees: west,south,east,north')
    .optional(),
  limit: z.coerce.number().int().min(1).max(1000).default(100),
  before: z.coerce.number().int().positive().optional(),
});

const judgementBody = z.strictObject({
  state: z.enum(ALERT_STATES).exclude(['new']),
  reason: z.string().max(2000).nullable().default(null),
});

const trialBody = z.strictObject({
  rule: z.record(z.string(), z.unknown()),
  from: z.iso.datetime({ offset: true }),
  to: z.iso.datetime({ offset: true }),
});

/** What needs attention, what people said of it, and the rules behind it. */
export function alertRoutes(database: ServedDatabase, alerts: Pick<ServedAlerts, 'nudge'>): Router {
  const router = Router();
  const json = express.json({ limit: '1mb' });

  router.get('/alerts', async (req, res) => {
    const { state, ongoing, bbox, limit, ...words } = parseBody(listQuery, req.query);
    const opened = await database.openExisting();
    const hidden = hiddenData(req);
    const found = opened
      ? await listAlerts(opened, {
          ...words,
          states: state,
          isOngoing: ongoing === undefined ? undefined : ongoing === 'true',
          bbox: bbox as [number, number, number, number] | undefined,
          hidden,
          limit: limit + 1,
        })
      : [];
    const page = found.slice(0, limit);
    const links = found.length > limit ? [{ rel: 'next', href: nextPage(req, page.at(-1)!.id) }] : [];
    res.set('Cache-Control', 'no-store').json({ alerts: page.map(tellBriefly), links });
  });

  router.get('/alerts/:id', async (req, res) => {
    const opened = await database.open();
    const alert = await visibleAlert(req, opened);
    const history = await historyOf(opened, alert.id);
    const seesDetails = maySeeDetails(req);
    res.set('Cache-Control', 'no-store').json({
      ...tellAlert(alert),
      history: history.map(({ who, ...entry }) => ({ ...entry, who: seesDetails ? who : null })),
      deliveries: seesDetails ? await deliveriesOf(opened, alert.id) : null,
    });
  });

  router.patch('/alerts/:id', json, async (req, res) => {
    const { state, reason } = parseBody(judgementBody, req.body);
    const opened = await database.open();
    const { id } = await visibleAlert(req, opened);
    res.json(tellAlert(await judgeAlert(opened, id, { state, reason, who: callerOf(req).id })));
  });

  router.get('/alert-rules', async (req, res) => {
    const opened = await database.openExisting();
    const scores = opened ? await scoreRules(opened, Date.now()) : new Map();
    const rules = (opened ? await listRules(opened) : []).filter(({ rule }) => mayKnow(req, rule));
    const told = rules.map((record) => tellRule(record, scores.get(record.rule.id), maySeeDetails(req)));
    res.set('Cache-Control', 'no-store').json({ rules: told });
  });

  router.get('/alert-rules/:id', async (req, res) => {
    const opened = await database.open();
    const record = await demandRule(opened, req.params.id);
    if (!mayKnow(req, record.rule)) throw noRule(req.params.id);
    const scores = await scoreRules(opened, Date.now());
    res.set('Cache-Control', 'no-store').json(tellRule(record, scores.get(record.rule.id), maySeeDetails(req)));
  });

  router.put('/alert-rules/:id', json, async (req, res) => {
    const opened = await database.open();
    const before = await findRule(opened, req.params.id);
    const rule = keepSecrets(parseRule(req.params.id, req.body), before?.rule ?? null);
    const record = await putRule(opened, rule);
    alerts.nudge();
    const scores = await scoreRules(opened, Date.now());
    res.status(before ? 200 : 201).location(`/alert-rules/${rule.id}`);
    res.json(tellRule(record, scores.get(rule.id), true));
  });

  router.delete('/alert-rules/:id', async (req, res) => {
    await removeRule(await database.open(), req.params.id);
    res.status(204).end();
  });

  router.post('/alert-trials', json, async (req, res) => {
    const { rule, from, to } = parseBody(trialBody, req.body);
    const parsed = parseRule('trial', rule);
    if (!mayKnow(req, parsed)) throw new PlatformError('forbidden', 'The rule watches what this token may not read');
    const stopping = new AbortController();
    res.on('close', () => stopping.abort());
    const period = { from: Date.parse(from), to: Date.parse(to) };
    res.json(await tryRule(await database.open(), parsed, period, stopping.signal));
  });
  return router;
}

/** Data sets that an alert may hang on, and whoever asks may not see. */
function hiddenData(req: Request): { readonly kind: DataKind; readonly id: string }[] {
  const named = (['zones', 'product'] as const).flatMap((kind) => hiddenFrom(req, kind).map((id) => ({ kind, id })));
  return [...named, ...hiddenNetworks(req).map((id) => ({ kind: 'sensors' as const, id }))];
}

/** What may not be seen is not there. @throws {PlatformError} `not-found`, `parameter-invalid` */
async function visibleAlert(req: Request, database: Database): Promise<AlertRecord> {
  const word = String(req.params['id']);
  if (!/^[1-9]\d{0,15}$/.test(word))
    throw new PlatformError('not-found', `There is no alert ${word.slice(0, 100)}; ids are whole numbers`);
  const alert = await demandAlert(database, Number(word));
  const { data } = alert;
  if (data && hiddenData(req).some(({ kind, id }) => kind === data.kind && id === data.id))
    throw new PlatformError('not-found', `There is no alert ${word}; /alerts lists those there are`);
  return alert;
}

/** A rule tells of what it watches. */
function mayKnow(req: Request, { source }: AlertRule): boolean {
  return source.kind !== 'zones' || mayRead(req, 'zones', source.set);
}

function noRule(id: string): PlatformError {
  return new PlatformError('not-found', `There is no rule ${id}; /alert-rules lists those there are`);
}

function nextPage(req: Request, before: number): string {
  const query = new URLSearchParams({ ...(req.query as Record<string, string>), before: String(before) });
  return `/alerts?${query.toString()}`;
}
