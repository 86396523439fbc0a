/** Where observations come from. */
import type { Operation } from './operation.ts';

const lines = {
  200: { description: 'A line of JSON for each result, as it comes', mediaType: 'application/x-ndjson' },
  400: { description: 'What is not accepted, and why' },
  401: { description: 'A token is needed' },
};

export const FEED_OPERATIONS: readonly Operation[] = [
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
