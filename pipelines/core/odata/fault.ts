import { PlatformError } from '../errors.ts';

/** Brackets, `not` and functions within each other; nobody writes more by hand. */
export const MAX_DEPTH = 48;
/** Parts of one option. */
export const MAX_NODES = 5_000;
export const MAX_TEXT_LENGTH = 100_000;
/** Levels of `$expand` within each other, and relations of one request. */
export const MAX_EXPAND_DEPTH = 6;
export const MAX_EXPANSIONS = 40;

/** An option that cannot be taken: which, what is wrong, and at which character from 1. */
export function fault(option: string, at: number, what: string): PlatformError {
  return new PlatformError('expression-invalid', `${option} has a fault at character ${at}: ${what}`, {
    detail: { parameter: option, position: at },
  });
}

/** Text cut to what fits into a sentence. */
export function brief(text: string): string {
  return text.length > 40 ? `${text.slice(0, 40)}…` : text;
}
