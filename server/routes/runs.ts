import express, { Router } from 'express';
import type { Request } from 'express';
import { z } from 'zod';
import { isPlatformError, PlatformError } from '../../pipelines/core/errors.ts';
import type { Json, Passport } from '../../pipelines/core/passport/passport.ts';
import { provDocument } from '../../pipelines/core/passport/prov.ts';
import { passportSheet, sheetHtml } from '../../pipelines/core/passport/sheet.ts';
import { stacProcessing } from '../../pipelines/core/passport/stac.ts';
import { bind, listPipelines, toPipelineInHand } from '../../pipelines/queue/load-pipeline.ts';
import type { ProductRecord } from '../../pipelines/queue/products-repository.ts';
import { RUN_STATES } from '../../pipelines/queue/run-record.ts';
import { parseBody } from '../http/body.ts';
import { OPEN_TO_OTHER_ORIGINS } from '../http/headers.ts';
import { demandRead, mayRead, maySeeDetails } from '../policy/access.ts';
import type { RunSummary } from '../services/runs.ts';
import { summarise, summariseProduct, summariseStep } from '../services/runs.ts';
import type { ServedRuns } from '../services/served-runs.ts';
import { withoutFolders } from '../services/without-folders.ts';

const runBody = z.strictObject({
  /** Name of a built-in pipeline; or `process`. */
  pipeline: z.string().min(1).max(200).optional(),
  process: z.record(z.string(), z.json()).optional(),
  parameters: z.record(z.string(), z.json()).optional(),
  priority: z.int().min(-100).max(100).optional(),
  dryRun: z.boolean().optional(),
});

const listQuery = z.strictObject({
  state: z.enum(RUN_STATES).optional(),
  limit: z.coerce.number().int().min(1).max(1000).optional(),
  before: z.string().optional(),
});

/**
 * Runs, and the products they made. Who shows no token is not told who asked for what, nor where files lie on the
 * machine.
 */
export function runRoutes(runs: ServedRuns): Router {
  const router = Router();
  router.get('/pipelines', async (_req, res) => void res.json({ pipelines: await listPipelines() }));

  router.get('/runs', async (req, res) => {
    const { limit = 50, ...filter } = parseBody(listQuery, req.query);
    const found = await (
      await runs.open()
    ).list({ state: filter.state ?? null, before: filter.before ?? null, limit: limit + 1 });
    const page = found.slice(0, limit);
    const shown = page.filter(({ id }) => mayRead(req, 'run', id)).map((run) => forReader(req, summarise(run)));
    const next = found.length > limit ? nextLink(req, limit, page.at(-1)!.id) : [];
    res.set('Cache-Control', 'no-store').json({ runs: shown, links: next });
  });

  router.post('/runs', express.json({ limit: '8mb' }), async (req, res) => {
    const { pipeline, process, parameters = {}, priority = 0, dryRun = false } = parseBody(runBody, req.body);
    if ((pipeline === undefined) === (process === undefined))
      throw new PlatformError('parameter-invalid', 'Name either pipeline or process', {
        detail: { parameter: 'pipeline', accepted: 'pipeline, process' },
      });
    const bound = bind(await toPipelineInHand(pipeline ?? (process as Json)), parameters);
    const words = { pipeline: bound.pipeline, graph: bound.graph, parameters: { values: bound.values } };
    const service = await runs.open();
    if (dryRun) {
      const { plan, estimate } = await service.plan(words);
      res.json({ steps: plan.steps.map(summariseStep), inputs: plan.inputs.length, estimate, notes: plan.notes });
      return;
    }
    const { run } = await service.submit({ ...words, priority, askedBy: null, startedBy: { kind: 'api' } });
    res.status(201).location(`/runs/${run.id}`).json(summarise(run));
  });

  router.use('/runs/:id', (req, _res, next) => {
    demandRead(req, [{ kind: 'run', id: req.params.id }]);
    next();
  });
  router.get('/runs/:id', async (req, res) => {
    const { run, tasks, products } = await (await runs.open()).details(req.params.id);
    const files = products
      .filter(({ id }) => mayRead(req, 'product', id))
      .map((product) => productForReader(req, product));
    res.set('Cache-Control', 'no-store').json({ ...forReader(req, summarise(run)), tasks, products: files });
  });

  router.post('/runs/:id/cancel', async (req, res) => {
    res.json(summarise(await (await runs.open()).cancel(req.params.id)));
  });

  router.get('/schedules', async (req, res) => {
    const schedules = await (await runs.open()).schedules();
    const isFull = maySeeDetails(req);
    // What it will read is not known yet: its parameters may name what is not open.
    const plain = schedules.map(({ graph: _graph, askedBy: _askedBy, parameters, onScene, ...schedule }) => ({
      ...schedule,
      ...(isFull && { parameters, onScene }),
    }));
    res.set('Cache-Control', 'no-store').json({ schedules: plain });
  });

  router.use('/products/:id', (req, _res, next) => {
    demandRead(req, [{ kind: 'product', id: req.params.id }]);
    next();
  });
  router.get('/products/:id', async (req, res) => {
    res.json(productForReader(req, await (await runs.open()).product(req.params.id)));
  });

  router.get('/products/:id/passport', async (req, res) => {
    const { passport } = await (await runs.open()).product(req.params.id);
    const shown = maySeeDetails(req) ? passport : published(passport);
    res.set(OPEN_TO_OTHER_ORIGINS).set('Vary', 'Accept');
    const form = typeof req.query['as'] === 'string' ? req.query['as'] : req.accepts(['json', 'html']) || 'json';
    switch (form) {
      case 'html':
        return void res.type('html').send(sheetHtml(passportSheet(shown)));
      case 'json':
        return void res.json(shown);
      case 'prov':
        return void res.type('application/ld+json').json(provDocument(shown));
      case 'stac':
        return void res.json(stacProcessing(shown));
      default:
        throw new PlatformError('parameter-invalid', `as is "${form}"; html, json, prov and stac are accepted`, {
          detail: { parameter: 'as', accepted: 'html, json, prov, stac' },
        });
    }
  });

  router.get('/products/:id/file', async (req, res, next) => {
    const { path, mediaType } = await (await runs.open()).product(req.params.id);
    res
      .type(mediaType)
      .sendFile(path, { dotfiles: 'allow' }, (error) => error && !isPlatformError(error) && next(error));
  });
  return router;
}

function forReader(req: Request, run: RunSummary): RunSummary {
  if (maySeeDetails(req)) return run;
  // Before it is planned, nobody knows how close what it reads is.
  const parameters = run.plannedAt === null ? {} : withoutBase(run.parameters);
  return { ...withoutFolders(run), askedBy: null, worker: null, parameters };
}

function withoutBase(parameters: Json): Json {
  const { base: _, ...rest } = parameters as Record<string, Json>;
  return withoutFolders(rest);
}

function productForReader(req: Request, product: ProductRecord) {
  const summary = summariseProduct(product);
  const links = { passport: `/products/${product.id}/passport`, file: `/products/${product.id}/file` };
  return { ...summary, path: maySeeDetails(req) ? product.path : withoutFolders(product.path), links };
}

/** As inside a product that leaves the house: no folder of the machine, nobody's name. */
function published({ askedBy: _askedBy, product: { folder: _folder, ...product }, ...passport }: Passport): Passport {
  return { ...passport, product };
}

function nextLink(req: Request, limit: number, before: string) {
  const query = new URLSearchParams({ ...(req.query as Record<string, string>), limit: String(limit), before });
  return [{ rel: 'next', href: `/runs?${query.toString()}` }];
}
