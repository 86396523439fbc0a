import { PlatformError } from '../core/errors.ts';
import { describeValue } from './describe.ts';
import { isRecord } from './graph.ts';
import type { JsonSchema, Schema, TypeName } from './schema.ts';

const TYPES: readonly string[] = [
  'number',
  'integer',
  'boolean',
  'string',
  'array',
  'object',
  'null',
] satisfies TypeName[];

/** Reads the schema of a parameter; words of JSON Schema beyond those that we check are left out. */
export function parseSchema(value: unknown, where: string): Schema {
  if (Array.isArray(value)) {
    if (value.length === 0) throw invalid(`${where} is an empty list; accepted is a JSON Schema or several`);
    return value.map((alternative) => parseOne(alternative, where));
  }
  return parseOne(value, where);
}

function parseOne(value: unknown, where: string): JsonSchema {
  if (!isRecord(value)) throw invalid(`${where} is ${describeValue(value)}; accepted is a JSON Schema`);
  const { type, subtype, format, enum: choices, items } = value;
  const kind = subtype ?? (format === 'date' || format === 'date-time' || format === 'time' ? format : undefined);
  return {
    ...(type !== undefined && { type: parseType(type, where) }),
    ...(typeof kind === 'string' && { subtype: kind }),
    ...(typeof format === 'string' && { format }),
    ...(choices !== undefined && { enum: parseEnum(choices, where) }),
    ...numbers(value, where),
    ...(isRecord(items) && { items: parseSchema(items, `items of ${where}`) }),
  };
}

function parseType(value: unknown, where: string): TypeName | readonly TypeName[] {
  const types: readonly unknown[] = Array.isArray(value) ? value : [value];
  for (const type of types)
    if (typeof type !== 'string' || !TYPES.includes(type))
      throw invalid(`${where} has the type ${describeValue(type)}; types are ${TYPES.join(', ')}`);
  return (Array.isArray(value) ? types : types[0]) as TypeName;
}

function parseEnum(value: unknown, where: string): readonly (string | number | boolean | null)[] {
  if (!Array.isArray(value) || value.some((choice) => typeof choice === 'object' && choice !== null))
    throw invalid(`enum of ${where} is ${describeValue(value)}; accepted is a list of texts or numbers`);
  return value as string[];
}

const LIMITS = ['minimum', 'maximum', 'minItems', 'maxItems'] as const;

function numbers(value: Readonly<Record<string, unknown>>, where: string): { [K in (typeof LIMITS)[number]]?: number } {
  const given = LIMITS.filter((limit) => value[limit] !== undefined);
  for (const limit of given) if (typeof value[limit] !== 'number') throw invalid(`${limit} of ${where} is no number`);
  return Object.fromEntries(given.map((limit) => [limit, value[limit] as number]));
}

function invalid(message: string): PlatformError {
  return new PlatformError('parameter-invalid', message);
}
