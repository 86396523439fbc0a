/** `/ogc/processes` and `/ogc/jobs`: starting, watching and dismissing runs as OGC clients do. */
import express, { Router } from 'express';
import type { Request } from 'express';
import { z } from 'zod';
import { PlatformError } from '../../../pipelines/core/errors.ts';
import { bind, listPipelines, loadPipeline } from '../../../pipelines/queue/load-pipeline.ts';
import type { PipelineSummary } from '../../../pipelines/queue/load-pipeline.ts';
import { hasEnded } from '../../../pipelines/queue/run-record.ts';
import type { RunRecord } from '../../../pipelines/queue/run-record.ts';
import { parseBody } from '../../http/body.ts';
import { OPEN_TO_OTHER_ORIGINS, originOf } from '../../http/headers.ts';
import { refusal, wordOf } from '../../services/raster/wish.ts';
import { withoutFolders } from '../../services/without-folders.ts';
import { addressOf, sendDocument } from '../answer.ts';
import { demandRead, maySeeDetails } from '../../policy/access.ts';
import { mayRead } from '../may-read.ts';
import type { OgcParts } from '../routes.ts';
import type { OgcLink } from '../site.ts';
import { JSON_TYPE, OGC_REL, siteAt } from '../site.ts';
import { describeJob, describeProcess, describeResults, JOB_STATUS, statesOf, summariseProcess } from './describe.ts';

const executeBody = z.strictObject({
  inputs: z.record(z.string(), z.json()).optional(),
  outputs: z.record(z.string(), z.json()).optional(),
  /** Results are by reference; a document of them is all there is. */
  response: z.enum(['document', 'raw']).optional(),
  mode: z.enum(['async', 'sync', 'auto']).optional(),
});

const USUAL_PAGE = 50;
const MOST_JOBS = 1000;

export function ogcProcessRoutes({ runs }: OgcParts): Router {
  const router = Router();

  router.get('/ogc/processes', (req, res) =>
    sendDocument(
      req,
      res,
      async (links) => {
        const limit = limitOf(req);
        const processes = (await listPipelines()).slice(0, limit).map((one) => summariseProcess(one, siteOf(req)));
        return { title: 'Processes', processes, links };
      },
      ['limit'],
    ),
  );

  router.get('/ogc/processes/:id', (req, res) =>
    sendDocument(req, res, async (self) => {
      const { links, ...rest } = describeProcess(await findPipeline(req.params.id), siteOf(req));
      return { ...rest, links: [...self, ...links.filter(({ rel }) => rel !== 'self')] };
    }),
  );

  router.post('/ogc/processes/:id/execution', express.json({ limit: '8mb' }), async (req, res) => {
    const { id } = await findPipeline(req.params.id);
    const { inputs = {} } = parseBody(executeBody, req.body);
    const bound = bind(await loadPipeline(id), inputs);
    const words = { pipeline: bound.pipeline, graph: bound.graph, parameters: { values: bound.values } };
    const service = await runs.open();
    const { run } = await service.submit({ ...words, priority: 0, askedBy: null, startedBy: { kind: 'api' } });
    const site = siteOf(req);
    res.status(201).location(`${site.root}/jobs/${encodeURIComponent(run.id)}`);
    res.set('Preference-Applied', 'respond-async').json(describeJob(run, site));
  });

  router.get('/ogc/jobs', (req, res) =>
    sendDocument(
      req,
      res,
      async (self) => {
        const [limit, before] = [limitOf(req), wordOf(req.query, 'before')];
        const asked = wantedJobs(req);
        const wanted = (run: RunRecord) => asked(run) && mayRead(req, { kind: 'run', id: run.id });
        const service = await runs.open();
        const found: RunRecord[] = [];
        let from = before;
        for (;;) {
          const batch = await service.list({ state: null, before: from, limit: MOST_JOBS });
          found.push(...batch.filter(wanted));
          if (found.length > limit || batch.length < MOST_JOBS) break;
          from = batch.at(-1)!.id;
        }
        const page = found.slice(0, limit);
        const next: OgcLink[] =
          found.length > limit
            ? [
                {
                  href: addressOf(req, { before: page.at(-1)!.id }),
                  rel: 'next',
                  type: JSON_TYPE,
                  title: 'Earlier jobs',
                },
              ]
            : [];
        const jobs = page.map((run) => forReader(req, describeJob(run, siteOf(req))));
        return { title: 'Jobs', jobs, links: [...self, ...next] };
      },
      ['limit', 'before', 'status', 'processID', 'type'],
    ),
  );

  router.get('/ogc/jobs/:id', (req, res) =>
    sendDocument(req, res, async (self) => {
      const { run } = await detailsOf(req, req.params.id);
      const { links, ...rest } = forReader(req, describeJob(run, siteOf(req)));
      return { ...rest, links: [...self, ...links.filter(({ rel }) => rel !== 'self')] };
    }),
  );

  router.get('/ogc/jobs/:id/results', async (req, res) => {
    const { run, products } = await detailsOf(req, req.params.id);
    if (run.state !== 'DONE') throw notReady(run);
    const shown = products.filter(({ id }) => mayRead(req, { kind: 'product', id }));
    res
      .set(OPEN_TO_OTHER_ORIGINS)
      .set('Cache-Control', 'no-store')
      .json(describeResults(shown, siteOf(req)));
  });

  router.delete('/ogc/jobs/:id', async (req, res) => {
    const { run } = await detailsOf(req, req.params.id);
    const service = await runs.open();
    const stopped = hasEnded(run.state) ? run : await service.cancel(run.id);
    res.json(describeJob(stopped, siteOf(req)));
  });

  async function detailsOf(req: Request, id: string) {
    demandRead(req, [{ kind: 'run', id }]);
    const service = await runs.open();
    return service.details(id);
  }

  return router;
}

