import { Router } from 'express';
import type { Request } from 'express';
import { z } from 'zod';
import { countZones, listZoneFeatures } from '../../pipelines/catalog/zone-features.ts';
import type { ZoneQuestion } from '../../pipelines/catalog/zone-features.ts';
import { findZoneSeries, listZoneSeries, listZoneValues } from '../../pipelines/catalog/zone-values-repository.ts';
import type { ZoneSeriesRecord, ZoneValue } from '../../pipelines/catalog/zone-values-repository.ts';
import { findZoneSet, listZoneSets } from '../../pipelines/catalog/zones-repository.ts';
import type { LonLatBox } from '../../pipelines/core/grid/bounds.ts';
import { PlatformError } from '../../pipelines/core/errors.ts';
import type {
  ZoneFeatures,
  ZoneSeriesValues,
  ZoneSetList,
  ZoneSetSummary,
  ZoneThroughTime,
} from '../../pipelines/core/wire-catalogue.ts';
import type { Database } from '../../pipelines/database/database.ts';
import { parseBody } from '../http/body.ts';
import { demandRead, mayRead } from '../policy/access.ts';
import type { ServedDatabase } from '../services/database.ts';

/** One word, or the same parameter several times. */
const words = z.preprocess((given) => (typeof given === 'string' ? [given] : given), z.array(z.string()).min(1));

const featuresQuery = z.strictObject({
  /** west,south,east,north */
  bbox: z
    .string()
    .transform((text) => text.split(',').map(Number))
    .refine((box) => box.length === 4 && box.every(Number.isFinite), 'four degrees: west,south,east,north')
    .optional(),
  q: z.string().max(200).optional(),
  zone: words.optional(),
  limit: z.coerce.number().int().min(1).max(5000).default(1000),
  offset: z.coerce.number().int().min(0).default(0),
  /** Degrees of latitude; details smaller than this are left out. */
  tolerance: z.coerce.number().min(0).max(10).default(0),
});

const seriesQuery = z.strictObject({
  zone: words.refine((ids) => ids.length <= 20, 'at most 20 zones at a time'),
  from: z.iso.datetime({ offset: true }).optional(),
  to: z.iso.datetime({ offset: true }).optional(),
});

/** Sets of zones, their polygons, and their statistics through time. */
export function zoneRoutes(database: ServedDatabase): Router {
  const router = Router();
  router.param('set', (req, _res, next, id: string) => {
    demandRead(req, [{ kind: 'zones', id }]);
    next();
  });

  router.get('/zones', async (req, res) => {
    const opened = await database.openExisting();
    const sets: ZoneSetSummary[] = [];
    for (const { id, name, idField, epsg, count, bbox } of opened ? await listZoneSets(opened) : []) {
      if (!mayRead(req, 'zones', id)) continue;
      const readable = (await listZoneSeries(opened!, id)).filter((one) => mayRead(req, 'series', `${id}/${one.name}`));
      const series = readable.map(({ name: title, statistics }) => ({
        name: title,
        statistics,
      }));
      sets.push({ id, name, idField, epsg, count, bbox, series });
    }
    res.set('Cache-Control', 'no-store').json({ sets } satisfies ZoneSetList);
  });

  router.get('/zones/:set/features', async (req, res) => {
    const { bbox, q, zone, limit, offset, tolerance } = parseBody(featuresQuery, req.query);
    const { opened, epsg } = await openSet(database, req.params.set);
    const question: ZoneQuestion = { setId: req.params.set, bbox: bbox as LonLatBox | undefined, words: q, ids: zone };
    const numberMatched = await countZones(opened, question);
    const page = { limit, offset };
    const features = await listZoneFeatures(opened, question, page, { epsg, toleranceDegrees: tolerance });
    const answer: ZoneFeatures = {
      type: 'FeatureCollection',
      features,
      numberMatched,
      links: offset + limit < numberMatched ? [{ rel: 'next', href: nextPage(req, offset + limit) }] : [],
    };
    res.set('Cache-Control', 'no-store').type('application/geo+json').send(JSON.stringify(answer));
  });

  router.get('/zones/:set/series/:name', async (req, res) => {
    const { zone, ...period } = parseBody(seriesQuery, req.query);
    const { opened } = await openSet(database, req.params.set);
    const { set: setId, name } = req.params;
    demandRead(req, [{ kind: 'series', id: `${setId}/${name}` }]);
    const series = await findZoneSeries(opened, { setId, name });
    if (!series)
      throw new PlatformError('not-found', `There is no series ${name} of ${setId}; /zones lists those there are`);
    const filter = (zoneId: string) => ({
      zoneId,
      ...(period.from && { from: period.from }),
      ...(period.to && { to: period.to }),
    });
    const zones: ZoneThroughTime[] = [];
    for (const id of zone) zones.push(throughTime(id, series, await listZoneValues(opened, series.number, filter(id))));
    const answer: ZoneSeriesValues = { name, statistics: series.statistics, zones };
    res.set('Cache-Control', 'no-store').json(answer);
  });
  return router;
}

async function openSet(database: ServedDatabase, id: string): Promise<{ opened: Database; epsg: number }> {
  const opened = await database.openExisting();
  const set = opened && (await findZoneSet(opened, id));
  if (!set) throw new PlatformError('not-found', `There is no set of zones ${id}; /zones lists those there are`);
  return { opened, epsg: set.epsg };
}

/** A column per statistic: its name is sent once. */
function throughTime(id: string, { statistics }: ZoneSeriesRecord, values: readonly ZoneValue[]): ZoneThroughTime {
  return {
    id,
    times: values.map(({ time }) => time.toISOString()),
    numbers: Object.fromEntries(
      statistics.map((statistic, k) => [statistic, values.map(({ numbers }) => numbers[k] ?? null)]),
    ),
  };
}

function nextPage(req: Request, offset: number): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(req.query as Record<string, string | string[]>))
    for (const one of [value].flat()) if (name !== 'offset') query.append(name, one);
  query.append('offset', String(offset));
  return `/zones/${encodeURIComponent(String(req.params['set']))}/features?${query.toString()}`;
}
