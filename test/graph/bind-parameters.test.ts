import { describe, expect, it } from 'vitest';
import { bindParameters, parseSettings } from '../../pipelines/graph/bind-parameters.ts';
import {
  aCallback,
  aCube,
  CUBE,
  parameter,
  processesOf,
  REDUCER_PARAMETERS,
} from '../../pipelines/graph/define-process.ts';
import type { ProcessDefinition } from '../../pipelines/graph/define-process.ts';
import type { Argument, Pipeline } from '../../pipelines/graph/graph.ts';
import { toPipeline } from '../../pipelines/graph/parse-pipeline.ts';
import { parseWord } from '../../pipelines/graph/parse-word.ts';
import { VALUE_PROCESSES } from '../../pipelines/graph/processes/registry.ts';
import type { JsonSchema, Schema } from '../../pipelines/graph/schema.ts';

const make: ProcessDefinition = {
  id: 'make',
  summary: 'Takes anything.',
  parameters: [parameter('a', 'Anything.', {}, null), parameter('b', 'Anything.', {}, null)],
  returns: CUBE,
};
const reduce: ProcessDefinition = {
  id: 'reduce',
  summary: 'Reduces.',
  parameters: [aCube('data', 'A cube.'), aCallback('reducer', 'How.', REDUCER_PARAMETERS)],
  returns: CUBE,
};
const processes = processesOf([...VALUE_PROCESSES.values()], [make, reduce]);

const PERIOD: JsonSchema = { type: 'array', subtype: 'temporal-interval', minItems: 2, maxItems: 2 };
const BOX: JsonSchema = { type: 'object', subtype: 'bounding-box' };
const GRAPH: JsonSchema = { type: 'object', subtype: 'process-graph' };

function pipeline(parameters: readonly unknown[], args: Readonly<Record<string, unknown>>): Pipeline {
  const process_graph = { m: { process_id: 'make', arguments: args, result: true } };
  return toPipeline({ id: 'p', parameters, process_graph }, { processes });
}

describe('parseWord', () => {
  it.each<[string, Schema, Argument]>([
    ['5', { type: 'number' }, 5],
    ['-1.5e-3', { type: 'number' }, -0.0015],
    ['7', { type: 'integer' }, 7],
    ['true', { type: 'boolean' }, true],
    ['123', { type: 'string' }, '123'],
    ['null', { type: 'string' }, 'null'],
    ['null', { type: ['string', 'null'] }, null],
    ['NDVI', { type: 'string' }, 'NDVI'],
    ['(nir - red) / (nir + red)', { type: 'string' }, '(nir - red) / (nir + red)'],
    ['month', { type: 'string', enum: ['month', 'year'] }, 'month'],
    ['2024-06-01', { type: 'string', subtype: 'date' }, '2024-06-01'],
    ['red,nir', { type: 'array', items: { type: 'string' } }, ['red', 'nir']],
    ['1, 2.5', { type: 'array', items: { type: 'number' } }, [1, 2.5]],
    ['1,2', { type: 'array', items: { type: 'string' } }, ['1', '2']],
    ['', { type: 'array', items: { type: 'string' } }, []],
    ['["a,b"]', { type: 'array', items: { type: 'string' } }, ['a,b']],
    ['2024', PERIOD, ['2024-01-01', '2025-01-01']],
    ['2024-12', PERIOD, ['2024-12-01', '2025-01-01']],
    ['2024-02-28', PERIOD, ['2024-02-28', '2024-02-29']],
    ['2024-03-01/2024-06-01', PERIOD, ['2024-03-01', '2024-06-01']],
    ['../2024-06-01', PERIOD, [null, '2024-06-01']],
    ['["2024-03-01T10:00:00Z", null]', PERIOD, ['2024-03-01T10:00:00Z', null]],
    ['5,52,5.5,52.5', BOX, { west: 5, south: 52, east: 5.5, north: 52.5 }],
    ['null', [BOX, { type: 'null' }], null],
    ['{"west":1,"south":2,"east":3,"north":4,"crs":28992}', BOX, { west: 1, south: 2, east: 3, north: 4, crs: 28992 }],
    [
      'mean',
      GRAPH,
      {
        process_graph: {
          reducer: { process_id: 'mean', arguments: { data: { from_parameter: 'data' } }, result: true },
        },
      },
    ],
    ['anything', {}, 'anything'],
    ['[1]', {}, [1]],
  ])('reads %j for %j', (word, schema, value) => {
    expect(parseWord(word, schema, 'p')).toEqual(value);
  });

  it.each<[string, Schema, RegExp]>([
    ['five', { type: 'number' }, /^p is "five"; accepted is a number$/],
    ['101', { type: 'number', minimum: 0, maximum: 100 }, /accepted is a number from 0 to 100/],
    ['1.5', { type: 'integer' }, /accepted is a whole number/],
    ['yes', { type: 'boolean' }, /accepted is true or false/],
    ['day', { type: 'string', enum: ['month', 'year'] }, /accepted is one of month, year/],
    ['2024-13', PERIOD, /accepted is a period.*or short: 2024, 2024-06/],
    ['2024-06-01/2024-03-01', PERIOD, /accepted is a period/],
    ['1,2,3', BOX, /accepted is a box.*or short: west,south,east,north/],
    ['1,52,2,51', BOX, /accepted is a box/],
    ['2023-02-29', { type: 'string', subtype: 'date' }, /accepted is a date/],
    ['a,5', { type: 'array', items: { type: 'integer' } }, /accepted is an array \(each a whole number\)/],
  ])('refuses %j for %j', (word, schema, message) => {
    expect(() => parseWord(word, schema, 'p')).toThrow(message);
  });
});

