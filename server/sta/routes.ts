/** `/sta/v1.1`: the SensorThings API 1.1. */
import { Router } from 'express';
import type { ServedDatabase } from '../services/database.ts';
import { staReadRoutes } from './read/routes.ts';
import { staWriteRoutes } from './write/routes.ts';

export function staRoutes(database: ServedDatabase): Router {
  const router = Router();
  router.use(staReadRoutes(database));
  router.use(staWriteRoutes(database));
  return router;
}
