/** What needs attention, and the rules behind it. */
import { ALERT_STATES } from '../../pipelines/alerts/alert-record.ts';
import { RULE_BODY } from '../../pipelines/alerts/rule-schema.ts';
import { SEVERITIES } from '../../pipelines/core/alerts/rule.ts';
import { z } from 'zod';
import type { Operation } from './operation.ts';
import { text } from './operation.ts';

const JSON_TYPE = 'application/json';
const alert = {
  name: 'id',
  in: 'path',
  description: 'Number of the alert',
  schema: { type: 'integer', minimum: 1 },
} as const;
const rule = text('id', 'path', 'Id of the rule');
const notFound = { description: 'There is none of that id' };
const noToken = { description: 'A token is needed' };
const wrong = { description: 'A member that is not understood, and what is accepted' };
const { $schema: _, ...ruleSchema } = z.toJSONSchema(RULE_BODY, { io: 'input' });

export const ALERT_OPERATIONS: readonly Operation[] = [
  {
    path: '/alerts',
    summary: 'Alerts, latest first',
    parameters: [
      text('state', 'query', `Between commas: ${ALERT_STATES.join(', ')}`),
      text('rule', 'query', 'Only of this rule'),
      { name: 'severity', in: 'query', description: 'Only of this severity', schema: { enum: [...SEVERITIES] } },
      {
        name: 'ongoing',
        in: 'query',
        description: 'Whether the condition is still met',
        schema: { enum: ['true', 'false'] },
      },
      text('since', 'query', 'Opened from this time on, RFC 3339'),
      text('bbox', 'query', 'west,south,east,north in degrees'),
      { name: 'limit', in: 'query', description: 'How many', schema: { type: 'integer', minimum: 1, maximum: 1000 } },
      {
        name: 'before',
        in: 'query',
        description: 'Only those after this one in the list; the next link has it',
        schema: { type: 'integer' },
      },
    ],
    answers: { 200: { description: 'A page of the list', mediaType: JSON_TYPE }, 400: wrong },
  },
  {
    path: '/alerts/{id}',
    summary: 'An alert with its evidence, its history and what was sent of it',
    parameters: [alert],
    answers: { 200: { description: 'The alert', mediaType: JSON_TYPE }, 404: notFound },
  },
  {
    path: '/alerts/{id}',
    method: 'patch',
    summary: 'Acknowledge, confirm, reject or close an alert',
    description: 'A rejection needs a reason. From the verdicts comes the precision of the rule.',
    parameters: [alert],
    body: {
      type: 'object',
      required: ['state'],
      properties: {
        state: { enum: ALERT_STATES.filter((state) => state !== 'new') },
        reason: { type: ['string', 'null'], maxLength: 2000 },
      },
    },
    answers: { 200: { description: 'The alert', mediaType: JSON_TYPE }, 400: wrong, 401: noToken, 404: notFound },
  },
  {
    path: '/alert-rules',
    summary: 'Rules, with their precision and what they raised this week',
    answers: { 200: { description: 'The list', mediaType: JSON_TYPE } },
  },
  {
    path: '/alert-rules/{id}',
    summary: 'A rule',
    parameters: [rule],
    answers: { 200: { description: 'The rule', mediaType: JSON_TYPE }, 404: notFound },
  },
  {
    path: '/alert-rules/{id}',
    method: 'put',
    summary: 'Make or replace a rule',
    parameters: [rule],
    body: ruleSchema,
    answers: {
      200: { description: 'The rule, replaced', mediaType: JSON_TYPE },
      201: { description: 'The rule, made', mediaType: JSON_TYPE },
      400: wrong,
      401: noToken,
    },
  },
  {
    path: '/alert-rules/{id}',
    method: 'delete',
    summary: 'Remove a rule; its alerts stay',
    parameters: [rule],
    answers: { 204: { description: 'It is gone' }, 401: noToken, 404: notFound },
  },
  {
    path: '/workspace/alerts',
    method: 'post',
    summary: 'What landmeter alerts does',
    body: {
      type: 'object',
      required: ['action'],
      properties: { action: { enum: ['list', 'show', 'judge', 'rules', 'set', 'remove', 'try'] } },
    },
    answers: {
      200: { description: 'A line of JSON for each result', mediaType: 'application/x-ndjson' },
      400: wrong,
      401: noToken,
    },
  },
  {
    path: '/alert-trials',
    method: 'post',
    summary: 'Which alerts a rule would have raised',
    description: 'Nothing is kept and nothing is sent.',
    body: {
      type: 'object',
      required: ['rule', 'from', 'to'],
      properties: {
        rule: ruleSchema,
        from: { type: 'string', format: 'date-time' },
        to: { type: 'string', format: 'date-time' },
      },
    },
    answers: {
      200: { description: 'Alerts in the order of time, and how many a week', mediaType: JSON_TYPE },
      400: wrong,
      401: noToken,
    },
  },
];
