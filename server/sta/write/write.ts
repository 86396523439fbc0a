/** One writing request, from wherever it came: what it does, and what is there afterwards. */
import { PlatformError } from '../../../pipelines/core/errors.ts';
import { faultOfJson } from '../../../pipelines/core/sensors/storable-json.ts';
import type { Database, Queries } from '../../../pipelines/database/database.ts';
import { SqlError } from '../../../pipelines/database/database.ts';
import type { SensorDoor } from '../../../pipelines/sensors/door.ts';
import { doorOf } from '../../../pipelines/sensors/door-of.ts';
import type { AddedObservation } from '../../../pipelines/sensors/observation.ts';
import type { Relation } from '../read/entities.ts';
import { findEntity } from '../read/find.ts';
import type { Resource, Step } from '../read/path.ts';
import { parsePath } from '../read/path.ts';
import type { Hidden } from '../read/visible.ts';
import { addReference, changeEntity, referenceIn, removeEntity, removeReference } from './change-entity.ts';
import type { Created, Given, Writing } from './create-entity.ts';
import { createEntity, link } from './create-entity.ts';
import { followHistory } from './locations.ts';
import { observationOf } from './observation-body.ts';
import type { EntityBody } from './parse-entity.ts';
import { idOf, invalid, isRecord, OBSERVATION } from './parse-entity.ts';

export type WriteMethod = 'POST' | 'PATCH' | 'PUT' | 'DELETE';

export interface WriteRequest {
  readonly method: WriteMethod;
  /** Below the root of the service, as it came. */
  readonly path: string;
  readonly body: unknown;
  readonly hidden: Hidden;
}

/** `created`: its entity is to be shown, with its address. `changed`: shown. `done`: nothing. */
export type Written = { readonly kind: 'created' | 'changed'; readonly entity: Created } | { readonly kind: 'done' };

/** SQLSTATE of two transactions that wait for each other: one of them is tried again. */
const DEADLOCK = '40P01';
const TRIES = 4;

/** @throws {PlatformError} `parameter-invalid`, `not-found`, `not-the-same`, `method-not-allowed`, `unavailable` */
export async function write(database: Database, request: WriteRequest): Promise<Written> {
  const door = doorOf(database);
  const quick = quickObservation(request);
  if (quick) return putOne(database, door, request, quick);
  return inWriting(database, (writing) => writeWithin(writing, request));
}

/** All of `work` or nothing; who watches is told afterwards. */
export async function inWriting<T>(database: Database, work: (writing: Writing) => Promise<T>): Promise<T> {
  const door = doorOf(database);
  for (let tried = 1; ; tried++) {
    const added: AddedObservation[] = [];
    try {
      const result = await database.transaction((tx) => work({ tx, door, added }));
      door.announce(added);
      return result;
    } catch (error) {
      if (!(error instanceof SqlError && error.sqlState === DEADLOCK) || tried === TRIES) throw error;
    }
  }
}

export async function writeWithin(writing: Writing, request: WriteRequest): Promise<Written> {
  const resource = parsePath(request.path);
  switch (request.method) {
    case 'POST':
      return post(writing, request, resource);
    case 'DELETE':
      return remove(writing, request, resource);
    default:
      return change(writing, request, resource);
  }
}

/** @throws {PlatformError} `parameter-invalid` for what is no entity, or cannot be stored */
export function entityBody(body: unknown): EntityBody {
  if (!isRecord(body)) throw invalid('body', 'The body is no JSON object; an entity is one, such as {"name": …}');
  const fault = faultOfJson(body, { mostSize: Infinity });
  if (fault) throw invalid('body', `The body ${fault}`);
  return body;
}

async function post({ tx, door, added }: Writing, request: WriteRequest, resource: Resource): Promise<Written> {
  if (resource.kind !== 'set' || resource.form === 'count') throw notAllowed(request);
  const { type, steps, relation, form } = resource;
  const body = entityBody(request.body);
  const owner = relation && { ...(await findEntity(tx, request.path, steps, request.hidden)), relation };
  if (form === 'references') {
    if (!owner) throw notAllowed(request);
    await addReference(tx, owner, owner.relation, idOf(referenceIn(body), ''));
    return { kind: 'done' };
  }
  if (owner && Object.keys(body).length === 1 && '@iot.id' in body) {
    await addReference(tx, owner, owner.relation, idOf(body['@iot.id'], ''));
    return { kind: 'done' };
  }
  const id = await createEntity({ tx, door, added }, type, body, givenBy(owner));
  if (owner?.relation.by === 'link') await link(tx, owner, owner.relation, [id]);
  if (type.name === 'HistoricalLocation') await followHistory(tx, id);
  return { kind: 'created', entity: { type, id } };
}

