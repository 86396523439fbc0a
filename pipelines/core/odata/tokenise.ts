import { brief, fault, MAX_TEXT_LENGTH } from './fault.ts';

export interface Token {
  /** `typed` is a word with its text in quotes, such as `geography'POINT(5 52)'`. */
  readonly kind: 'name' | 'string' | 'typed' | 'number' | 'instant' | 'date' | 'clock' | 'sign' | 'end';
  /** What it says: quotes taken off and escapes resolved. */
  readonly text: string;
  /** The word before the quotes of a `typed`. */
  readonly word?: string;
  /** Of its first character, from 1. */
  readonly at: number;
  /** After its last character, from 0. */
  readonly end: number;
}

/** Where a plus was not escaped, it has become a space. */
const INSTANT = /\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:Z|[+ -]\d{2}:\d{2})?(?![\w.])/y;
const DATE = /\d{4}-\d{2}-\d{2}(?![\w.])/y;
const CLOCK = /\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?![\w.])/y;
const NUMBER = /\d+(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\p{L}_])/uy;
const TYPED = /([A-Za-z]+)'((?:[^']|'')*)'/y;
const STRING = /'((?:[^']|'')*)'/y;
const NAME = /[@$]?[\p{L}_][\p{L}\p{N}\p{M}_.-]*/uy;
const SIGN = /[-(),/;=:]/y;

const KINDS = [
  ['instant', INSTANT],
  ['date', DATE],
  ['clock', CLOCK],
  ['number', NUMBER],
  ['typed', TYPED],
  ['string', STRING],
  ['name', NAME],
  ['sign', SIGN],
] as const;

/**
 * @param option  Its name, for faults.
 * @throws {PlatformError} `expression-invalid` with the place of what is no part of the language
 */
export function tokenise(option: string, text: string): Token[] {
  if (text.length > MAX_TEXT_LENGTH)
    throw fault(option, MAX_TEXT_LENGTH, `it has ${text.length} characters; ${MAX_TEXT_LENGTH} are accepted`);
  const tokens: Token[] = [];
  for (let from = skipSpace(text, 0); from < text.length;) {
    const token = nextToken(text, from);
    if (!token) throw fault(option, from + 1, reason(text.slice(from)));
    tokens.push(token);
    from = skipSpace(text, token.end);
  }
  tokens.push({ kind: 'end', text: 'the end', at: text.length + 1, end: text.length });
  return tokens;
}

function nextToken(text: string, from: number): Token | null {
  for (const [kind, pattern] of KINDS) {
    pattern.lastIndex = from;
    const match = pattern.exec(text);
    if (!match) continue;
    const place = { at: from + 1, end: pattern.lastIndex };
    if (kind === 'typed') return { kind, text: unquoted(match[2]!), word: match[1]!.toLowerCase(), ...place };
    return { kind, text: kind === 'string' ? unquoted(match[1]!) : match[0], ...place };
  }
  return null;
}

function skipSpace(text: string, from: number): number {
  let at = from;
  while (text[at] === ' ' || text[at] === '\t' || text[at] === '\n' || text[at] === '\r') at++;
  return at;
}

function unquoted(text: string): string {
  return text.replaceAll("''", "'");
}

function reason(rest: string): string {
  if (rest.startsWith("'")) return `the text ${brief(rest)} has no closing quote`;
  if (rest.startsWith('"')) return 'texts stand in single quotes';
  return `${Array.from(rest)[0]} is no part of the language`;
}
