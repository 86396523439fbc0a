/** Pipelines, runs, what starts them and what they made. */
import { RUN_STATES } from '../../pipelines/queue/run-record.ts';
import type { Operation } from './operation.ts';
import { text } from './operation.ts';

const JSON_TYPE = 'application/json';
const run = text('id', 'path', 'Id of the run');
const product = text('id', 'path', 'Id of the product');
const notFound = { description: 'There is none of that id' };
const noToken = { description: 'A token is needed' };
const lines = {
  200: { description: 'A line of JSON for each result, as it comes', mediaType: 'application/x-ndjson' },
  401: noToken,
};

const graph = {
  type: 'object',
  description: 'An openEO process graph, or a process with one in it',
};

const ask = {
  type: 'object',
  properties: {
    pipeline: { type: 'string', description: 'Name of a built-in pipeline; or process' },
    process: graph,
    parameters: { type: 'object', description: 'Values by parameter' },
    priority: { type: 'integer', minimum: -100, maximum: 100, default: 0 },
    dryRun: { type: 'boolean', description: 'Only say what would be read and made, and what it would cost' },
  },
};

const bound = {
  type: 'object',
  required: ['pipeline', 'graph', 'parameters', 'priority', 'askedBy', 'isDryRun', 'isDetached'],
  properties: {
    pipeline: { type: 'string' },
    graph,
    parameters: { type: 'object' },
    priority: { type: 'integer' },
    askedBy: { type: ['string', 'null'] },
    isDryRun: { type: 'boolean' },
    isDetached: { type: 'boolean' },
  },
};

export const RUN_OPERATIONS: readonly Operation[] = [
  {
    path: '/pipelines',
    summary: 'Built-in pipelines with their parameters',
    answers: { 200: { description: 'The list', mediaType: JSON_TYPE } },
  },
  {
    path: '/runs',
    summary: 'Runs, newest first',
    parameters: [
      { name: 'state', in: 'query', description: 'Only runs in this state', schema: { enum: [...RUN_STATES] } },
      { name: 'limit', in: 'query', description: 'How many', schema: { type: 'integer', minimum: 1, maximum: 1000 } },
      text('before', 'query', 'Only runs created before this one; the next link has it'),
    ],
    answers: {
      200: { description: 'A page of the list; without a token no names of people and folders', mediaType: JSON_TYPE },
      400: { description: 'A parameter that is not understood' },
    },
  },
  {
    path: '/runs',
    method: 'post',
    summary: 'Start a run, or estimate it',
    body: ask,
    answers: {
      200: { description: 'With dryRun: steps, inputs and cost', mediaType: JSON_TYPE },
      201: { description: 'The run; an unfinished run of the same plan goes on', mediaType: JSON_TYPE },
      400: { description: 'The pipeline cannot be carried out, and why' },
      401: noToken,
      404: notFound,
    },
  },
  {
    path: '/runs/{id}',
    summary: 'A run: state, steps, tasks, cost, products',
    parameters: [run],
    answers: { 200: { description: 'The run', mediaType: JSON_TYPE }, 404: notFound },
  },
  {
    path: '/runs/{id}/cancel',
    method: 'post',
    summary: 'Stop a run; what is finished of it is kept',
    parameters: [run],
    answers: { 200: { description: 'The run', mediaType: JSON_TYPE }, 401: noToken, 404: notFound },
  },
  {
    path: '/schedules',
    summary: 'What starts by itself, and when',
    answers: { 200: { description: 'The list', mediaType: JSON_TYPE } },
  },
  {
    path: '/products/{id}',
    summary: 'A product of a run',
    parameters: [product],
    answers: { 200: { description: 'The product', mediaType: JSON_TYPE }, 404: notFound },
  },
  {
    path: '/products/{id}/passport',
    summary: 'What a product was made of, and how',
    parameters: [
      product,
      {
        name: 'as',
        in: 'query',
        description: 'Form; default: as Accept says',
        schema: { enum: ['json', 'html', 'prov', 'stac'] },
      },
    ],
    answers: { 200: { description: 'The passport', mediaType: JSON_TYPE }, 404: notFound },
  },
  {
    path: '/products/{id}/file',
    summary: 'The file of a product, for those with a token',
    parameters: [product],
    answers: { 200: { description: 'The file' }, 401: noToken, 404: notFound },
  },
  {
    path: '/live',
    summary: 'Observations, alerts and runs as they happen, as server-sent events',
    parameters: [
      text('kind', 'query', 'observations, alerts, runs; several between commas'),
      text('datastream', 'query', 'Only observations of these datastreams: numbers or keys, between commas'),
      text('property', 'query', 'Only observations of these properties, such as pm10, between commas'),
      text('bbox', 'query', 'Only what is inside: west,south,east,north in degrees'),
      text('Last-Event-ID', 'header', 'Of the last event that was received: what came since is told first'),
    ],
    answers: {
      200: {
        description:
          'Events named observation, alert, run, and missed where the client was too slow, with JSON in data; results are not rounded',
        mediaType: 'text/event-stream',
      },
      400: { description: 'A parameter that is not understood' },
    },
  },
  { path: '/workspace/run', method: 'post', summary: 'What landmeter run does', body: bound, answers: lines },
  {
    path: '/workspace/status',
    method: 'post',
    summary: 'What landmeter status does',
    body: {
      type: 'object',
      required: ['run', 'state', 'limit'],
      properties: {
        run: { type: ['string', 'null'] },
        state: { type: ['string', 'null'] },
        limit: { type: 'integer' },
      },
    },
    answers: lines,
  },
  {
    path: '/workspace/cancel',
    method: 'post',
    summary: 'What landmeter cancel does',
    body: { type: 'object', required: ['run'], properties: { run: { type: 'string' } } },
    answers: lines,
  },
  {
    path: '/workspace/product',
    method: 'post',
    summary: 'Where the file of a product lies, for landmeter passport and replay',
    body: { type: 'object', required: ['id'], properties: { id: { type: 'string' } } },
    answers: { ...lines, 404: notFound },
  },
  {
    path: '/workspace/schedule',
    method: 'post',
    summary: 'What landmeter schedule does',
    body: {
      type: 'object',
      required: ['action'],
      properties: { action: { enum: ['add', 'list', 'remove'] }, id: { type: 'string' }, schedule: { type: 'object' } },
    },
    answers: lines,
  },
];
