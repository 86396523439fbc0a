import { expressionFault, printable } from './fault.ts';

/** A word of an expression and the 0-based place where it begins. */
export type Token =
  | { readonly kind: 'number'; readonly text: string; readonly at: number }
  | { readonly kind: 'name'; readonly text: string; readonly at: number }
  | { readonly kind: 'sign'; readonly text: string; readonly at: number }
  | { readonly kind: 'end'; readonly text: ''; readonly at: number };

/** Longer expressions are refused before they are read; the longest of the catalogue has about 350 characters. */
export const MAX_LENGTH = 10_000;

const TOKEN = /(\d+\.?\d*(?:[eE][+-]?\d+)?|\.\d+(?:[eE][+-]?\d+)?)|([A-Za-z_][A-Za-z0-9_]*)|([<>=!]=|[-+*/^<>(),])/y;
const SPACE = /[ \t\r\n]*/y;

/**
 * Cuts an expression into numbers, names and signs. Only ASCII is read: a letter of another alphabet that looks like
 * one of ours is a fault, not a name.
 *
 * @throws {PlatformError} `expression-invalid` with the position.
 */
export function tokenise(text: string): readonly Token[] {
  if (text.length > MAX_LENGTH)
    throw expressionFault(text, MAX_LENGTH, `it has ${text.length} characters, at most ${MAX_LENGTH} are read`);
  const tokens: Token[] = [];
  let at = skipSpace(text, 0);
  while (at < text.length) {
    TOKEN.lastIndex = at;
    const match = TOKEN.exec(text);
    if (!match) throw expressionFault(text, at, unreadable(text, at));
    const [word, number, name] = match;
    const kind = number === undefined ? (name === undefined ? 'sign' : 'name') : 'number';
    tokens.push({ kind, text: word, at });
    at = skipSpace(text, at + word.length);
  }
  tokens.push({ kind: 'end', text: '', at: text.length });
  return tokens;
}

function skipSpace(text: string, from: number): number {
  SPACE.lastIndex = from;
  SPACE.exec(text);
  return SPACE.lastIndex;
}

function unreadable(text: string, at: number): string {
  const character = text[at]!;
  if (character === '=') return 'a single "=" means nothing here; equality is written "=="';
  return `the character "${printable(character)}" has no meaning here`;
}