export function processLinks(root: string): OgcLink[] {
  return [
    { rel: `${OGC_REL}/processes`, href: `${root}/processes`, type: JSON_TYPE, title: 'Processes' },
    { rel: `${OGC_REL}/job-list`, href: `${root}/jobs`, type: JSON_TYPE, title: 'Jobs' },
  ];
}

function siteOf(req: Request) {
  return siteAt(originOf(req));
}

/** Who shows no token is not told where files lie on the machine. */
function forReader<T>(req: Request, job: T): T {
  return maySeeDetails(req) ? job : withoutFolders(job);
}

async function findPipeline(id: string): Promise<PipelineSummary> {
  const pipelines = await listPipelines();
  const found = pipelines.find((one) => one.id === id);
  if (found) return found;
  const accepted = pipelines.map((one) => one.id);
  const shown = id.slice(0, 100);
  throw new PlatformError('not-found', `There is no process "${shown}"; there are ${accepted.join(', ')}`, {
    detail: {
      parameter: 'processId',
      value: shown,
      exception: 'http://www.opengis.net/def/exceptions/ogcapi-processes-1/1.0/no-such-process',
    },
  });
}

function notReady({ id, state, reason }: RunRecord): PlatformError {
  const why = reason === null ? '' : `: ${reason}`;
  return new PlatformError('not-found', `Job ${id} has no results, it is ${state}${why}`, {
    detail: {
      parameter: 'jobId',
      value: id,
      exception: 'http://www.opengis.net/def/exceptions/ogcapi-processes-1/1.0/result-not-ready',
    },
  });
}

function wantedJobs(req: Request): (run: RunRecord) => boolean {
  const [status, process, type] = ['status', 'processID', 'type'].map((name) => wordOf(req.query, name)?.split(','));
  const other = status?.find((word) => !JOB_STATUS.includes(word));
  if (other !== undefined)
    throw refusal('status', other, `status is "${other.slice(0, 40)}"; accepted are ${JOB_STATUS.join(', ')}`);
  const states = status?.flatMap(statesOf);
  const isOfType = type === undefined || type.includes('process');
  return ({ state, pipeline }) =>
    isOfType && (states?.includes(state) ?? true) && (process?.includes(pipeline) ?? true);
}

function limitOf(req: Request): number {
  const text = wordOf(req.query, 'limit');
  if (text === null) return USUAL_PAGE;
  const limit = /^\d{1,9}$/.test(text) ? Number(text) : 0;
  if (limit >= 1) return Math.min(limit, MOST_JOBS);
  throw refusal('limit', text, `limit is "${text.slice(0, 40)}"; accepted is a whole number from 1 to ${MOST_JOBS}`);
}
