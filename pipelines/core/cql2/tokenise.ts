import { brief, fault, MAX_TEXT_LENGTH } from './fault.ts';

export interface Token {
  /** `name` is a word that may be a keyword; `quoted` is a property that cannot be one. */
  readonly kind: 'name' | 'quoted' | 'string' | 'number' | 'sign' | 'end';
  /** What it says: quotes taken off and escapes resolved. */
  readonly text: string;
  /** Of its first character, from 1. */
  readonly at: number;
}

/** The grammar's `identifierStart`, by Unicode's own classes, which hold its ranges. */
const NAME = /[\p{L}\p{Nl}_:][\p{L}\p{Nl}\p{M}\p{Nd}_:.‿⁀]*/uy;
const NUMBER = /(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?/y;
const STRING = /'((?:[^'\\]|''|\\'|\\)*)'/y;
const QUOTED = /"([^"]+)"/y;
const SIGN = /<>|<=|>=|[-+*/%^=<>(),]/y;

/** @throws {PlatformError} `expression-invalid` with the place of what is no part of the language */
export function tokenise(text: string): Token[] {
  if (text.length > MAX_TEXT_LENGTH)
    throw fault(MAX_TEXT_LENGTH, `it has ${text.length} characters; ${MAX_TEXT_LENGTH} are accepted`);
  const tokens: Token[] = [];
  let at = 0;
  const take = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at;
    const match = pattern.exec(text);
    if (match) at = pattern.lastIndex;
    return match;
  };
  for (;;) {
    take(/\s*/y);
    const place = at + 1;
    const push = (kind: Token['kind'], word: string) => tokens.push({ kind, text: word, at: place });
    if (at === text.length) {
      push('end', 'the end');
      return tokens;
    }
    let match: RegExpExecArray | null;
    if ((match = take(NAME))) push('name', match[0]);
    else if ((match = take(NUMBER))) push('number', match[0]);
    else if ((match = take(STRING))) push('string', match[1]!.replace(/''|\\'/g, "'"));
    else if ((match = take(QUOTED))) push('quoted', match[1]!);
    else if ((match = take(SIGN))) push('sign', match[0]);
    else throw fault(place, reason(text.slice(at)));
  }
}

function reason(rest: string): string {
  if (rest.startsWith("'")) return `the text ${brief(rest)} has no closing quote`;
  if (rest.startsWith('"')) return `the name ${brief(rest)} has no closing quote`;
  return `${Array.from(rest)[0]} is no part of CQL2`;
}
