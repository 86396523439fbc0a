import { PlatformError } from '../core/errors.ts';
import { shorten } from './describe.ts';

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
    if (item === null || typeof item === 'boolean') return;
    if (typeof item === 'number') return checkNumber(item);
    if (typeof item === 'string') return checkText(item);
    if (Array.isArray(item)) return item.forEach((inner) => walk(inner, depth + 1));
    if (typeof item !== 'object' || !isPlainObject(item))
      throw invalid(`It has a value that JSON has not: ${typeof item}`);
    for (const [key, inner] of Object.entries(item)) {
      if (key === '__proto__') throw invalid(`"${key}" can be no name`);
      checkText(key);
      walk(inner, depth + 1);
    }
  };
  walk(value, 0);
}

/** Also 1e999, which JSON's readers take for infinity. */
function checkNumber(value: number): void {
  if (!Number.isFinite(value)) throw invalid(`It has the number ${value}, which JSON has not`);
}

function checkText(value: string): void {
  if (!value.isWellFormed()) throw invalid(`It has a text with half a character: "${shorten(value)}"`);
}

function invalid(message: string): PlatformError {
  return new PlatformError('parameter-invalid', message);
}

function isPlainObject(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
