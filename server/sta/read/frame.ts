/** A table of a statement and what is joined to it on the way of paths. */
import type { Binder } from './binder.ts';
import type { EntityType, Relation } from './entities.ts';
import { ENTITY_TYPES } from './entities.ts';
import type { Hidden } from './visible.ts';
import { visible } from './visible.ts';

export interface Place {
  readonly type: EntityType;
  readonly alias: string;
}

/** Tables that one statement may join: what is beyond it wants to break something. */
const MOST_JOINS = 12;

export class Frame {
  private readonly joins: string[] = [];
  private readonly known = new Map<string, Place>();
  private readonly binder: Binder;
  private readonly hidden: Hidden;

  constructor(binder: Binder, hidden: Hidden) {
    this.binder = binder;
    this.hidden = hidden;
  }

  /** The other end of a relation, joined once. Null where there are too many. */
  follow(from: Place, name: string, relation: Relation): Place | null {
    const key = `${from.alias}/${name}`;
    const known = this.known.get(key);
    if (known) return known;
    if (this.joins.length >= MOST_JOINS) return null;
    const place = { type: ENTITY_TYPES[relation.to], alias: this.binder.alias() };
    const seen = relation.isMany ? visible(relation.to, place.alias, this.hidden, this.binder) : null;
    this.joins.push(`LEFT JOIN ${joined(from, relation, place, this.binder)}${seen === null ? '' : ` AND ${seen}`}`);
    this.known.set(key, place);
    return place;
  }

  add(join: string): void {
    this.joins.push(join);
  }

  /** What follows the first table of `FROM`. */
  get sql(): string {
    return this.joins.map((join) => ` ${join}`).join('');
  }
}

function joined(from: Place, relation: Relation, { type, alias }: Place, binder: Binder): string {
  switch (relation.by) {
    case 'here':
      return `${type.table} ${alias} ON ${alias}.id = ${from.alias}.${relation.column}`;
    case 'there':
      return `${type.table} ${alias} ON ${alias}.${relation.column} = ${from.alias}.id`;
    case 'link': {
      const link = binder.alias();
      return `(${relation.table} ${link} JOIN ${type.table} ${alias} ON ${alias}.id = ${link}.${relation.other}) ON ${link}.${relation.own} = ${from.alias}.id`;
    }
  }
}

/** A condition that `alias` is at the other end of a relation of the entity whose number `id` is. */
export function belongsTo(relation: Relation, alias: string, id: string): string {
  switch (relation.by) {
    case 'here':
      throw new Error('one entity at most is at the other end'); // callers read its number from the row
    case 'there':
      return `${alias}.${relation.column} = ${id}`;
    case 'link':
      return `${alias}.id IN (SELECT ${relation.other} FROM ${relation.table} WHERE ${relation.own} = ${id})`;
  }
}
