import { anything, defineProcess } from '../define-process.ts';
import type { ProcessDefinition } from '../define-process.ts';

export const constants: readonly ProcessDefinition[] = [
  defineProcess({
    id: 'constant',
    summary: 'A value that several nodes may refer to.',
    parameters: [anything('x', 'The value.')],
    returns: {},
    evaluate: (x) => x,
  }),
  defineProcess({ id: 'pi', summary: 'π.', parameters: [], returns: { type: 'number' }, evaluate: () => Math.PI }),
  defineProcess({
    id: 'e',
    summary: "Euler's number.",
    parameters: [],
    returns: { type: 'number' },
    evaluate: () => Math.E,
  }),
  defineProcess({
    id: 'nan',
    summary: 'Not a number.',
    experimental: true,
    parameters: [],
    returns: { type: 'number' },
    evaluate: () => Number.NaN,
  }),
];
