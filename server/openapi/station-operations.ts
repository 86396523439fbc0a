/** Stations and datastreams as the map and its charts ask for them. */
import type { Operation, Parameter } from './operation.ts';
import { text } from './operation.ts';

const JSON_TYPE = 'application/json';
const datastream: Parameter = {
  name: 'id',
  in: 'path',
  description: 'Number of the datastream',
  schema: { type: 'integer', minimum: 1 },
};
const whole = (name: string, description: string, minimum: number, maximum: number): Parameter => ({
  name,
  in: 'query',
  description,
  schema: { type: 'integer', minimum, maximum },
});
const period = [
  text('from', 'query', 'Begin, RFC 3339; default: a week before the end'),
  text('to', 'query', 'End, RFC 3339; default: the latest observation'),
];
const wrong = { description: 'A parameter that is not understood' };
const notFound = { description: 'There is no such datastream' };

export const STATION_OPERATIONS: readonly Operation[] = [
  {
    path: '/stations',
    summary: 'Stations with the latest value of each datastream',
    parameters: [
      text('property', 'query', 'Only this observed property, such as no2'),
      text('bbox', 'query', 'west,south,east,north in degrees'),
      whole('limit', 'How many', 1, 10_000),
      whole('after', 'Only stations with greater numbers; the next link has it', 0, Number.MAX_SAFE_INTEGER),
    ],
    answers: { 200: { description: 'A page of the list', mediaType: JSON_TYPE }, 400: wrong },
  },
  {
    path: '/datastreams/{id}/series',
    summary: 'A datastream through time, no finer than a chart draws',
    description:
      'Each observation where they are few enough; else least, mean and greatest of what no quality test has failed, in buckets.',
    parameters: [datastream, ...period, whole('points', 'Most rows', 10, 20_000)],
    answers: { 200: { description: 'A column each', mediaType: JSON_TYPE }, 400: wrong, 404: notFound },
  },
  {
    path: '/datastreams/{id}/forecast',
    summary: 'The next hours, with their 95 % interval and how the methods did before',
    parameters: [datastream, whole('hours', 'How many', 1, 336)],
    answers: {
      200: { description: 'A column each, and the back-tests', mediaType: JSON_TYPE },
      400: { description: 'The series is too short for it' },
      404: notFound,
    },
  },
  {
    path: '/datastreams/{id}/anomalies',
    summary: 'How each hour differs from what is usual at its hour of the week',
    parameters: [datastream, ...period, whole('weeks', 'That what is usual is taken from', 4, 104)],
    answers: { 200: { description: 'A column each', mediaType: JSON_TYPE }, 400: wrong, 404: notFound },
  },
];
