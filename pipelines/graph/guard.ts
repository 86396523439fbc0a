import { PlatformError } from '../core/errors.ts';
import type { Step } from './define-process.ts';
import type { Schema, TypeName } from './schema.ts';
import { acceptedTypes } from './schema.ts';
import type { Value } from './value.ts';
import { isLabeled } from './value.ts';

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
    if (type === undefined || accepted.has(type) || (type === 'number' && accepted.has('integer'))) return value;
    if (type === 'number' && accepted.has('boolean')) return value !== 0;
    if (type === 'boolean' && accepted.has('number')) return value ? 1 : 0;
    throw new PlatformError(
      'parameter-invalid',
      `${process} takes ${[...accepted].join(' or ')} as ${name}, but got ${article(type)} (${show(value)})`,
    );
  };
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

export function article(type: TypeName): string {
  if (type === 'null') return 'no data';
  return `${/^[aio]/.test(type) ? 'an' : 'a'} ${type}`;
}

function show(value: Value): string {
  const text = typeof value === 'function' ? 'a graph' : (JSON.stringify(value) ?? 'nothing');
  return text.length > 40 ? `${text.slice(0, 40)}…` : text;
}
