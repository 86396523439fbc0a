import express, { Router } from 'express';
import type { Request } from 'express';
import { z } from 'zod';
import { detailsOfAsset } from '../../pipelines/assets/asset-details.ts';
import { countAssets, listAssets } from '../../pipelines/assets/assets-repository.ts';
import type { KnownAsset } from '../../pipelines/assets/assets-repository.ts';
import type { DefectRow } from '../../pipelines/assets/defect-table.ts';
import { collectInspections } from '../../pipelines/assets/inspection.ts';
import { putInspections } from '../../pipelines/assets/inspections-repository.ts';
import { rankAssets } from '../../pipelines/assets/ranking.ts';
import { ASSET_TYPES, findAssetType } from '../../pipelines/core/assets/asset-types.ts';
import { SERIOUSNESS } from '../../pipelines/core/assets/condition.ts';
import { DEFAULT_HORIZON, DEFAULT_WEIGHTS } from '../../pipelines/core/assets/risk.ts';
import { PlatformError } from '../../pipelines/core/errors.ts';
import type { LonLatBox } from '../../pipelines/core/grid/bounds.ts';
import { parseBody } from '../http/body.ts';
import { demandRead } from '../policy/access.ts';
import type { ServedDatabase } from '../services/database.ts';
import { withoutFolders } from '../services/without-folders.ts';

const box = z
  .string()
  .transform((text) => text.split(',').map(Number))
  .refine((numbers) => numbers.length === 4 && numbers.every(Number.isFinite), 'four degrees: west,south,east,north');

const types = z.string().transform((text, context) =>
  text.split(',').map((word) => {
    const found = findAssetType(word);
    if (found) return found.id;
    context.addIssue({ code: 'custom', message: `"${word.slice(0, 50)}" is no type; ${ASSET_TYPES.map(({ id }) => id).join(', ')} are` }); // prettier-ignore
    return z.NEVER;
  }),
);

const listQuery = z.strictObject({
  bbox: box.optional(),
  type: types.optional(),
  q: z.string().max(200).optional(),
  /** Condition of this score or worse. */
  score: z.coerce.number().int().min(1).max(6).optional(),
  limit: z.coerce.number().int().min(1).max(1000).default(100),
  after: z.string().max(200).optional(),
});

const weight = z.coerce.number().min(0).max(1000);

const rankingQuery = z.strictObject({
  bbox: box.optional(),
  type: types.optional(),
  budget: z.coerce.number().min(0).max(1e15).optional(),
  horizon: z.coerce.number().min(0).max(100).default(DEFAULT_HORIZON),
  safety: weight.default(DEFAULT_WEIGHTS.safety),
  availability: weight.default(DEFAULT_WEIGHTS.availability),
  cost: weight.default(DEFAULT_WEIGHTS.cost),
  limit: z.coerce.number().int().min(1).max(10_000).default(100),
  offset: z.coerce.number().int().min(0).default(0),
});

const part = z.strictObject({ part: z.string().min(1).max(200), weight: z.number().positive().optional() });

export const INSPECTION_BODY = z.strictObject({
  date: z.iso.date(),
  inspector: z.string().max(200).optional(),
  note: z.string().max(5000).optional(),
  /** Tells two inspections of one day apart. */
  key: z.string().max(200).optional(),
  /** The care score, kept apart from the condition. */
  care: z.int().min(1).max(6).optional(),
  /** Where the inspector gives the whole one; else it follows from the parts. */
  score: z.int().min(1).max(6).optional(),
  defects: z
    .array(
      part.extend({
        seriousness: z.enum(SERIOUSNESS),
        extent: z.int().min(1).max(5),
        intensity: z.int().min(1).max(3),
      }),
    )
    .max(1000)
    .default([]),
  /** Parts that were looked at and have no defect. */
  sound: z.array(part).max(1000).default([]),
});

