/** A new entity with all that is inside it, as part of one transaction. */
import { PlatformError } from '../../../pipelines/core/errors.ts';
import type { Queries } from '../../../pipelines/database/database.ts';
import type { SensorDoor } from '../../../pipelines/sensors/door.ts';
import type { AddedObservation, IncomingObservation } from '../../../pipelines/sensors/observation.ts';
import type { EntityType, Relation } from '../read/entities.ts';
import { ENTITY_TYPES } from '../read/entities.ts';
import { setKnownProperty } from './known-property.ts';
import { movedThings, placeThing } from './locations.ts';
import { observationOf } from './observation-body.ts';
import type { Column, EntityBody, ParsedEntity, Related } from './parse-entity.ts';
import { invalid, OBSERVATION, parseEntity, requiredRelations, within } from './parse-entity.ts';

export interface Writing {
  readonly tx: Queries;
  readonly door: SensorDoor;
  /** Announced after the transaction. */
  readonly added: AddedObservation[];
}

/** Entities of one request; what is deeper or more comes from nobody who wants them stored. */
const MOST_DEPTH = 8;
const MOST_ENTITIES = 100_000;

/** A column of a new entity that says what it belongs to: the relation through which it was posted. */
export type Given = Readonly<Record<string, number>>;

export interface Created {
  readonly id: number;
  readonly type: EntityType;
}

interface Waiting {
  readonly observation: IncomingObservation;
  readonly at: string;
}

/**
 * @returns its number; of an Observation that was there already, the number of that one
 * @throws {PlatformError} `parameter-invalid`, naming where in the request
 */
export async function createEntity(
  writing: Writing,
  type: EntityType,
  body: EntityBody,
  given: Given = {},
): Promise<number> {
  const tree = new Tree(writing);
  const id = await tree.create(type, body, '', given, 0);
  const [first] = await tree.putObservations();
  return id ?? first!;
}

class Tree {
  private readonly writing: Writing;
  private readonly waiting: Waiting[] = [];
  private count = 0;

  constructor(writing: Writing) {
    this.writing = writing;
  }

  /** @returns its number; null for an Observation, which goes with the others at the end */
  async create(type: EntityType, body: EntityBody, at: string, given: Given, depth: number): Promise<number | null> {
    if (depth > MOST_DEPTH) throw invalid(at, `${at} is deeper than ${MOST_DEPTH} entities within each other`);
    if (++this.count > MOST_ENTITIES) throw invalid(at, `The request has more than ${MOST_ENTITIES} entities`);
    if (type === OBSERVATION) return this.addObservation(body, at, given, depth);
    const parsed = parseEntity(type, body, at, { mode: 'create' });
    const columns = new Map(parsed.columns);
    for (const [column, id] of Object.entries(await this.owners(type, parsed.related, at, given, depth)))
      columns.set(column, { value: id, type: 'bigint' });
    const id = await insertRow(this.writing.tx, type.table, columns);
    if (type.name === 'Datastream') await setKnownProperty(this.writing.tx, id);
    for (const [name, related] of parsed.related) {
      const relation = type.relations[name]!;
      if (relation.by === 'there') await this.addChildren(relation, related, id, depth);
      else if (relation.by === 'link') await this.addLinked({ type, id }, relation, related, depth);
    }
    return id;
  }

  /** @returns numbers of the Observations, in the order in which they were met */
  async putObservations(): Promise<number[]> {
    if (this.waiting.length === 0) return [];
    const { tx, door, added } = this.writing;
    const result = await door.putWithin(
      tx,
      this.waiting.map(({ observation }) => observation),
    );
    added.push(...result.added);
    return result.outcomes.map((outcome, k) => {
      if (outcome.status === 'refused') throw invalid(this.waiting[k]!.at || 'Observation', outcome.reason);
      return outcome.id;
    });
  }

  /** What it belongs to comes before it. */
  private async owners(
    type: EntityType,
    related: ParsedEntity['related'],
    at: string,
    given: Given,
    depth: number,
  ): Promise<Given> {
    const owners: Record<string, number> = {};
    for (const [name, relation] of Object.entries(type.relations)) {
      if (relation.by !== 'here') continue;
      const [one] = related.get(name) ?? [];
      if (relation.column in given) owners[relation.column] = given[relation.column]!;
      else if (one) owners[relation.column] = await this.find(relation, one, within(at, name), depth);
      else if (requiredRelations(type).includes(name))
        throw invalid(
          within(at, name),
          `The ${type.name}${at === '' ? '' : ` at ${at}`} has no ${name}, which each must have`,
        );
    }
    return owners;
  }

