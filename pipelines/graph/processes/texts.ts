import { aBoolean, aText, defineProcess, parameter, scalarOrNull, textOrNull } from '../define-process.ts';
import type { ProcessDefinition } from '../define-process.ts';
import { refusal } from '../refusal.ts';
import type { Schema } from '../schema.ts';
import type { ArrayValue, Value } from '../value.ts';
import { itemsOf } from '../value.ts';

/** A graph may double a text in every node. */
const MAX_LENGTH = 1_000_000;

const PARAMETERS = [
  textOrNull('data', 'The text.'),
  aText('pattern', 'What is looked for; no pattern, just a text.'),
  aBoolean('case_sensitive', 'Whether case matters.', {}, true),
] as const;

/** Looks for one text in another; nodata stays nodata. */
function search<T extends Value>(
  id: string,
  summary: string,
  returns: Schema,
  find: (text: string, pattern: string) => T,
) {
  return defineProcess({
    id,
    summary,
    parameters: PARAMETERS,
    returns,
    evaluate: (data, pattern, caseSensitive) => {
      if (data === null) return null;
      return caseSensitive ? find(data, pattern) : find(data.toLowerCase(), pattern.toLowerCase());
    },
  });
}

/** Place in characters, not in UTF-16 units. */
function placeOf(text: string, pattern: string): number | null {
  const at = text.indexOf(pattern);
  return at < 0 ? null : Array.from(text.slice(0, at)).length;
}

const TRUTH: Schema = { type: ['boolean', 'null'] };

export const texts: readonly ProcessDefinition[] = [
  search('text_begins', 'Whether a text begins with another.', TRUTH, (text, pattern) => text.startsWith(pattern)),
  search('text_ends', 'Whether a text ends with another.', TRUTH, (text, pattern) => text.endsWith(pattern)),
  search('text_contains', 'Whether a text has another in it.', TRUTH, (text, pattern) => text.includes(pattern)),
  {
    ...search(
      'text_find',
      'Place of a text in another, from 0; nodata where it is not there.',
      { type: ['integer', 'null'] },
      placeOf,
    ),
    experimental: true,
  },
  defineProcess({
    id: 'text_concat',
    summary: 'Values as one text.',
    parameters: [
      parameter<ArrayValue>('data', 'The values.', {
        type: 'array',
        items: { type: ['string', 'number', 'boolean', 'null'] },
      }),
      scalarOrNull('separator', 'What stands between them.', {}, ''),
    ],
    returns: { type: 'string' },
    evaluate: (data, separator) => {
      const words = itemsOf(data).map(String);
      const length = words.reduce((sum, word) => sum + word.length, 0) + words.length * String(separator).length;
      if (length > MAX_LENGTH)
        throw refusal('TextTooLong', `text_concat makes ${length} characters; ${MAX_LENGTH} are the most`);
      return words.join(String(separator));
    },
  }),
];
