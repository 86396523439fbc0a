import { DATA_KINDS, LEVELS } from '../../pipelines/policy/levels.ts';
import { TOKEN_ROLES } from '../../pipelines/policy/roles.ts';
import type { Operation } from './operation.ts';

const lines = {
  200: { description: 'A line of JSON for each result', mediaType: 'application/x-ndjson' },
  400: { description: 'The body has a fault' },
};

export const POLICY_OPERATIONS: readonly Operation[] = [
  {
    path: '/workspace/token',
    method: 'post',
    summary: 'What landmeter token does',
    description: 'Makes, lists and revokes tokens. A secret is told once, by the answer that makes it.',
    body: {
      type: 'object',
      required: ['action'],
      properties: {
        action: { enum: ['create', 'list', 'revoke'] },
        id: { type: 'string', description: 'Of the token to revoke' },
        token: {
          type: 'object',
          required: ['role', 'scopes', 'expiresInMs'],
          properties: {
            role: { enum: TOKEN_ROLES },
            scopes: {
              type: ['array', 'null'],
              items: { type: 'string' },
              description: 'First parts of addresses at which it is good; null: all',
            },
            purposes: {
              type: 'array',
              items: { type: 'string' },
              description: 'For which what is bound to purposes may be read',
            },
            expiresInMs: { type: ['number', 'null'] },
          },
        },
      },
    },
    answers: { ...lines, 404: { description: 'There is no such token' } },
  },
  {
    path: '/workspace/level',
    method: 'post',
    summary: 'How freely a data set may be read',
    body: {
      type: 'object',
      required: ['kind', 'id', 'level'],
      properties: {
        kind: { enum: DATA_KINDS },
        id: { type: 'string' },
        level: { enum: LEVELS },
        purposes: { type: 'array', items: { type: 'string' }, description: 'What it may be used for; empty: anything' },
      },
    },
    answers: lines,
  },
];
