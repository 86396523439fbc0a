/** `POST`, `PATCH`, `PUT`, `DELETE` below `/sta/v1.1`: writing of the SensorThings API 1.1. */
import express, { Router } from 'express';
import type { Request, Response } from 'express';
import type { Database, Queries } from '../../../pipelines/database/database.ts';
import { PlatformError } from '../../../pipelines/core/errors.ts';
import { OPEN_TO_OTHER_ORIGINS } from '../../http/headers.ts';
import { toProblem } from '../../http/problem.ts';
import { hiddenFrom } from '../../policy/access.ts';
import type { ServedDatabase } from '../../services/database.ts';
import { toEntities } from '../read/expand.ts';
import type { EntityJson } from '../read/entity-json.ts';
import { parseEntityWords } from '../read/request.ts';
import { selectRows } from '../read/select.ts';
import { entityAddress, rootOf, STA_PATH } from '../read/site.ts';
import { ENTITY_TYPES } from '../read/entities.ts';
import type { Hidden } from '../read/visible.ts';
import type { BatchRequest, BatchResponse, BatchService, Resolve } from './batch.ts';
import { runBatch } from './batch.ts';
import type { Created } from './create-entity.ts';
import { createObservations } from './create-observations.ts';
import { readWithin } from './read-within.ts';
import type { WriteMethod, Written } from './write.ts';
import { inWriting, write, writeWithin } from './write.ts';

/** A data array of 200,000 rows has its place in it. */
const BODY_LIMIT = '20mb';
const WRITES = new RegExp(`^${STA_PATH.replaceAll('.', '\\.')}(/.*)?$`);
const BATCH = /^\/sta\/v1\.1\/\$batch$/;
const METHODS = ['POST', 'PATCH', 'PUT', 'DELETE'];

export function staWriteRoutes(database: ServedDatabase): Router {
  const router = Router();
  // Whatever a device says of its type, there is one format.
  const json = express.json({ limit: BODY_LIMIT, type: () => true });
  const options = (_req: Request, res: Response, next: () => void) => {
    res.set(OPEN_TO_OTHER_ORIGINS).set('Cache-Control', 'no-store').set('Vary', 'Host, Authorization');
    next();
  };

  router.post(`${STA_PATH}/CreateObservations`, options, json, async (req, res) => {
    const ids = await createObservations(await database.open(), req.body);
    const root = rootOf(req);
    res
      .status(201)
      .json(ids.map((id) => (typeof id === 'number' ? entityAddress(root, ENTITY_TYPES.Observation, id) : id)));
  });

  router.post(BATCH, options, json, async (req, res) => {
    const opened = await database.open();
    res.json({ responses: await runBatch(req.body, rootOf(req), batchService(opened, req)) });
  });

  router.all(WRITES, options, (req, res, next) =>
    METHODS.includes(req.method) ? json(req, res, next) : next('route'),
  );
  router.all(WRITES, async (req, res) => {
    const opened = await database.open();
    const method = req.method as WriteMethod;
    const path = req.path.slice(STA_PATH.length);
    const hidden = hiddenFrom(req, 'sensors');
    const written = await write(opened, { method, path, body: req.body as unknown, hidden });
    const wantsBody = !/\breturn=minimal\b/.test(req.get('Prefer') ?? '');
    const answer = await answerOf(opened, written, { root: rootOf(req), hidden, method, wantsBody });
    if (answer.headers) res.set(answer.headers);
    res.status(answer.status);
    if (answer.body === undefined) res.end();
    else res.type('application/json').send(JSON.stringify(answer.body));
  });
  return router;
}

interface Around {
  readonly root: string;
  readonly hidden: Hidden;
  readonly method: WriteMethod;
  readonly wantsBody: boolean;
}

async function answerOf(queries: Queries, written: Written, around: Around): Promise<Omit<BatchResponse, 'id'>> {
  if (written.kind === 'done') return { status: around.method === 'DELETE' ? 200 : 204 };
  const isNew = written.kind === 'created';
  const { type, id } = written.entity;
  const headers = isNew ? { location: entityAddress(around.root, type, id) } : {};
  if (!around.wantsBody) return { status: isNew ? 201 : 204, headers };
  return { status: isNew ? 201 : 200, headers, body: await entityOf(queries, written.entity, around) };
}

async function entityOf(queries: Queries, { type, id }: Created, { root, hidden }: Around): Promise<EntityJson> {
  const options = parseEntityWords({});
  const request = { type, options, hidden, parent: null, ids: [id], limit: 1, after: null };
  const { rows } = await selectRows(queries, request);
  const [entity] = await toEntities({ queries, hidden, root }, type, rows, options);
  return entity ?? {};
}

function batchService(database: Database, req: Request): BatchService {
  const [root, hidden] = [rootOf(req), hiddenFrom(req, 'sensors')];
  const around = (method: WriteMethod): Around => ({ root, hidden, method, wantsBody: true });
  const refusal = ({ id, url }: BatchRequest, error: unknown): BatchResponse => {
    const problem = toProblem(error, `${STA_PATH}${url}`, String(req.res?.getHeader('X-Request-Id') ?? ''));
    return { id, status: problem.status, headers: { 'content-type': 'application/problem+json' }, body: problem };
  };
  return {
    refusal,
    async carryOut({ id, method, url, body }) {
      if (method === 'GET') return { id, ...(await readWithin(database, req, url)) };
      if (method === 'POST' && url === '/CreateObservations') {
        const ids = await createObservations(database, body);
        const named = ids.map((one) => (typeof one === 'number' ? `${root}/Observations(${one})` : one));
        return { id, status: 201, body: named };
      }
      const written = await write(database, { method, path: url, body, hidden });
      return { id, ...(await answerOf(database, written, around(method))) };
    },
    carryOutTogether: (requests: readonly BatchRequest[], resolve: Resolve) =>
      inWriting(database, async (writing) => {
        const responses: BatchResponse[] = [];
        for (const request of requests) {
          const { id, method, url, body } = resolve(request);
          if (method === 'GET')
            throw new PlatformError('parameter-invalid', `The request "${id}" reads; a group of a batch writes`);
          const written = await writeWithin(writing, { method, path: url, body, hidden });
          const response = { id, ...(await answerOf(writing.tx, written, around(method))) };
          resolve.made(response);
          responses.push(response);
        }
        return responses;
      }),
  };
}
