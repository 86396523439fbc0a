/** Values as people type them on a command line, read after the schema of the parameter that they are for. */
import { PlatformError } from '../core/errors.ts';
import { findMismatch } from './check-argument.ts';
import { describeSchema, shorten } from './describe.ts';
import type { Argument } from './graph.ts';
import { formatTime, parseTime, shiftClock } from './processes/times.ts';
import type { TimeUnit } from './processes/times.ts';
import type { JsonSchema, Schema } from './schema.ts';
import { alternatives, typesOf } from './schema.ts';

/**
 * Reads one word: JSON that fits the schema, or the short form of its kind.
 *
 *     2024, 2024-06, 2024-06-01, 2024-03-01/2024-06-01, ../2024-06-01    a period; its end is not part of it
 *     5.1,52.0,5.2,52.1                                                  a box: west, south, east, north in degrees
 *     red,nir                                                            a list
 *     median, p90                                                        a reducer: a process over all values
 *
 * @throws {PlatformError} `parameter-invalid`, naming the parameter, what was found and what is accepted
 */
export function parseWord(word: string, schema: Schema, name: string): Argument {
  const fits = (value: unknown) => findMismatch(value, schema, () => null) === null;
  for (const read of [parseJson, ...alternatives(schema).map((alternative) => shortFormOf(alternative))]) {
    const value = read(word);
    if (value !== undefined && fits(value)) return value;
  }
  if (fits(word)) return word;
  throw new PlatformError(
    'parameter-invalid',
    `${name} is "${shorten(word)}"; accepted is ${describeSchema(schema)}${hint(schema)}`,
    { detail: { parameter: name, value: word } },
  );
}

type Read = (word: string) => Argument | undefined;

/** Only what looks like JSON of its own: `true`, `-1.5`, `[…]`, `{…}`, `"…"`; a bare text is no JSON. */
function parseJson(word: string): Argument | undefined {
  try {
    return JSON.parse(word) as Argument;
  } catch {
    return undefined;
  }
}

function shortFormOf(schema: JsonSchema): Read {
  if (schema.subtype === 'temporal-interval') return parsePeriod;
  if (schema.subtype === 'bounding-box') return parseBox;
  if (schema.subtype === 'process-graph') return parseReducer;
  const { items = {} } = schema;
  if (!typesOf(schema)?.includes('array')) return () => undefined;
  return (word) => (word === '' ? [] : word.split(',').map((item) => parseItem(item.trim(), items)));
}

/** A list's item that fits nothing stays a text, so that the message can show it. */
function parseItem(word: string, schema: Schema): Argument {
  try {
    return parseWord(word, schema, '');
  } catch {
    return word;
  }
}

/** What each length of a date alone covers. */
const SPANS: Readonly<Record<number, readonly [rest: string, unit: TimeUnit]>> = {
  4: ['-01-01', 'year'],
  7: ['-01', 'month'],
  10: ['', 'day'],
};

function parsePeriod(word: string): Argument | undefined {
  const [from, to, ...more] = word.split('/');
  if (to !== undefined && more.length === 0)
    return [from!, to].map((edge) => (edge === '..' || edge === '' ? null : edge));
  const span = SPANS[word.length];
  const start = span && parseTime(word + span[0]);
  if (!span || start?.kind !== 'date') return undefined;
  return [formatTime(start, start.clock)!, formatTime(start, shiftClock(start.clock, 1, span[1]))];
}

function parseBox(word: string): Argument | undefined {
  const sides = word.split(',').map((side) => (side.trim() === '' ? Number.NaN : Number(side)));
  if (sides.length !== 4 || !sides.every(Number.isFinite)) return undefined;
  const [west, south, east, north] = sides as [number, number, number, number];
  return { west, south, east, north };
}

/** A process that needs nothing but `data`; whether there is one of that name is found out with the whole graph. */
function parseReducer(word: string): Argument | undefined {
  const data = { from_parameter: 'data' };
  const percent = /^p(\d{1,2}(?:\.\d+)?|100)$/.exec(word);
  if (percent) {
    const quantiles = { process_id: 'quantiles', arguments: { data, probabilities: [Number(percent[1]) / 100] } };
    const element = {
      process_id: 'array_element',
      arguments: { data: { from_node: 'quantiles' }, index: 0 },
      result: true,
    };
    return { process_graph: { quantiles, element } };
  }
  return /^[a-z][a-z0-9_]*$/.test(word)
    ? { process_graph: { reducer: { process_id: word, arguments: { data }, result: true } } }
    : undefined;
}

function hint(schema: Schema): string {
  const subtypes = alternatives(schema).map(({ subtype }) => subtype);
  if (subtypes.includes('temporal-interval')) return ', or short: 2024, 2024-06, 2024-03-01/2024-06-01';
  if (subtypes.includes('bounding-box')) return ', or short: west,south,east,north in degrees';
  if (subtypes.includes('process-graph')) return ', or the name of a reducer: median, mean, p90';
  return '';
}
