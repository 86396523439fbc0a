/** The part of JSON Schema, with openEO's subtypes, that says what parameters accept. */

export type TypeName = 'number' | 'integer' | 'boolean' | 'string' | 'array' | 'object' | 'null';

export interface JsonSchema {
  /** Absent: anything. */
  readonly type?: TypeName | readonly TypeName[];
  /** openEO's finer kind: `datacube`, `process-graph`, `temporal-interval`, `bounding-box`, `date-time`, `date` … */
  readonly subtype?: string;
  readonly format?: string;
  readonly enum?: readonly (string | number | boolean | null)[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly items?: Schema;
  readonly minItems?: number;
  readonly maxItems?: number;
  /** Of an object: what each of its members is. */
  readonly additionalProperties?: Schema;
  /** Of a `process-graph`: what its caller gives it, in the order in which a compiled callback takes it. */
  readonly parameters?: readonly CallbackParameter[];
}

export interface CallbackParameter {
  readonly name: string;
  readonly description?: string;
  readonly schema: Schema;
  readonly optional?: boolean;
}

/** One schema, or several of which one must fit. */
export type Schema = JsonSchema | readonly JsonSchema[];

export function alternatives(schema: Schema): readonly JsonSchema[] {
  return Array.isArray(schema) ? (schema as readonly JsonSchema[]) : [schema as JsonSchema];
}

export function typesOf({ type }: JsonSchema): readonly TypeName[] | null {
  if (type === undefined) return null;
  return typeof type === 'string' ? [type] : type;
}

/** All types that a schema accepts; null: anything. */
export function acceptedTypes(schema: Schema): ReadonlySet<TypeName> | null {
  const types = new Set<TypeName>();
  for (const alternative of alternatives(schema)) {
    const own = typesOf(alternative);
    if (own === null) return null;
    for (const type of own) types.add(type);
  }
  return types;
}

/**
 * The parameters that a graph gets when it stands where this schema is, or as a member of an object there; null where
 * no graph may stand.
 */
export function callbackParameters(schema: Schema): readonly CallbackParameter[] | null {
  for (const { subtype, parameters = [], additionalProperties } of alternatives(schema)) {
    if (subtype === 'process-graph') return parameters;
    const inside = additionalProperties && callbackParameters(additionalProperties);
    if (inside) return inside;
  }
  return null;
}