type Owner = Created & { readonly relation: Relation };

function givenBy(owner: Owner | null): Given {
  return owner?.relation.by === 'there' ? { [owner.relation.column]: owner.id } : {};
}

async function change({ tx }: Writing, request: WriteRequest, resource: Resource): Promise<Written> {
  if (resource.kind !== 'entity') throw notAllowed(request);
  const { path, hidden, method } = request;
  const body = entityBody(request.body);
  if (resource.isReference) {
    const { owner, relation } = await lastRelation(tx, request, resource.steps);
    if (relation.isMany || method !== 'PUT') throw notAllowed(request);
    await addReference(tx, owner, relation, idOf(referenceIn(body), ''));
    return { kind: 'done' };
  }
  const entity = await findEntity(tx, path, resource.steps, hidden);
  await changeEntity(tx, entity, body, method === 'PUT' ? 'create' : 'change');
  return { kind: 'changed', entity };
}

async function remove({ tx }: Writing, request: WriteRequest, resource: Resource): Promise<Written> {
  if (resource.kind !== 'entity') throw notAllowed(request);
  const entity = await findEntity(tx, request.path, resource.steps, request.hidden);
  if (resource.isReference) {
    const { owner, relation } = await lastRelation(tx, request, resource.steps);
    await removeReference(tx, owner, relation, entity.id);
  } else await removeEntity(tx, entity);
  return { kind: 'done' };
}

/** The entity before the last one of a path, and how the last one hangs on it. */
async function lastRelation(
  tx: Queries,
  request: WriteRequest,
  steps: readonly Step[],
): Promise<{ owner: Created; relation: Relation }> {
  const relation = steps.at(-1)?.relation;
  if (!relation) throw notAllowed(request);
  return { owner: await findEntity(tx, request.path, steps.slice(0, -1), request.hidden), relation };
}

function notAllowed({ method, path }: WriteRequest): PlatformError {
  return new PlatformError(
    'method-not-allowed',
    `${method} is not accepted at ${path.slice(0, 200)}; POST goes to a set such as /Things, the others to one entity such as /Things(1)`,
  );
}

/** A single Observation of a Datastream that is there: most of what comes, and it need not have a transaction for itself. */
interface QuickObservation {
  readonly resource: Extract<Resource, { readonly kind: 'set' }>;
  readonly body: EntityBody;
}

function quickObservation({ method, path, body }: WriteRequest): QuickObservation | null {
  if (method !== 'POST' || !isRecord(body)) return null;
  const resource = parsePath(path);
  if (resource.kind !== 'set' || resource.form !== 'entities' || resource.type !== OBSERVATION) return null;
  if (Object.keys(body).length === 1 && '@iot.id' in body) return null;
  const isKnown = (value: unknown) => value === undefined || (isRecord(value) && '@iot.id' in value);
  if (!isKnown(body['Datastream']) || !isKnown(body['FeatureOfInterest'])) return null;
  return { resource, body };
}

async function putOne(
  database: Database,
  door: SensorDoor,
  { path, hidden }: WriteRequest,
  { resource, body }: QuickObservation,
): Promise<Written> {
  const whole = entityBody(body);
  const { steps, relation } = resource;
  const owner = relation && { ...(await findEntity(database, path, steps, hidden)), relation };
  const given = givenBy(owner);
  const idIn = (name: string) => idOf((whole[name] as EntityBody)['@iot.id'], name);
  const datastream = given['datastream'] ?? (whole['Datastream'] === undefined ? null : idIn('Datastream'));
  if (datastream === null) throw invalid('Datastream', 'The Observation has no Datastream, which each must have');
  const feature =
    given['feature'] ?? (whole['FeatureOfInterest'] === undefined ? undefined : idIn('FeatureOfInterest'));
  const observation = { ...observationOf(whole, ''), datastream, ...(feature !== undefined && { feature }) };
  const [outcome] = await door.put([observation]);
  if (outcome!.status === 'refused') throw invalid('Observation', outcome!.reason);
  return { kind: 'created', entity: { type: OBSERVATION, id: outcome!.id } };
}
