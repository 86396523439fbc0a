import { PlatformError } from '../core/errors.ts';
import { describeValue, shorten } from './describe.ts';

const MAX_DEPTH = 64;
const MAX_VALUES = 2_000_000;

/**
 * Checks that a value is no more than JSON can say, before anything walks through it without looking: no circle, no
 * depth that exhausts the stack, no members that are not what they seem.
 *
 * @throws {PlatformError} `too-large` or `parameter-invalid`
 */
export function checkPlain(value: unknown): void {
  let count = 0;
  const walk = (item: unknown, depth: number): void => {
    if (++count > MAX_VALUES) throw new PlatformError('too-large', `It has more than ${MAX_VALUES} values`);
    if (depth > MAX_DEPTH) throw new PlatformError('too-large', `It is nested more than ${MAX_DEPTH} deep`);
    if (item === null || typeof item === 'string' || typeof item === 'number' || typeof item === 'boolean') return;
    if (Array.isArray(item)) return item.forEach((inner) => walk(inner, depth + 1));
    if (typeof item !== 'object' || !isPlainObject(item))
      throw new PlatformError('parameter-invalid', `It has a value that JSON has not: ${typeof item}`);
    for (const [key, inner] of Object.entries(item)) {
      if (key === '__proto__') throw new PlatformError('parameter-invalid', `"${shorten(key)}" can be no name`);
      walk(inner, depth + 1);
    }
  };
  if (value === undefined) throw new PlatformError('parameter-invalid', `It is empty: ${describeValue(value)}`);
  walk(value, 0);
}

function isPlainObject(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
