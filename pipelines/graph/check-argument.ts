import { describeSchema, describeValue, shorten } from './describe.ts';
import type { NodeReference, ParameterReference } from './graph.ts';
import { isCallback, isNodeReference, isParameterReference, isRecord } from './graph.ts';
import type { JsonSchema, Schema, TypeName } from './schema.ts';
import { alternatives, typesOf } from './schema.ts';
import { checkSubtype } from './subtypes.ts';

export interface Mismatch {
  /** Where in the argument: `[2]`, or empty for all of it. */
  readonly at: string;
  readonly found: string;
  readonly accepted: string;
}

/** The schema of what a reference stands for; null where that is open. */
export type SchemaOf = (reference: NodeReference | ParameterReference) => Schema | null;

/**
 * Why an argument does not fit its schema, or null where it does. The insides of graphs are not looked at here.
 *
 * Numbers and truth values pass for each other: a raster stores truth as 1 and 0.
 */
export function findMismatch(value: unknown, schema: Schema, schemaOf: SchemaOf): Mismatch | null {
  if (isNodeReference(value) || isParameterReference(value)) {
    const source = schemaOf(value);
    if (source === null || overlap(source, schema)) return null;
    const found = `${describeValue(value)}, which is ${describeSchema(source)}`;
    return { at: '', found, accepted: describeSchema(schema) };
  }
  const options = alternatives(schema);
  const mismatches = options.map((option) => mismatchOf(value, option, schemaOf));
  if (mismatches.includes(null)) return null;
  // where one alternative alone is of the value's type, it can say what is wrong in the value
  const kindred = options.flatMap((option, index) => (isOfType(value, option) ? [mismatches[index]!] : []));
  if (kindred.length === 1) return kindred[0]!;
  return { at: '', found: describeValue(value), accepted: describeSchema(schema) };
}

function mismatchOf(value: unknown, schema: JsonSchema, schemaOf: SchemaOf): Mismatch | null {
  const wrong = (accepted = describeSchema(schema)) => ({ at: '', found: describeValue(value), accepted });
  if (schema.subtype === 'process-graph') return isCallback(value) ? null : wrong();
  if (!isOfType(value, schema)) return wrong();
  if (schema.enum && !schema.enum.includes(value as string)) return wrong();
  if (typeof value === 'number' && !isWithin(value, schema)) return wrong();
  const inside = Array.isArray(value)
    ? findItemMismatch(value, schema, schemaOf)
    : findMemberMismatch(value, schema, schemaOf);
  if (inside) return inside;
  const accepted = schema.subtype === undefined ? null : checkSubtype(schema.subtype, value);
  return accepted === null ? null : wrong(accepted);
}

function isWithin(value: number, { minimum = -Infinity, maximum = Infinity }: JsonSchema): boolean {
  if (Number.isNaN(value)) return minimum === -Infinity && maximum === Infinity;
  return value >= minimum && value <= maximum;
}

function findMemberMismatch(value: unknown, { additionalProperties }: JsonSchema, schemaOf: SchemaOf): Mismatch | null {
  if (!additionalProperties || !isRecord(value)) return null;
  for (const [key, member] of Object.entries(value)) {
    const mismatch = findMismatch(member, additionalProperties, schemaOf);
    if (mismatch) return { ...mismatch, at: `.${shorten(key)}${mismatch.at}` };
  }
  return null;
}

function findItemMismatch(items: readonly unknown[], schema: JsonSchema, schemaOf: SchemaOf): Mismatch | null {
  const { minItems = 0, maxItems = Infinity } = schema;
  if (items.length < minItems || items.length > maxItems) {
    const count =
      minItems === maxItems ? minItems : maxItems === Infinity ? `at least ${minItems}` : `at most ${maxItems}`;
    return { at: '', found: `an array of ${items.length} items`, accepted: `one of ${count}` };
  }
  if (!schema.items) return null;
  for (const [index, item] of items.entries()) {
    const mismatch = findMismatch(item, schema.items, schemaOf);
    if (mismatch) return { ...mismatch, at: `[${index}]${mismatch.at}` };
  }
  return null;
}

function isOfType(value: unknown, schema: JsonSchema): boolean {
  return typesOf(schema)?.some((type) => isOf(value, type)) ?? true;
}

function isOf(value: unknown, type: TypeName): boolean {
  switch (type) {
    case 'null':
      return value === null;
    case 'array':
      return Array.isArray(value);
    case 'integer':
      return Number.isInteger(value);
    case 'object':
      return typeof value === 'object' && value !== null && !Array.isArray(value);
    default:
      return typeof value === type;
  }
}

/** Whether something can be both. */
function overlap(a: Schema, b: Schema): boolean {
  return alternatives(a).some((one) => alternatives(b).some((other) => overlapOf(one, other)));
}

/** Types whose values stand for each other somewhere. */
const KIN: Readonly<Partial<Record<TypeName, string>>> = { integer: 'number', boolean: 'number' };

function overlapOf(a: JsonSchema, b: JsonSchema): boolean {
  const [own, others] = [typesOf(a), typesOf(b)];
  if (own === null || others === null) return true;
  const kin = (type: TypeName) => KIN[type] ?? type;
  const shared = own.filter((type) => others.some((other) => kin(other) === kin(type)));
  if (shared.length !== 1 || shared[0] !== 'object') return shared.length > 0;
  // a data cube is no GeoJSON, though both are objects
  return a.subtype === undefined || b.subtype === undefined || a.subtype === b.subtype;
}