/** The register: what there is and where, what to look at next, and what was found. */
export function assetRoutes(database: ServedDatabase): Router {
  const router = Router();
  const open = async (req: Request) => {
    demandRead(req, [{ kind: 'assets', id: 'assets' }]);
    return database.open();
  };

  router.get('/assets', async (req, res) => {
    const { bbox, type, q, score, limit, after } = parseBody(listQuery, req.query);
    const opened = await open(req);
    const filter = { bbox: bbox as LonLatBox | undefined, types: type, words: q, leastScore: score };
    const found = await listAssets(opened, filter, { limit: limit + 1, after });
    const page = found.slice(0, limit);
    const next = found.length > limit ? [{ rel: 'next', href: pageOf(req, 'after', page.at(-1)!.id) }] : [];
    const answer = {
      type: 'FeatureCollection',
      features: page.map(toFeature),
      numberMatched: await countAssets(opened, filter),
      numberReturned: page.length,
      links: next,
    };
    res.set('Cache-Control', 'no-store').type('application/geo+json').send(JSON.stringify(answer));
  });

  router.get('/assets/ranking', async (req, res) => {
    const { bbox, type, budget, horizon, limit, offset, ...weights } = parseBody(rankingQuery, req.query);
    const opened = await open(req);
    const request = { bbox: bbox as LonLatBox | undefined, types: type, weights, horizon, budget };
    const { assets, ...ranking } = await rankAssets(opened, request);
    const isMore = offset + limit < assets.length;
    res.set('Cache-Control', 'no-store').json({
      ...ranking,
      assets: assets.slice(offset, offset + limit),
      numberMatched: assets.length,
      links: isMore ? [{ rel: 'next', href: pageOf(req, 'offset', String(offset + limit)) }] : [],
    });
  });

  router.get('/asset-types', (_req, res) => void res.json({ types: ASSET_TYPES }));

  router.get('/assets/:id', async (req, res) => {
    const details = await detailsOfAsset(await open(req), req.params.id);
    const inspections = details.inspections.map((one) => ({ ...one, source: withoutFolders(one.source) }));
    const history = details.history.map((one) => ({ ...one, source: withoutFolders(one.source) }));
    res
      .set('Cache-Control', 'no-store')
      .json({ ...details, source: withoutFolders(details.source), inspections, history });
  });

  router.post('/assets/:id/inspections', express.json({ limit: '1mb' }), async (req, res) => {
    const { defects, sound, ...words } = parseBody(INSPECTION_BODY, req.body);
    const id = req.params.id;
    const rows = [...defects, ...sound].map((one, k) => toRow(k + 1, { asset: id, ...words, ...one }));
    if (rows.length === 0 && words.score === undefined)
      throw new PlatformError('parameter-invalid', 'An inspection needs defects, sound parts or a score', {
        detail: { parameter: 'defects' },
      });
    const { inspections, refused } = await collectInspections(
      rows.length > 0 ? rows : [toRow(1, { asset: id, ...words })],
    );
    if (refused.length > 0)
      throw new PlatformError('parameter-invalid', `row ${refused[0]!.row}: ${refused[0]!.reason}`);
    const { added, unknown } = await putInspections(await open(req), inspections, 'API');
    if (unknown.length > 0)
      throw new PlatformError('not-found', `There is no asset ${id.slice(0, 100)} in the register`);
    const [{ rows: _rows, digest: _digest, ...inspection }] = inspections as [(typeof inspections)[number]];
    res.status(added > 0 ? 201 : 200).location(`/assets/${encodeURIComponent(id)}`);
    res.json(inspection);
  });
  return router;
}

const NO_CELLS = { part: null, seriousness: null, extent: null, intensity: null, weight: null, inspector: null, care: null, note: null, score: null, key: null, date: null, asset: null } as const; // prettier-ignore

function toRow(row: number, words: Readonly<Record<string, string | number | undefined>>): DefectRow {
  const cells = Object.entries(words).flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)]]));
  return { ...NO_CELLS, ...(Object.fromEntries(cells) as Partial<DefectRow>), row };
}

function toFeature({ id, geometry, bbox, source, updatedAt, ...properties }: KnownAsset) {
  return {
    type: 'Feature',
    id,
    bbox,
    geometry,
    properties: { ...properties, updatedAt: updatedAt.toISOString(), source: withoutFolders(source) },
  };
}

function pageOf(req: Request, name: string, value: string): string {
  const query = new URLSearchParams({ ...(req.query as Record<string, string>), [name]: value });
  return `${req.path}?${query.toString()}`;
}
