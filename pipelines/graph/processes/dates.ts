import { aBoolean, anInteger, defineProcess, parameter } from '../define-process.ts';
import type { Parameter, ProcessDefinition } from '../define-process.ts';
import { refusal } from '../refusal.ts';
import type { JsonSchema } from '../schema.ts';
import type { ParsedTime, TimeUnit } from './times.ts';
import { formatTime, parseTime, shiftClock, UNITS, unitsBetween } from './times.ts';

const DATE_TIME: JsonSchema = { type: 'string', subtype: 'date-time', format: 'date-time' };
const DATE: JsonSchema = { type: 'string', subtype: 'date', format: 'date' };
const TIME: JsonSchema = { type: 'string', subtype: 'time', format: 'time' };

const aDate = (name: string, description: string) => parameter<string>(name, description, [DATE_TIME, DATE]);
const aTime = (name: string, description: string) => parameter<string>(name, description, [DATE_TIME, DATE, TIME]);

/** A missing date cannot come from a literal, but from a label of a dimension it can. */
function unit(...fallback: readonly [unknown?]): Parameter<TimeUnit> {
  return parameter<TimeUnit>('unit', 'Unit of time.', { type: 'string', enum: [...UNITS] }, ...fallback);
}

function parsed(text: string, process: string): ParsedTime {
  const time = parseTime(text);
  if (!time)
    throw refusal(
      'InvalidDate',
      `${process} takes a date such as 2025-06-01 or 2025-06-01T10:30:00Z, not "${text.slice(0, 40)}"`,
    );
  return time;
}

export const dates: readonly ProcessDefinition[] = [
  defineProcess({
    id: 'date_between',
    summary: 'Whether a date or time lies between two others.',
    parameters: [
      aTime('x', 'The date or time.'),
      aTime('min', 'The earliest.'),
      aTime('max', 'The latest.'),
      aBoolean('exclude_max', 'Whether max itself is outside.', {}, false),
    ],
    returns: { type: ['boolean', 'null'] },
    evaluate: (x, min, max, excludeMax) => {
      const [at, from, to] = [x, min, max].map((text) => parsed(text, 'date_between').instant) as [
        number,
        number,
        number,
      ];
      return at >= from && (excludeMax ? at < to : at <= to);
    },
  }),
  defineProcess({
    id: 'date_difference',
    summary: 'How many units of time lie between two dates; below 0 where the second is earlier.',
    experimental: true,
    parameters: [aDate('date1', 'The base.'), aDate('date2', 'The other date.'), unit('second')],
    returns: { type: 'number' },
    evaluate: (date1, date2, of) =>
      unitsBetween(parsed(date1, 'date_difference').instant, parsed(date2, 'date_difference').instant, of),
  }),
  defineProcess({
    id: 'date_shift',
    summary: 'A date earlier or later by some units; its offset and the time of day stay.',
    parameters: [aDate('date', 'The date.'), anInteger('value', 'How many units; below 0 for earlier.'), unit()],
    returns: [DATE_TIME, DATE],
    evaluate: (date, value, of) => {
      const time = parsed(date, 'date_shift');
      const shifted = formatTime(time, shiftClock(time.clock, value, of));
      if (shifted === null) throw refusal('InvalidDate', `date_shift by ${value} ${of}s leaves the years 0 to 9999`);
      return shifted;
    },
  }),
];
