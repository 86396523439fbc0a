import { Router } from 'express';
import { PlatformError } from '../../pipelines/core/errors.ts';
import type { Metrics } from '../services/metrics.ts';

export interface Health {
  /** False from the moment the server is told to stop. */
  ready(): boolean;
}

/** `/healthz`: the process answers. `/readyz`: it will answer the next request too. `/metrics`: figures for Prometheus. */
export function healthRoutes(health: Health, metrics: Metrics): Router {
  const router = Router();
  router.get('/healthz', (_req, res) => void res.set('Cache-Control', 'no-store').json({ status: 'ok' }));
  router.get('/readyz', (_req, res) => {
    if (!health.ready()) throw new PlatformError('unavailable', 'The server is starting or stopping');
    res.set('Cache-Control', 'no-store').json({ status: 'ready' });
  });
  router.get('/metrics', async (_req, res) => {
    const text = await metrics.text();
    res.set('Cache-Control', 'no-store').type(metrics.contentType).send(text);
  });
  return router;
}
