import { PlatformError } from '../errors.ts';

/** Characters of the expression that are shown on each side of a fault. */
const AROUND = 38;

/**
 * The error for a fault in an expression: a sentence with its 1-based position, then the place with a caret under it.
 *
 * @param index  0-based place of the fault in `text`; `text.length` where something is missing at the end.
 */
export function expressionFault(text: string, index: number, what: string): PlatformError {
  const from = Math.max(0, index - AROUND);
  const before = printable(text.slice(from, index));
  const shown = before + printable(text.slice(index, index + AROUND));
  return new PlatformError(
    'expression-invalid',
    `Expression has a fault at position ${index + 1}: ${what}\n  ${shown}\n  ${' '.repeat(before.length)}^`,
    { detail: { position: index + 1, fault: what } },
  );
}

/** Keeps a hostile expression from moving the cursor or the caret: one visible character for each odd one. */
export function printable(text: string): string {
  return text.replace(/[^ -~]/g, '·');
}
