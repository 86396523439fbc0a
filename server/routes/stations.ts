import { Router } from 'express';
import type { Request } from 'express';
import { z } from 'zod';
import { PlatformError } from '../../pipelines/core/errors.ts';
import type {
  ChartSeries,
  DatastreamAnomalies,
  DatastreamForecast,
  StationList,
} from '../../pipelines/core/wire-sensors.ts';
import type { Database } from '../../pipelines/database/database.ts';
import { readChartSeries } from '../../pipelines/sensors/chart-series.ts';
import { anomaliesOf, forecastDatastream } from '../../pipelines/sensors/outlook.ts';
import { listStations } from '../../pipelines/sensors/stations.ts';
import { parseBody } from '../http/body.ts';
import { hiddenNetworks } from '../policy/access.ts';
import type { ServedDatabase } from '../services/database.ts';

const DAY_MS = 86_400_000;

const listQuery = z.strictObject({
  property: z.string().max(100).optional(),
  bbox: z
    .string()
    .transform((text) => text.split(',').map(Number))
    .refine((box) => box.length === 4 && box.every(Number.isFinite), 'four degrees: west,south,east,north')
    .optional(),
  limit: z.coerce.number().int().min(1).max(10_000).default(1000),
  after: z.coerce.number().int().min(0).default(0),
});

const period = {
  from: z.iso.datetime({ offset: true }).optional(),
  to: z.iso.datetime({ offset: true }).optional(),
};
const seriesQuery = z.strictObject({ ...period, points: z.coerce.number().int().min(10).max(20_000).default(1000) });
const forecastQuery = z.strictObject({ hours: z.coerce.number().int().min(1).max(336).default(48) });
const anomalyQuery = z.strictObject({ ...period, weeks: z.coerce.number().int().min(4).max(104).default(8) });

/**
 * Stations with their latest values, and their datastreams through time: what the map and its charts ask for. The standard
 * way to all of it is `/sta/v1.1`.
 */
export function stationRoutes(database: ServedDatabase): Router {
  const router = Router();

  router.get('/stations', async (req, res) => {
    const { bbox, limit, ...words } = parseBody(listQuery, req.query);
    const opened = await database.openExisting();
    const box = bbox as [number, number, number, number] | undefined;
    const hidden = hiddenNetworks(req);
    const found = opened ? await listStations(opened, { ...words, bbox: box, hidden, limit: limit + 1 }) : [];
    const stations = found.slice(0, limit);
    const links = found.length > limit ? [{ rel: 'next', href: nextPage(req, stations.at(-1)!.id) }] : [];
    res.set('Cache-Control', 'no-store').json({ stations, links } satisfies StationList & { links: unknown });
  });

  router.get('/datastreams/:id/series', async (req, res) => {
    const { points, ...words } = parseBody(seriesQuery, req.query);
    const { opened, id, unit, last } = await openDatastream(req, database);
    const series = await readChartSeries(opened, { datastream: id, points, ...periodOf(words, last) });
    res.set('Cache-Control', 'no-store').json({ id, unit, ...series } satisfies ChartSeries);
  });

  router.get('/datastreams/:id/forecast', async (req, res) => {
    const { hours } = parseBody(forecastQuery, req.query);
    const { opened, id, unit } = await openDatastream(req, database);
    const told = await forecastDatastream(opened, id, hours);
    res.set('Cache-Control', 'no-store').json({ id, unit, ...told } satisfies DatastreamForecast);
  });

  router.get('/datastreams/:id/anomalies', async (req, res) => {
    const { weeks, ...words } = parseBody(anomalyQuery, req.query);
    const { opened, id, unit, last } = await openDatastream(req, database);
    const found = await anomaliesOf(opened, id, { weeks, ...periodOf(words, last) });
    res.set('Cache-Control', 'no-store').json({ id, unit, ...found } satisfies DatastreamAnomalies);
  });
  return router;
}

interface OpenedDatastream {
  readonly opened: Database;
  readonly id: number;
  readonly unit: string | null;
  /** Milliseconds since 1970, of the latest observation. */
  readonly last: number;
}

/** @throws {PlatformError} `not-found`, for what may not be seen as well */
async function openDatastream(req: Request, database: ServedDatabase): Promise<OpenedDatastream> {
  const word = String(req.params['id']);
  const opened = /^[1-9]\d{0,14}$/.test(word) ? await database.openExisting() : null;
  const [row] = opened
    ? await opened.query(
        `SELECT d.unit_symbol, d.phenomenon_to, lower(t.properties ->> 'network') AS network
         FROM sta_datastreams AS d JOIN sta_things AS t ON t.id = d.thing WHERE d.id = $1`,
        [Number(word)],
      )
    : [];
  const network = row?.['network'];
  if (!opened || !row || (typeof network === 'string' && hiddenNetworks(req).includes(network)))
    throw new PlatformError(
      'not-found',
      `There is no datastream ${word.slice(0, 100)}; /stations lists those there are`,
    );
  const last = (row['phenomenon_to'] as Date | null)?.getTime() ?? Date.now();
  return { opened, id: Number(word), unit: row['unit_symbol'] as string | null, last };
}

/** Without words: the week up to the latest observation. */
function periodOf(
  { from, to }: { readonly from?: string | undefined; readonly to?: string | undefined },
  last: number,
): { readonly from: number; readonly to: number } {
  const end = to === undefined ? last : Date.parse(to);
  const begin = from === undefined ? end - 7 * DAY_MS : Date.parse(from);
  if (begin > end)
    throw new PlatformError('parameter-invalid', 'from lies after to', { detail: { parameter: 'from', value: from } });
  return { from: begin, to: end };
}

function nextPage(req: Request, after: number): string {
  const query = new URLSearchParams({ ...(req.query as Record<string, string>), after: String(after) });
  return `/stations?${query.toString()}`;
}
