/** Schemas and values in words, for sentences about what was found and what is accepted. */
import { isCallback, isNodeReference, isParameterReference, isRecord } from './graph.ts';
import type { JsonSchema, Schema, TypeName } from './schema.ts';
import { alternatives, typesOf } from './schema.ts';

const MAX_SHOWN = 60;

const TYPES: Readonly<Record<TypeName, string>> = {
  number: 'a number',
  integer: 'a whole number',
  boolean: 'true or false',
  string: 'a text',
  array: 'an array',
  object: 'an object',
  null: 'null',
};

const SUBTYPES: Readonly<Record<string, string>> = {
  datacube: 'a data cube, which is the result of another node',
  'process-graph': 'a graph ({"process_graph": …})',
  'temporal-interval': 'a period such as ["2024-03-01", "2024-06-01"]',
  'bounding-box': 'a box {"west", "south", "east", "north"}',
  geojson: 'GeoJSON',
  date: 'a date such as 2024-06-01',
  'date-time': 'a time such as 2024-06-01T10:30:00Z',
  time: 'a time of day such as 10:30:00Z',
  'band-name': 'the name of a band',
  'collection-id': 'the id of a collection',
  'epsg-code': 'an EPSG code',
};

/** What a schema accepts, each kind once: `a number from 0 to 1, or null`. */
export function describeSchema(schema: Schema): string {
  const words = [...new Set(alternatives(schema).flatMap(describeAlternative))];
  return words.length < 2 ? (words[0] ?? 'anything') : `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`;
}

function describeAlternative(schema: JsonSchema): readonly string[] {
  if (schema.enum) return [`one of ${schema.enum.join(', ')}`];
  const known = schema.subtype && Object.hasOwn(SUBTYPES, schema.subtype) ? SUBTYPES[schema.subtype] : undefined;
  if (known) return [known];
  const types = typesOf(schema);
  if (types === null) return ['anything'];
  return types.map((type) => TYPES[type] + limits(type, schema));
}

function limits(type: TypeName, { minimum, maximum, items, minItems, maxItems }: JsonSchema): string {
  if (type === 'number' || type === 'integer') {
    if (minimum !== undefined && maximum !== undefined) return ` from ${minimum} to ${maximum}`;
    if (minimum !== undefined) return ` from ${minimum}`;
    return maximum === undefined ? '' : ` up to ${maximum}`;
  }
  if (type !== 'array') return '';
  const count = minItems !== undefined && minItems === maxItems ? ` of ${minItems} items` : '';
  const each = items && describeSchema(items);
  return `${count}${each && each !== 'anything' ? ` (each ${each})` : ''}`;
}

/** A value as a person would name it: `a number (3)`, `node "load"`. */
export function describeValue(value: unknown): string {
  if (value === null) return 'null';
  if (isNodeReference(value)) return `the result of node "${shorten(value.from_node)}"`;
  if (isParameterReference(value)) return `the parameter "${shorten(value.from_parameter)}"`;
  if (isCallback(value)) return 'a graph';
  if (Array.isArray(value)) return `an array (${excerpt(value)})`;
  if (isRecord(value)) return `an object (${excerpt(value)})`;
  if (typeof value === 'number') return `a number (${value})`;
  if (typeof value === 'boolean') return String(value);
  return typeof value === 'string' ? `a text (${excerpt(value)})` : 'nothing';
}

/** The beginning of a value as JSON; what is not shown is not written: a polygon has megabytes. */
function excerpt(value: unknown): string {
  let text = '';
  const write = (part: unknown): void => {
    if (text.length > MAX_SHOWN) return;
    if (Array.isArray(part)) writeAll(part, '[', ']', write);
    else if (isRecord(part))
      writeAll(Object.entries(part), '{', '}', ([key, member]) => {
        text += `${JSON.stringify(key)}:`;
        write(member);
      });
    else text += JSON.stringify(typeof part === 'string' ? part.slice(0, MAX_SHOWN) : part) ?? 'null';
  };
  const writeAll = <T>(parts: readonly T[], open: string, close: string, each: (part: T) => void): void => {
    text += open;
    for (let index = 0; index < parts.length && text.length <= MAX_SHOWN; index++) {
      if (index > 0) text += ',';
      each(parts[index]!);
    }
    text += close;
  };
  write(value);
  return shorten(text);
}

/** A word of the user's, without what would spoil a line, and not too long. */
export function shorten(text: string): string {
  const plain = text.replace(/\p{C}/gu, '·');
  return plain.length > MAX_SHOWN ? `${plain.slice(0, MAX_SHOWN)}…` : plain;
}
