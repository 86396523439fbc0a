/** The register of assets: what there is, in which condition, and what to look at next. */
import { z } from 'zod';
import { ASSET_TYPES } from '../../pipelines/core/assets/asset-types.ts';
import { DEFAULT_HORIZON, DEFAULT_WEIGHTS } from '../../pipelines/core/assets/risk.ts';
import { INSPECTION_BODY } from '../routes/assets.ts';
import type { Operation, Parameter } from './operation.ts';
import { text } from './operation.ts';

const JSON_TYPE = 'application/json';
const wrong = { description: 'A parameter that is not understood, and what is accepted' };
const notFound = { description: 'There is none of that id' };
const noToken = { description: 'A token is needed' };
const bbox = text('bbox', 'query', 'west,south,east,north in degrees');
const types = text('type', 'query', `Between commas: ${ASSET_TYPES.map(({ id }) => id).join(', ')}`);
const whole = (name: string, description: string, minimum: number, maximum: number): Parameter => ({
  name,
  in: 'query',
  description,
  schema: { type: 'integer', minimum, maximum },
});
const number = (name: string, description: string, fallback?: number): Parameter => ({
  name,
  in: 'query',
  description,
  schema: { type: 'number', minimum: 0, ...(fallback !== undefined && { default: fallback }) },
});
const { $schema: _, ...inspection } = z.toJSONSchema(INSPECTION_BODY, { io: 'input' });

export const ASSET_OPERATIONS: readonly Operation[] = [
  {
    path: '/assets',
    summary: 'Assets with their condition, in the order of their ids',
    parameters: [
      bbox,
      types,
      text('q', 'query', 'A part of the id, the name or the owner'),
      whole('score', 'In a condition of this score or worse', 1, 6),
      whole('limit', 'How many', 1, 1000),
      text('after', 'query', 'Only those behind this id; the next link has it'),
    ],
    answers: { 200: { description: 'A page of the list', mediaType: 'application/geo+json' }, 400: wrong },
  },
  {
    path: '/assets/ranking',
    summary: 'Which assets to look at next: by expected risk, or the set that lowers most of it within a budget',
    description: 'risk = probability × consequence; reduction is what goes away when the cost is spent.',
    parameters: [
      bbox,
      types,
      number('budget', 'Euros: the set that lowers most risk for them, proven'),
      number('horizon', 'Years to look ahead', DEFAULT_HORIZON),
      number('safety', 'Weight of consequences for safety', DEFAULT_WEIGHTS.safety),
      number('availability', 'Weight of consequences for availability', DEFAULT_WEIGHTS.availability),
      number('cost', 'Weight of consequences in money', DEFAULT_WEIGHTS.cost),
      whole('limit', 'How many', 1, 10_000),
      whole('offset', 'How many are passed over; the next link has it', 0, 10_000_000),
    ],
    answers: {
      200: { description: 'A page of the ranking', mediaType: JSON_TYPE },
      400: wrong,
      404: { description: 'Nothing has been assessed yet' },
    },
  },
  {
    path: '/assets/{id}',
    summary: 'An asset: condition with its contributions, forecast, inspections, evidence, what was said before',
    parameters: [text('id', 'path', 'Id of the asset')],
    answers: { 200: { description: 'The asset', mediaType: JSON_TYPE }, 404: notFound },
  },
  {
    path: '/assets/{id}/inspections',
    method: 'post',
    summary: 'Add an inspection; the same day, inspector and key again replace it',
    parameters: [text('id', 'path', 'Id of the asset')],
    body: inspection,
    answers: {
      200: { description: 'The inspection was there', mediaType: JSON_TYPE },
      201: { description: 'The inspection with its scores', mediaType: JSON_TYPE },
      400: wrong,
      401: noToken,
      404: notFound,
    },
  },
  {
    path: '/asset-types',
    summary: 'Kinds of assets, after IMBOR and the BGT',
    answers: { 200: { description: 'The list', mediaType: JSON_TYPE } },
  },
  {
    path: '/workspace/assets',
    method: 'post',
    summary: 'What landmeter assets does with the register',
    body: {
      type: 'object',
      required: ['action'],
      properties: { action: { enum: ['import', 'inspect', 'assess', 'rank', 'show'] } },
    },
    answers: {
      200: { description: 'A line of JSON for each result', mediaType: 'application/x-ndjson' },
      400: wrong,
      401: noToken,
    },
  },
];
