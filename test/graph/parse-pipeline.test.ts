import { describe, expect, it } from 'vitest';
import { isPlatformError } from '../../pipelines/core/errors.ts';
import type { ProcessDefinition } from '../../pipelines/graph/define-process.ts';
import {
  aCallback,
  aCube,
  aText,
  CUBE,
  parameter,
  processesOf,
  REDUCER_PARAMETERS,
} from '../../pipelines/graph/define-process.ts';
import { parsePipeline, toPipeline } from '../../pipelines/graph/parse-pipeline.ts';
import { VALUE_PROCESSES } from '../../pipelines/graph/processes/registry.ts';

const load: ProcessDefinition = {
  id: 'load',
  summary: 'A cube.',
  parameters: [
    aText('id', 'Its id.'),
    parameter(
      'extent',
      'When.',
      [{ type: 'array', subtype: 'temporal-interval', minItems: 2, maxItems: 2 }, { type: 'null' }],
      null,
    ),
    parameter('box', 'Where.', { type: 'object', subtype: 'bounding-box' }, null),
    parameter('method', 'How.', { type: 'string', enum: ['near', 'cubic'] }, 'near'),
    parameter(
      'properties',
      'Which.',
      {
        type: 'object',
        additionalProperties: { type: 'object', subtype: 'process-graph', parameters: [{ name: 'value', schema: {} }] },
      },
      null,
    ),
  ],
  returns: CUBE,
};
const reduce: ProcessDefinition = {
  id: 'reduce_dimension',
  summary: 'Reduces.',
  parameters: [
    aCube('data', 'A cube.'),
    aCallback('reducer', 'How.', REDUCER_PARAMETERS),
    aText('dimension', 'Which.'),
  ],
  returns: CUBE,
};
const processes = processesOf([...VALUE_PROCESSES.values()], [load, reduce]);

const mean = {
  process_graph: { m: { process_id: 'mean', arguments: { data: { from_parameter: 'data' } }, result: true } },
};
const loaded = { process_id: 'load', arguments: { id: 's2' } };
const good = {
  load: loaded,
  reduce: {
    process_id: 'reduce_dimension',
    arguments: { data: { from_node: 'load' }, reducer: mean, dimension: 't' },
    result: true,
  },
};

/** The same graph with some arguments of the reduction changed; undefined takes one away. */
function reducing(args: Readonly<Record<string, unknown>>) {
  return { ...good, reduce: { ...good.reduce, arguments: { ...good.reduce.arguments, ...args } } };
}

function loading(args: Readonly<Record<string, unknown>>) {
  return { load: { process_id: 'load', arguments: { id: 's2', ...args }, result: true } };
}

function faultOf(graph: unknown) {
  try {
    toPipeline({ process_graph: graph }, { processes, name: 'p.json' });
  } catch (error) {
    if (isPlatformError(error)) return { code: error.code, message: error.message, detail: error.detail };
    throw error;
  }
  return null;
}

