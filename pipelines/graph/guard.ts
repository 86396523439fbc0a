import { PlatformError } from '../core/errors.ts';
import type { Step } from './define-process.ts';
import { shorten } from './describe.ts';
import type { Schema, TypeName } from './schema.ts';
import { acceptedTypes } from './schema.ts';
import type { Value } from './value.ts';
import { isLabeled, itemsOf } from './value.ts';

/**
 * Watches an argument whose type is not known before it runs.
 *
 * A raster has no truth values: it stores 1 and 0. So a number where only a truth value fits is one (0 is false), and
 * a truth value where only a number fits is 1 or 0.
 *
 * @param source  What the argument's source returns, where that is known.
 */
export function guard(step: Step, schema: Schema, source: Schema | undefined, process: string, name: string): Step {
  const accepted = acceptedTypes(schema);
  if (accepted === null || (source && fitsAlways(source, accepted))) return step;
  const primary = USUAL.find((type) => accepted.has(type));
  return (frame) => {
    const value = step(frame);
    const type = valueType(value);
    if (type === primary) return value; // the common case before the table
    if (type === undefined || accepted.has(type)) return value;
    if (type === 'number' && accepted.has('integer') && Number.isInteger(value)) return value;
    if (type === 'number' && accepted.has('boolean')) return value !== 0;
    if (type === 'boolean' && accepted.has('number')) return value ? 1 : 0;
    throw wrongType(value, [...accepted].join(' or '), process, name);
  };
}

/** The same where a graph is accepted, and the argument refers to something. */
export function guardCallback(step: Step, schema: Schema, process: string, name: string): Step {
  const accepted = acceptedTypes(schema);
  return (frame) => {
    const value = step(frame);
    if (typeof value === 'function') return value;
    if ((value === null && accepted?.has('null')) || (value === true && accepted?.has('boolean'))) return value;
    throw wrongType(value, 'a graph', process, name);
  };
}

function wrongType(value: Value, accepted: string, process: string, name: string): PlatformError {
  const type = valueType(value);
  const found = type === undefined ? 'nothing' : `${article(type)} (${show(value)})`;
  return new PlatformError('parameter-invalid', `${process} takes ${accepted} as ${name}, but got ${found}`);
}

/** What a value of a parameter mostly is, where several types are accepted. */
const USUAL: readonly TypeName[] = ['array', 'number', 'boolean', 'string'];

function fitsAlways(source: Schema, accepted: ReadonlySet<TypeName>): boolean {
  const types = acceptedTypes(source);
  if (types === null) return false;
  for (const type of types) if (!accepted.has(type) && !(type === 'integer' && accepted.has('number'))) return false;
  return true;
}

function valueType(value: Value): TypeName | undefined {
  if (value === null) return 'null';
  const type = typeof value;
  if (type === 'number' || type === 'boolean' || type === 'string') return type;
  if (type === 'undefined') return undefined;
  return Array.isArray(value) || isLabeled(value) ? 'array' : 'object';
}

function article(type: TypeName): string {
  if (type === 'null') return 'no data';
  return `${/^[aio]/.test(type) ? 'an' : 'a'} ${type}`;
}

/** Arrays are only counted: what is nested in one again and again would grow without bounds as text. */
function show(value: Value): string {
  if (typeof value === 'string') return `"${shorten(value)}"`;
  if (typeof value === 'function') return 'a graph';
  if (typeof value !== 'object' || value === null) return String(value);
  return Array.isArray(value) || isLabeled(value)
    ? `of ${itemsOf(value).length} items`
    : `of ${Object.keys(value).length} members`;
}
