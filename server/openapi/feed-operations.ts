/** Where observations come from. */
import type { Operation } from './operation.ts';
import { text } from './operation.ts';

const selection = [
  text('datastream', 'query', 'Numbers or keys of datastreams, between commas; default: all'),
  text('property', 'query', 'Observed properties, between commas, such as pm10'),
  text('from', 'query', 'RFC 3339, included'),
  text('to', 'query', 'RFC 3339, not included'),
];

const lines = {
  200: { description: 'A line of JSON for each result, as it comes', mediaType: 'application/x-ndjson' },
  400: { description: 'What is not accepted, and why' },
  401: { description: 'A token is needed' },
};

export const FEED_OPERATIONS: readonly Operation[] = [
  {
    path: '/observations',
    summary: 'Observations as a table, a row each, with licence and attribution; up to 2,000,000 rows',
    parameters: [
      { name: 'f', in: 'query', description: 'Form', schema: { enum: ['csv', 'parquet'], default: 'csv' } },
      ...selection,
    ],
    answers: {
      200: { description: 'The table; application/vnd.apache.parquet with f=parquet', mediaType: 'text/csv' },
      400: { description: 'A parameter that is not understood' },
      404: { description: 'No datastream is selected' },
    },
  },
  {
    path: '/workspace/export',
    method: 'post',
    summary: 'What landmeter sensors export does',
    body: {
      type: 'object',
      required: ['output'],
      properties: {
        output: { type: 'string', description: 'A path of the server' },
        datastreams: { type: 'array', items: { type: 'string' } },
        properties: { type: 'array', items: { type: 'string' } },
        from: { type: 'string', format: 'date-time' },
        to: { type: 'string', format: 'date-time' },
      },
    },
    answers: lines,
  },
  {
    path: '/feeds',
    summary: 'Feeds of observations: when last and when next, how it went; the state of the MQTT broker',
    answers: {
      200: {
        description: 'The list; addresses and errors only for those with a token',
        mediaType: 'application/json',
      },
    },
  },
  {
    path: '/workspace/feeds',
    method: 'post',
    summary: 'What landmeter sensors feeds does',
    body: {
      type: 'object',
      required: ['action'],
      properties: {
        action: { enum: ['add', 'list', 'remove', 'sync'] },
        id: { type: ['string', 'null'] },
        feed: { type: 'object' },
      },
    },
    answers: lines,
  },
  {
    path: '/workspace/simulate',
    method: 'post',
    summary: 'What landmeter sensors simulate does',
    body: {
      type: 'object',
      required: ['isLive', 'everySeconds'],
      properties: { isLive: { type: 'boolean' }, everySeconds: { type: 'number', minimum: 0.2, maximum: 86400 } },
    },
    answers: lines,
  },
];
