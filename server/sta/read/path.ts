/** Resource paths: `Things(1)/Datastreams(2)/Observations/$count`, `…/name/$value` (OGC 18-088, 9.2). */
import { PlatformError } from '../../../pipelines/core/errors.ts';
import type { EntityType, Property, Relation } from './entities.ts';
import { ENTITY_TYPES, findSet, propertyOf, relationOf } from './entities.ts';

/** One entity: by its number, or by the relation that leads to it from the step before. */
export interface Step {
  readonly type: EntityType;
  /** Null at the beginning. */
  readonly relation: Relation | null;
  /** Null: the only one. */
  readonly id: number | null;
}

export type Resource =
  | { readonly kind: 'root' }
  | {
      readonly kind: 'set';
      readonly steps: readonly Step[];
      readonly type: EntityType;
      /** From the last step; null: all of the type. */
      readonly relation: Relation | null;
      readonly form: 'entities' | 'references' | 'count';
    }
  | { readonly kind: 'entity'; readonly steps: readonly Step[]; readonly isReference: boolean }
  | {
      readonly kind: 'property';
      readonly steps: readonly Step[];
      readonly name: string;
      readonly property: Property;
      readonly members: readonly string[];
      readonly isRaw: boolean;
    };

const MOST_SEGMENTS = 12;
const WITH_ID = /^([A-Za-z]+)\((.*)\)$/s;

/**
 * @param path  Below the root of the service, as it came.
 * @throws {PlatformError} `not-found` for what no service has; `parameter-invalid` for a number that is none
 */
export function parsePath(path: string): Resource {
  const segments = path
    .split('/')
    .filter((part) => part !== '')
    .map(decode);
  if (segments.length === 0) return { kind: 'root' };
  if (segments.length > MOST_SEGMENTS) throw notThere(path, `it has more than ${MOST_SEGMENTS} parts`);
  const steps: Step[] = [];
  for (const [k, segment] of segments.entries()) {
    const rest = segments.slice(k + 1);
    const from = steps.at(-1)?.type ?? null;
    const { name, key } = splitKey(segment);
    const relation = from && relationOf(from, name);
    if (from && !relation) return atEntity(path, steps, from, segments.slice(k));
    const type = relation ? ENTITY_TYPES[relation.to] : findSet(name);
    if (!type)
      throw notThere(path, `there is no set "${name.slice(0, 60)}"; the root of the service lists those there are`);
    const isOne = relation !== null && !relation.isMany;
    if (isOne && key !== null) throw notThere(path, `${name} is one entity and takes no number`);
    if (!isOne && key === null) return atSet(path, { steps, type, relation }, rest);
    steps.push({ type, relation, id: key === null ? null : idOf(key) });
  }
  return { kind: 'entity', steps, isReference: false };
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    throw new PlatformError(
      'parameter-invalid',
      `${segment.slice(0, 60)} has an escape that is none (%25 stands for %)`,
    );
  }
}

function splitKey(segment: string): { readonly name: string; readonly key: string | null } {
  const match = WITH_ID.exec(segment);
  return match ? { name: match[1]!, key: match[2]! } : { name: segment, key: null };
}

function idOf(key: string): number {
  if (/^\d{1,15}$/.test(key)) return Number(key);
  throw new PlatformError('parameter-invalid', `(${key.slice(0, 60)}) names no entity; numbers do, as in Things(1)`, {
    detail: { parameter: 'id', value: key.slice(0, 100) },
  });
}

function atSet(
  path: string,
  set: { readonly steps: readonly Step[]; readonly type: EntityType; readonly relation: Relation | null },
  rest: readonly string[],
): Resource {
  if (rest.length === 0) return { kind: 'set', ...set, form: 'entities' };
  if (rest.length === 1 && rest[0] === '$ref') return { kind: 'set', ...set, form: 'references' };
  if (rest.length === 1 && rest[0] === '$count') return { kind: 'set', ...set, form: 'count' };
  throw notThere(path, `${set.type.set} are many; name one by its number before ${rest[0]!.slice(0, 60)}`);
}

function atEntity(path: string, steps: readonly Step[], type: EntityType, segments: readonly string[]): Resource {
  if (segments.length === 1 && segments[0] === '$ref') return { kind: 'entity', steps, isReference: true };
  const isRaw = segments.at(-1) === '$value';
  const [name, ...members] = isRaw ? segments.slice(0, -1) : segments;
  if (name === undefined) throw notThere(path, '$value stands behind a property');
  if (members.length === 0 && (name === 'id' || name === '@iot.id'))
    return { kind: 'property', steps, name: '@iot.id', property: ID, members, isRaw };
  const property = propertyOf(type, name);
  if (!property) throw notThere(path, `${type.name} has no property or relation "${name.slice(0, 60)}"`);
  return { kind: 'property', steps, name, property, members, isRaw };
}

const ID: Property = { kind: 'json', column: 'id', isRequired: true };

export function notThere(path: string, why: string): PlatformError {
  return new PlatformError('not-found', `There is nothing at ${path.slice(0, 200)}: ${why}`);
}