describe('parsePipeline', () => {
  it('reads a process, a request with one in it, and a bare graph, in JSON and YAML', () => {
    const bare = JSON.stringify(good);
    const process = JSON.stringify({ id: 'p', parameters: [], process_graph: good });
    const request = JSON.stringify({ title: 'P', process: { process_graph: good } });
    for (const text of [bare, process, request]) expect(parsePipeline(text, { processes }).process_graph).toEqual(good);
    const yaml = `
id: p
parameters:
  - {name: which, description: A collection, schema: {type: string}}
process_graph:
  load: {process_id: load, arguments: {id: {from_parameter: which}}, result: true}
`;
    expect(parsePipeline(yaml, { processes })).toEqual({
      id: 'p',
      parameters: [{ name: 'which', description: 'A collection', schema: { type: 'string' } }],
      process_graph: { load: { process_id: 'load', arguments: { id: { from_parameter: 'which' } }, result: true } },
    });
  });

  it.each([
    [
      'an unknown process',
      { a: { process_id: 'reduce_dimensoin', arguments: {}, result: true } },
      /Node "a": there is no process "reduce_dimensoin"; the nearest are reduce_dimension,/,
    ],
    [
      'an unknown argument',
      reducing({ dim: 't' }),
      /Node "reduce": reduce_dimension has no argument "dim"; it takes data, reducer, dimension/,
    ],
    [
      'a missing argument',
      loading({ id: undefined }),
      /Node "load": id of load is a text \(nothing\)|It has a value that JSON has not/,
    ],
    [
      'a lacking argument',
      { load: { ...loaded, arguments: {}, result: true } },
      /Node "load": load lacks its argument id \(a text\)/,
    ],
    ['a wrong type', reducing({ dimension: 3 }), /dimension of reduce_dimension is a number \(3\); accepted is a text/],
    [
      'a value for a cube',
      reducing({ data: {} }),
      /data of reduce_dimension is an object \(\{\}\); accepted is a data cube/,
    ],
    [
      'a cube for a text',
      reducing({ dimension: { from_node: 'load' } }),
      /dimension of reduce_dimension is the result of node "load", which is a data cube.*; accepted is a text/,
    ],
    [
      'a value of no list',
      loading({ method: 'lanczos' }),
      /method of load is a text \("lanczos"\); accepted is one of near, cubic/,
    ],
    [
      'a number for a graph',
      reducing({ reducer: 'mean' }),
      /reducer of reduce_dimension is a text \("mean"\); accepted is a graph/,
    ],
    [
      'a period that ends first',
      loading({ extent: ['2024-06-01', '2024-05-01'] }),
      /extent of load is an array .*; accepted is a period that ends after it begins/,
    ],
    [
      'a day that is not there',
      loading({ extent: ['2024-02-30', null] }),
      /extent of load .*; accepted is a date or time/,
    ],
    ['half a box', loading({ box: { west: 1, south: 2, east: 3 } }), /box of load .*north is missing or no number/],
    [
      'a node that is not there',
      reducing({ data: { from_node: 'laod' } }),
      /Node "reduce": data refers to a node "laod" that is not there; the nearest are load, reduce/,
    ],
    [
      'a parameter that is not there',
      loading({ id: { from_parameter: 'which' } }),
      /id refers to a parameter "which" that is not there; there are none here/,
    ],
    [
      'a parameter that is not there in a callback',
      reducing({
        reducer: {
          process_graph: { m: { process_id: 'mean', arguments: { data: { from_parameter: 'x' } }, result: true } },
        },
      }),
      /Node "m" in reducer of node "reduce": data refers to a parameter "x" that is not there; the nearest are data, context/,
    ],
    [
      'a cube process in a callback',
      reducing({ reducer: { process_graph: { l: { ...loaded, result: true } } } }),
      /Node "l" in reducer of node "reduce": load works on a data cube; a graph for single values or arrays cannot contain it/,
    ],
    [
      'a fault in a filter by properties',
      loading({
        properties: {
          cloud: {
            process_graph: {
              l: { process_id: 'lte', arguments: { x: { from_parameter: 'valu' }, y: 3 }, result: true },
            },
          },
        },
      }),
      /Node "l" in properties.cloud of node "load": x refers to a parameter "valu" that is not there; the nearest are value/,
    ],
    [
      'no filter by properties',
      loading({ properties: { cloud: 3 } }),
      /properties.cloud of load is a number \(3\); accepted is a graph/,
    ],
    ['no result', { load: loaded }, /no node with "result: true"; exactly one is needed/],
    [
      'two results',
      { a: { ...loaded, result: true }, b: { ...loaded, result: true } },
      /2 nodes \(a, b\) with "result: true"/,
    ],
    [
      'a circle',
      {
        a: { process_id: 'absolute', arguments: { x: { from_node: 'b' } }, result: true },
        b: { process_id: 'absolute', arguments: { x: { from_node: 'a' } } },
      },
      /The nodes "a" → "b" → "a" wait for each other/,
    ],
    ['a namespace', { a: { ...loaded, namespace: 'mine', result: true } }, /the namespace "mine" is not known/],
    ['no nodes', {}, /process_graph has no node/],
    ['a node of text', { a: 'load' }, /Node "a" is a text \("load"\); accepted is/],
    [
      'a number out of range',
      { a: { process_id: 'quantiles', arguments: { data: [1], probabilities: [0.5, 2] }, result: true } },
      /probabilities\[1\] of quantiles is a number \(2\); accepted is a number from 0 to 1/,
    ],
    [
      'a wrong item',
      { a: { process_id: 'mean', arguments: { data: [1, 'two'] }, result: true } },
      /data\[1\] of mean is a text \("two"\); accepted is a number or null/,
    ],
  ])('refuses %s', (_, graph, message) => {
    const fault = faultOf(graph);
    expect(fault?.message).toMatch(/^p\.json: /);
    expect(fault?.message).toMatch(message);
    expect(fault?.message).not.toContain('\n');
  });

  it('tells programs the node, process and argument', () => {
    expect(faultOf(reducing({ dimension: 3 }))?.detail).toEqual({
      node: 'reduce',
      process: 'reduce_dimension',
      argument: 'dimension',
    });
  });

  it('says in which line a text is neither JSON nor YAML', () => {
    expect(() => parsePipeline('{"a": {\n "process_id": }', { processes, name: 'p.json' })).toThrow(
      /^p\.json is no JSON and no YAML: .*line 2/,
    );
    expect(() => parsePipeline('a:\n  - b\n c: 1', { processes, name: 'p.yaml' })).toThrow(
      /^p\.yaml is no JSON and no YAML: .*line 3/,
    );
    expect(() => parsePipeline('a: 1\na: 2', { processes })).toThrow(/unique/);
  });

  it.each([
    ['depth', `${'['.repeat(5000)}${']'.repeat(5000)}`],
    ['depth in YAML', `a: ${'{a: '.repeat(200)}1${'}'.repeat(200)}`],
    ['a circle of aliases', 'process_graph: &g\n  a: {process_id: mean, arguments: *g}\n'],
    [
      'a billion laughs',
      [
        'a0: &a0 [x, x, x, x, x, x, x, x, x]',
        ...Array.from({ length: 9 }, (_, i) => `a${i + 1}: &a${i + 1} [${Array(9).fill(`*a${i}`).join(', ')}]`),
      ].join('\n'),
    ],
    ['a prototype', '{"process_graph": {"__proto__": {"process_id": "mean", "arguments": {}, "result": true}}}'],
    [
      'a name of every object',
      '{"process_graph": {"a": {"process_id": "constructor", "arguments": {}, "result": true}}}',
    ],
    [
      'a node of every object',
      '{"process_graph": {"a": {"process_id": "absolute", "arguments": {"x": {"from_node": "constructor"}}, "result": true}}}',
    ],
    ['a tag', 'process_graph: !!binary aGVsbG8='],
    ['an empty text', ''],
    ['a number', '5'],
    ['a list', '[]'],
    ['nine megabytes', `"${'x'.repeat(9 * 1024 * 1024)}"`],
    [
      'many nodes',
      JSON.stringify(
        Object.fromEntries(Array.from({ length: 1001 }, (_, i) => [`n${i}`, { ...loaded, result: i === 0 }])),
      ),
    ],
  ])('refuses %s in one sentence and soon', (_, text) => {
    const start = performance.now();
    let fault: unknown;
    try {
      parsePipeline(text, { processes });
    } catch (error) {
      fault = error;
    }
    expect(isPlatformError(fault), String(fault)).toBe(true);
    expect((fault as Error).message.length).toBeLessThan(400);
    expect(performance.now() - start).toBeLessThan(3000);
  });

  it('takes a thousand nodes in a row', () => {
    const chain = Object.fromEntries(
      Array.from({ length: 1000 }, (_, i) => [
        `n${i}`,
        { process_id: 'absolute', arguments: { x: i === 0 ? -1 : { from_node: `n${i - 1}` } }, result: i === 999 },
      ]),
    );
    expect(Object.keys(toPipeline(chain, { processes }).process_graph)).toHaveLength(1000);
  });
});
