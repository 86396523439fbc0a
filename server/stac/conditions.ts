/** Parts that conditions on items and the messages about them are made of. */
import type { Node } from '../../pipelines/core/cql2/ast.ts';
import { PlatformError } from '../../pipelines/core/errors.ts';

export function invalid(parameter: string, value: unknown, accepted: string): PlatformError {
  const given = textOf(value);
  const shown = given.length > 200 ? `${given.slice(0, 200)}…` : given;
  return new PlatformError('parameter-invalid', `${parameter} is ${shown}; accepted is ${accepted}`, {
    detail: { parameter, value: shown, accepted },
  });
}

/** For messages: what is nested deeper than the stack goes has no text. */
function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  try {
    return JSON.stringify(value) ?? String(value);
  } catch {
    return 'something nested very deep';
  }
}

export function oneOf(property: string, values: readonly string[]): Node {
  const at = property;
  const items = values.map((value): Node => ({ kind: 'literal', value, at }));
  return call(
    'in',
    [
      { kind: 'property', name: property, at },
      { kind: 'list', items, at },
    ],
    at,
  );
}

export function call(op: string, args: readonly Node[], at: string): Node {
  return { kind: 'call', op, args, at };
}

/** Says which parameter a fault of CQL2 came from, and what it was. */
export function named<T>(parameter: string, given: unknown, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof PlatformError) || error.code !== 'expression-invalid') throw error;
    const value = textOf(given).slice(0, 200);
    const detail = { ...error.detail, parameter, value };
    throw new PlatformError('expression-invalid', `${parameter} is ${value}: ${error.message}`, { detail });
  }
}

export function noItem(collection: string, id: string): PlatformError {
  return new PlatformError('not-found', `There is no item ${id} in the collection ${collection}`, {
    detail: { parameter: 'itemId', value: id },
  });
}
