import { PlatformError } from '../errors.ts';
import type { Place } from './ast.ts';

/** Deeper than anybody writes by hand; what is deeper still is meant to break something. */
export const MAX_DEPTH = 64;
/** Nodes of one filter. */
export const MAX_NODES = 20_000;
export const MAX_TEXT_LENGTH = 200_000;

/** A filter that cannot be taken: what is wrong, and where. */
export function fault(at: Place, what: string): PlatformError {
  const where = typeof at === 'number' ? `at character ${at}` : at === '' ? 'at its root' : `at ${at}`;
  return new PlatformError('expression-invalid', `The filter has a fault ${where}: ${what}`, {
    detail: { parameter: 'filter', position: at },
  });
}

/** Text cut to what fits into a sentence. */
export function brief(text: string): string {
  return text.length > 40 ? `${text.slice(0, 40)}…` : text;
}
