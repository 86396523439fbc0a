import { describe, expect, it } from 'vitest';
import { isPlatformError } from '../../pipelines/core/errors.ts';
import { compileCallback } from '../../pipelines/graph/evaluate.ts';
import type { ProcessDefinition } from '../../pipelines/graph/define-process.ts';
import { anything, defineProcess, processesOf } from '../../pipelines/graph/define-process.ts';
import type { Argument, ProcessGraph } from '../../pipelines/graph/graph.ts';
import { VALUE_PROCESSES } from '../../pipelines/graph/processes/registry.ts';
import { reducerOf } from '../../pipelines/graph/reducer-of.ts';
import { labeledArray } from '../../pipelines/graph/value.ts';

const node = (process_id: string, args: Readonly<Record<string, Argument>>, result = false) => ({
  process_id,
  arguments: args,
  ...(result && { result }),
});
const from = (id: string) => ({ from_node: id });
const parameter = (name: string) => ({ from_parameter: name });

let calls = 0;
const counted: ProcessDefinition = defineProcess({
  id: 'counted',
  summary: 'Counts its calls.',
  parameters: [anything('x', 'Anything.')],
  returns: {},
  evaluate: (x) => {
    calls++;
    return x;
  },
});
const processes = processesOf([...VALUE_PROCESSES.values()], [counted]);

function compile(graph: ProcessGraph, ...parameters: readonly string[]) {
  return compileCallback(graph, { processes, parameters });
}

describe('compileCallback', () => {
  it('computes an index from labelled bands', () => {
    const ndvi = compile(
      {
        red: node('array_element', { data: parameter('data'), label: 'B04' }),
        nir: node('array_element', { data: parameter('data'), label: 'B08' }),
        ndvi: node('normalized_difference', { x: from('nir'), y: from('red') }, true),
      },
      'data',
    );
    expect(ndvi(labeledArray(['B04', 'B08'], [0.1, 0.5]))).toBeCloseTo(2 / 3, 12);
    expect(ndvi(labeledArray(['B04', 'B08'], [null, 0.5]))).toBeNull();
    expect(() => ndvi(labeledArray(['B02', 'B08'], [1, 2]))).toThrow(/There is no item B04; labels are B02, B08/);
  });

  it('computes a node once in each call, and only the branch that is taken', () => {
    const graph = {
      c: node('counted', { x: parameter('x') }),
      twice: node('add', { x: from('c'), y: from('c') }),
      positive: node('gt', { x: from('c'), y: 0 }),
      end: node('if', { value: from('positive'), accept: from('twice'), reject: from('never') }, true),
      never: node('array_element', { data: [], index: 0 }),
    };
    const run = compile(graph, 'x');
    calls = 0;
    expect([run(1), run(2)]).toEqual([2, 4]);
    expect(calls).toBe(2);
    expect(() => run(-1)).toThrow(/There is no item 0/);
  });

  it('gives nested graphs the parameters of those around them, the inner ones first', () => {
    const inner = {
      process_graph: {
        s: node('add', { x: parameter('x'), y: parameter('context') }),
        t: node('add', { x: from('s'), y: parameter('offset') }, true),
      },
    };
    const run = compile(
      { a: node('array_apply', { data: parameter('data'), process: inner, context: 100 }, true) },
      'data',
      'context',
      'offset',
    );
    expect(run([1, 2], 5, 1000)).toEqual([1101, 1102]);
  });

  it('takes truth for numbers and numbers for truth, as rasters store it', () => {
    const both = compile({ a: node('and', { x: parameter('x'), y: true }, true) }, 'x');
    expect([both(1), both(0), both(null), both(true)]).toEqual([true, false, null, true]);
    const sum = compile({ a: node('add', { x: parameter('x'), y: 1 }, true) }, 'x');
    expect([sum(true), sum(false)]).toEqual([2, 1]);
  });

  it('refuses a value of the wrong type, naming process, node and argument', () => {
    const run = compile({ total: node('add', { x: parameter('x'), y: 1 }, true) }, 'x');
    let fault: unknown;
    try {
      run('red');
    } catch (error) {
      fault = error;
    }
    expect(isPlatformError(fault)).toBe(true);
    expect((fault as Error).message).toBe('add of node "total" takes number or null as x, but got a string ("red")');
  });

  it('fills arrays and objects that hold references', () => {
    const run = compile({ a: node('counted', { x: [1, parameter('x'), { deep: [parameter('x')] }] }, true) }, 'x');
    expect(run(7)).toEqual([1, 7, { deep: [7] }]);
  });

  it.each<[string, ProcessGraph, RegExp]>([
    ['an unknown process', { a: node('nope', {}, true) }, /names the process nope/],
    ['a circle', { a: node('absolute', { x: from('a') }, true) }, /Node "a" depends on its own result/],
    ['a node that is not there', { a: node('absolute', { x: from('b') }, true) }, /There is no node "b"/],
    ['a name of every object', { a: node('absolute', { x: from('toString') }, true) }, /There is no node "toString"/],
    [
      'a parameter that is not there',
      { a: node('absolute', { x: parameter('y') }, true) },
      /no parameter "y" here; there are x/,
    ],
    ['a missing argument', { a: node('absolute', {}, true) }, /lacks its argument x/],
    ['no result', { a: node('pi', {}) }, /0 nodes with "result: true"/],
  ])('refuses %s', (_, graph, message) => {
    expect(() => compile(graph, 'x')).toThrow(message);
  });
});

describe('reducerOf', () => {
  const data = parameter('data');
  it.each<[ProcessGraph, unknown]>([
    [{ a: node('mean', { data }, true) }, { kind: 'mean', ignoreNodata: true }],
    [{ a: node('sd', { data, ignore_nodata: false }, true) }, { kind: 'sd', ignoreNodata: false }],
    [{ a: node('count', { data }, true) }, { kind: 'count', all: false }],
    [{ a: node('count', { data, condition: true }, true) }, { kind: 'count', all: true }],
    [
      { a: node('quantiles', { data, probabilities: [0.9] }, true) },
      { kind: 'quantile', probability: 0.9, ignoreNodata: true },
    ],
    [
      {
        q: node('quantiles', { data, probabilities: [0.1, 0.9] }),
        e: node('array_element', { data: from('q'), index: 1 }, true),
      },
      { kind: 'quantile', probability: 0.9, ignoreNodata: true },
    ],
    [{ a: node('mean', { data: [1, 2] }, true) }, null],
    [{ a: node('mean', { data, ignore_nodata: parameter('context') }, true) }, null],
    [{ a: node('quantiles', { data, probabilities: [0.1, 0.9] }, true) }, null],
    [{ a: node('mean', { data }), b: node('absolute', { x: from('a') }, true) }, null],
    [{ a: node('extrema', { data }, true) }, null],
  ])('recognises %j', (graph, reducer) => {
    expect(reducerOf(graph)).toEqual(reducer);
  });
});
