/** Entities that are there: changed, replaced, linked, removed. Each as part of one transaction. */
import { PlatformError } from '../../../pipelines/core/errors.ts';
import type { Queries, Row } from '../../../pipelines/database/database.ts';
import {
  changeObservation,
  removeObservation,
  removeObservationsOf,
} from '../../../pipelines/sensors/change-observations.ts';
import type { IncomingObservation } from '../../../pipelines/sensors/observation.ts';
import type { EntityType, Relation } from '../read/entities.ts';
import { ENTITY_TYPES } from '../read/entities.ts';
import type { Created } from './create-entity.ts';
import { adopt, demandEntity, link } from './create-entity.ts';
import { setKnownProperty } from './known-property.ts';
import { followHistory, partFromFeature } from './locations.ts';
import { observationChange, observationOf } from './observation-body.ts';
import type { Column, EntityBody, Mode, ParsedEntity, Related } from './parse-entity.ts';
import { invalid, OBSERVATION, parseEntity, within } from './parse-entity.ts';

/**
 * `change` (PATCH): what is named. `create` (PUT): all of it; relations that are not named stay.
 * @throws {PlatformError} `parameter-invalid`; `not-the-same` where an Observation's new time is taken
 */
export async function changeEntity(tx: Queries, entity: Created, body: EntityBody, mode: Mode): Promise<void> {
  const { type, id } = entity;
  if (type === OBSERVATION) return changeObservation(tx, id, await observationChanges(tx, body, mode));
  const [before] = await tx.query(`SELECT * FROM ${type.table} WHERE id = $1 FOR NO KEY UPDATE`, [id]);
  const encodingType = (before?.['encoding_type'] as string | undefined) ?? '';
  const parsed = parseEntity(type, body, '', { mode, encodingType });
  const columns = new Map(parsed.columns);
  for (const [column, owner] of await ownersOf(tx, type, parsed.related))
    columns.set(column, { value: owner, type: 'bigint' });
  if (type.name === 'Datastream') demandSameUnit(before!, columns);
  await updateRow(tx, type.table, id, columns);
  if (type.name === 'Datastream' && columns.has('observed_property')) await setKnownProperty(tx, id);
  if (type.name === 'Location' && columns.has('location')) await partFromFeature(tx, id);
  for (const [name, related] of parsed.related) await linkAll(tx, entity, type.relations[name]!, knownIds(related));
  if (type.name === 'HistoricalLocation') await followHistory(tx, id);
}

/** Observations are kept in the unit of their Datastream; another name for it may be given, another unit not. */
function demandSameUnit(before: Row, columns: ReadonlyMap<string, Column>): void {
  const [from, to] = [before['ucum'] as string | null, columns.get('ucum')?.value];
  if (before['phenomenon_from'] === null || from === null || to === undefined || to === from) return;
  throw new PlatformError(
    'not-the-same',
    `The Datastream has Observations in ${from}, which another unit would make wrong; make a new Datastream for it`,
    { detail: { parameter: 'unitOfMeasurement' } },
  );
}

/** With all that cannot be without it (OGC 18-088, table 25). */
export async function removeEntity(tx: Queries, { type, id }: Created): Promise<void> {
  if (type === OBSERVATION) return removeObservation(tx, id);
  if (type.name === 'FeatureOfInterest') await removeObservationsOf(tx, id);
  if (type.name === 'Location')
    await tx.query(
      `DELETE FROM sta_historical_locations WHERE id IN (
         SELECT historical_location FROM sta_historical_locations_locations WHERE location = $1)`,
      [id],
    );
  await tx.query(`DELETE FROM ${type.table} WHERE id = $1`, [id]);
}

/** `POST …/$ref` at a relation to many, `PUT …/$ref` at one to one. */
export async function addReference(tx: Queries, owner: Created, relation: Relation, id: number): Promise<void> {
  const to = ENTITY_TYPES[relation.to];
  await demandEntity(tx, to, id, '');
  if (relation.by === 'here') {
    if (owner.type === OBSERVATION) return changeObservation(tx, owner.id, { [relation.column]: id });
    return adopt(tx, owner.type, owner.id, { [relation.column]: id });
  }
  await linkAll(tx, owner, relation, [id]);
}

/** @throws {PlatformError} `parameter-invalid` where one cannot be without the other */
export async function removeReference(tx: Queries, owner: Created, relation: Relation, id: number): Promise<void> {
  if (relation.by !== 'link')
    throw new PlatformError(
      'parameter-invalid',
      `A ${relation.to} belongs to one ${owner.type.name} and cannot be without; DELETE removes it`,
    );
  await tx.query(`DELETE FROM ${relation.table} WHERE ${relation.own} = $1 AND ${relation.other} = $2`, [owner.id, id]);
}

async function linkAll(tx: Queries, owner: Created, relation: Relation, ids: readonly number[]): Promise<void> {
  const to = ENTITY_TYPES[relation.to];
  if (relation.by === 'there') for (const id of ids) await adopt(tx, to, id, { [relation.column]: owner.id });
  if (relation.by !== 'link') return;
  for (const [k, id] of ids.entries()) await demandEntity(tx, to, id, `${to.set}[${k}]`);
  await link(tx, owner, relation, ids);
}

async function observationChanges(tx: Queries, body: EntityBody, mode: Mode): Promise<Partial<IncomingObservation>> {
  const relations = Object.fromEntries(Object.entries(body).filter(([name]) => name in OBSERVATION.relations));
  const { related } = parseEntity({ ...OBSERVATION, properties: {} }, relations, '', { mode: 'change' });
  const owners = Object.fromEntries(await ownersOf(tx, OBSERVATION, related));
  if (mode === 'change') return { ...observationChange(body, ''), ...owners };
  const absent = { resultTime: null, validTime: null, resultQuality: null, parameters: null };
  return { ...absent, ...observationOf(body, ''), ...owners };
}

async function ownersOf(
  tx: Queries,
  type: EntityType,
  related: ParsedEntity['related'],
): Promise<(readonly [column: string, id: number])[]> {
  const owners: (readonly [string, number])[] = [];
  for (const [name, some] of related) {
    const relation = type.relations[name]!;
    if (relation.by !== 'here') continue;
    const [id] = knownIds(some);
    await demandEntity(tx, ENTITY_TYPES[relation.to], id!, name);
    owners.push([relation.column, id!]);
  }
  return owners;
}

function knownIds(related: readonly Related[]): number[] {
  return related.map((one) => {
    if (one.kind === 'known') return one.id;
    throw invalid(one.at, `${one.at} is a new entity; a change links with those that are there, by @iot.id`);
  });
}

async function updateRow(tx: Queries, table: string, id: number, columns: ReadonlyMap<string, Column>): Promise<void> {
  if (columns.size === 0) return;
  const values = [...columns.values()];
  const sets = [...columns.keys()].map((name, k) => `${name} = $${k + 2}::${values[k]!.type}`);
  await tx.query(`UPDATE ${table} SET ${sets.join(', ')} WHERE id = $1`, [id, ...values.map(({ value }) => value)]);
}

/** `{"@iot.id": 5}` or the address of an entity, as OData has it. @throws {PlatformError} `parameter-invalid` */
export function referenceIn(body: EntityBody): unknown {
  const { '@odata.id': address, '@iot.selfLink': link_ } = body;
  const text = address ?? link_;
  if (typeof text !== 'string') return body['@iot.id'];
  const id = /\((\d{1,15})\)$/.exec(text)?.[1];
  if (id === undefined) throw invalid(within('', '@odata.id'), `${text.slice(0, 100)} is the address of no entity`);
  return Number(id);
}