  private async find(relation: Relation, related: Related, at: string, depth: number): Promise<number> {
    const type = ENTITY_TYPES[relation.to];
    if (related.kind === 'new') return (await this.create(type, related.body, related.at, {}, depth + 1))!;
    await demandEntity(this.writing.tx, type, related.id, at);
    return related.id;
  }

  private async addChildren(
    relation: Extract<Relation, { by: 'there' | 'here' }>,
    related: readonly Related[],
    owner: number,
    depth: number,
  ): Promise<void> {
    const type = ENTITY_TYPES[relation.to];
    for (const one of related)
      if (one.kind === 'new') await this.create(type, one.body, one.at, { [relation.column]: owner }, depth + 1);
      else await adopt(this.writing.tx, type, one.id, { [relation.column]: owner });
  }

  private async addLinked(
    { type, id }: Created,
    relation: Extract<Relation, { by: 'link' }>,
    related: readonly Related[],
    depth: number,
  ): Promise<void> {
    const ids: number[] = [];
    for (const [k, one] of related.entries()) ids.push(await this.find(relation, one, `${relation.to}[${k}]`, depth));
    await link(this.writing.tx, { type, id }, relation, ids);
  }

  private async addObservation(body: EntityBody, at: string, given: Given, depth: number): Promise<null> {
    const observation = observationOf(body, at);
    const relations = Object.fromEntries(Object.entries(body).filter(([name]) => name in OBSERVATION.relations));
    const { related } = parseEntity({ ...OBSERVATION, properties: {} }, relations, at, { mode: 'create' });
    const owners = await this.owners(OBSERVATION, related, at, given, depth);
    const { datastream, feature } = owners;
    this.waiting.push({
      observation: { ...observation, datastream: datastream!, ...(feature !== undefined && { feature }) },
      at,
    });
    return null;
  }
}

/** @throws {PlatformError} `parameter-invalid` */
export async function demandEntity(tx: Queries, { name, table }: EntityType, id: number, at: string): Promise<void> {
  const [row] = await tx.query(`SELECT id FROM ${table} WHERE id = $1`, [id]);
  if (!row) throw invalid(within(at, '@iot.id'), `There is no ${name} ${id}`);
}

/** An entity that is there goes over to another owner. */
export async function adopt(tx: Queries, type: EntityType, id: number, given: Given): Promise<void> {
  if (type === OBSERVATION)
    throw new PlatformError('parameter-invalid', 'An Observation that is there goes over by a PATCH of its own');
  for (const [column, owner] of Object.entries(given)) {
    const rows = await tx.query(`UPDATE ${type.table} SET ${column} = $2 WHERE id = $1 RETURNING id`, [id, owner]);
    if (rows.length === 0) throw invalid('@iot.id', `There is no ${type.name} ${id}`);
  }
}

export async function link(
  tx: Queries,
  { type, id }: Created,
  relation: Extract<Relation, { by: 'link' }>,
  ids: readonly number[],
): Promise<void> {
  const moved = movedThings(type, relation, id, ids);
  if (moved) for (const [thing, locations] of moved) await placeThing(tx, thing, locations);
  else
    await tx.query(
      `INSERT INTO ${relation.table} (${relation.own}, ${relation.other})
       SELECT $1, other FROM unnest($2::bigint[]) AS other ON CONFLICT DO NOTHING`,
      [id, ids],
    );
}

async function insertRow(tx: Queries, table: string, columns: ReadonlyMap<string, Column>): Promise<number> {
  const names = [...columns.keys()];
  const values = [...columns.values()];
  const places = values.map(({ type }, k) => `$${k + 1}::${type}`);
  const [row] = await tx.query<{ id: number }>(
    `INSERT INTO ${table} (${names.join(', ')}) VALUES (${places.join(', ')}) RETURNING id`,
    values.map(({ value }) => value),
  );
  return row!.id;
}