describe('bindParameters', () => {
  it('puts values into the graph, at any depth, and leaves the parameters of callbacks', () => {
    const parameters = [
      { name: 'x', schema: { type: 'number' } },
      { name: 'data', schema: { type: 'number' }, default: 3 },
    ];
    const reducer = {
      process_graph: {
        m: { process_id: 'mean', arguments: { data: { from_parameter: 'data' } } },
        a: { process_id: 'add', arguments: { x: { from_node: 'm' }, y: { from_parameter: 'x' } }, result: true },
      },
    };
    const process_graph = {
      m: { process_id: 'make', arguments: { a: [{ from_parameter: 'x' }, { deep: { from_parameter: 'data' } }] } },
      r: { process_id: 'reduce', arguments: { data: { from_node: 'm' }, reducer }, result: true },
    };
    const bound = bindParameters(toPipeline({ parameters, process_graph }, { processes }), { x: '0.5' }, processes);
    expect(bound.values).toEqual({ x: 0.5, data: 3 });
    expect(bound.process_graph['m']!.arguments).toEqual({ a: [0.5, { deep: 3 }] });
    expect(bound.process_graph['r']!.arguments['reducer']).toEqual({
      process_graph: {
        m: { process_id: 'mean', arguments: { data: { from_parameter: 'data' } } },
        a: { process_id: 'add', arguments: { x: { from_node: 'm' }, y: 0.5 }, result: true },
      },
    });
  });

  it('gives a reducer as a parameter, by name or as a graph', () => {
    const process_graph = {
      m: { process_id: 'make', arguments: {} },
      r: {
        process_id: 'reduce',
        arguments: { data: { from_node: 'm' }, reducer: { from_parameter: 'method' } },
        result: true,
      },
    };
    const given = toPipeline({ parameters: [{ name: 'method', schema: GRAPH }], process_graph }, { processes });
    const { canonical } = bindParameters(given, { method: 'p90' }, processes);
    expect(canonical).toContain('"probabilities":[0.9]');
    expect(() => bindParameters(given, { method: 'medain' }, processes)).toThrow(
      /Node "reducer" in reducer of node "r": there is no process "medain"; the nearest are median,/,
    );
    expect(() => bindParameters(given, { method: { process_graph: { a: 3 } } }, processes)).toThrow(
      /Node "a" in method is a number/,
    );
  });

  it('leaves out an argument whose parameter has no value, so that the process has its own default', () => {
    const optional = pipeline([{ name: 'q', schema: {}, optional: true }], {
      a: { from_parameter: 'q' },
      b: [{ from_parameter: 'q' }],
    });
    expect(bindParameters(optional, {}, processes).process_graph['m']!.arguments).toEqual({ b: [null] });
  });

  it('names all parameters that lack a value in one sentence', () => {
    const needy = pipeline(
      [
        { name: 'when', schema: PERIOD },
        { name: 'count', schema: { type: 'integer' } },
      ],
      {},
    );
    expect(() => bindParameters(needy, {}, processes)).toThrow(
      /^p needs when \(a period such as .*\), count \(a whole number\); give each as --set when=…$/,
    );
  });

  it('refuses a parameter that is not known, and one with a value that refers to something', () => {
    const one = pipeline([{ name: 'index', schema: {} }], { a: { from_parameter: 'index' } });
    expect(() => bindParameters(one, { indx: '1' }, processes)).toThrow(
      /^p has no parameter "indx"; the nearest are index$/,
    );
    expect(() => bindParameters(one, { index: '{"from_node": "m"}' }, processes)).toThrow(
      /refers to a node or parameter/,
    );
    expect(() => bindParameters(one, { index: { from_parameter: 'x' } }, processes)).toThrow(
      /refers to a node or parameter/,
    );
  });

  it('checks values against the processes that get them', () => {
    const graph = { m: { process_id: 'absolute', arguments: { x: { from_parameter: 'x' } }, result: true } };
    const loose = toPipeline({ parameters: [{ name: 'x', schema: {} }], process_graph: graph }, { processes });
    expect(() => bindParameters(loose, { x: 'red' }, processes)).toThrow(/x of absolute is a text \("red"\)/);
  });

  it('has one canonical text for graphs that differ in order and descriptions', () => {
    const first = pipeline([{ name: 'x', schema: {} }], { a: { from_parameter: 'x' }, b: 2 });
    const second = pipeline([], { b: 2, a: 1 });
    const described = { ...second, process_graph: { m: { ...second.process_graph['m']!, description: 'Why' } } };
    const texts = [bindParameters(first, { x: '1' }, processes), bindParameters(described, {}, processes)];
    expect(texts[0]!.canonical).toBe('{"m":{"arguments":{"a":1,"b":2},"process_id":"make","result":true}}');
    expect(texts[1]!.canonical).toBe(texts[0]!.canonical);
  });
});

describe('parseSettings', () => {
  it('cuts words at their first =', () => {
    expect(parseSettings(['a=1', 'b=x=y', 'c='])).toEqual({ a: '1', b: 'x=y', c: '' });
    expect(() => parseSettings(['a'])).toThrow(/--set takes key=value, not "a"/);
    expect(() => parseSettings(['a=1', 'a=2'])).toThrow(/--set gives a twice/);
    expect(Object.keys(parseSettings(['__proto__=1']))).toEqual(['__proto__']);
  });
});
