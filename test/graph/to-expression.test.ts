import { describe, expect, it } from 'vitest';
import { compileExpression } from '../../pipelines/core/expression/compile.ts';
import { compileCallback } from '../../pipelines/graph/evaluate.ts';
import type { Argument, ProcessGraph } from '../../pipelines/graph/graph.ts';
import { VALUE_PROCESSES } from '../../pipelines/graph/processes/registry.ts';
import { toExpression } from '../../pipelines/graph/to-expression.ts';
import type { LoweredCallback } from '../../pipelines/graph/to-expression.ts';
import { labeledArray } from '../../pipelines/graph/value.ts';
import { createRandom } from '../support/random.ts';

const LABELS = ['B02', 'B04', 'B08', 8] as const;
const ARRAY = { name: 'data', labels: LABELS };

const data = { from_parameter: 'data' };
const band = (label: string | number) => ({ process_id: 'array_element', arguments: { data, label } });
const node = (process_id: string, args: Record<string, Argument>) => ({ process_id, arguments: args });
const from = (id: string) => ({ from_node: id });

function graph(nodes: Record<string, object>): ProcessGraph {
  const ids = Object.keys(nodes);
  return Object.fromEntries(
    ids.map((id) => [id, { ...nodes[id], ...(id === ids.at(-1) && { result: true }) }]),
  ) as ProcessGraph;
}

function runLowered(
  { expression, inputs }: LoweredCallback,
  pixels: readonly (readonly (number | null)[])[],
): number[] {
  const out = new Float32Array(pixels.length);
  const bands = inputs.map((input) => Float64Array.from(pixels, (pixel) => pixel[input] ?? 0));
  const masks = inputs.map((input) => Uint8Array.from(pixels, (pixel) => Number(pixel[input] !== null)));
  compileExpression(expression).run(bands, masks, out);
  return [...out];
}

/** What a raster holds of the callback's answer. */
function runClosure(of: ProcessGraph, pixels: readonly (readonly (number | null)[])[]): number[] {
  const callback = compileCallback(of, { processes: VALUE_PROCESSES, parameters: ['data', 'context'] });
  return pixels.map((pixel) => {
    const value = callback(labeledArray(LABELS, pixel), null);
    return value === null || !Number.isFinite(Number(value)) ? Number.NaN : Math.fround(Number(value));
  });
}

const NUMBERS: Record<string, readonly string[]> = {
  add: ['x', 'y'],
  subtract: ['x', 'y'],
  multiply: ['x', 'y'],
  absolute: ['x'],
  power: ['base', 'p'],
  sqrt: ['x'],
  exp: ['p'],
  ln: ['x'],
  constant: ['x'],
};
const TRUTHS: Record<string, readonly string[]> = {
  gt: ['x', 'y'],
  gte: ['x', 'y'],
  lt: ['x', 'y'],
  lte: ['x', 'y'],
  eq: ['x', 'y'],
  neq: ['x', 'y'],
};

describe('toExpression', () => {
  const random = createRandom(7);
  const pixelsOf = (count: number, holes: boolean) =>
    Array.from({ length: count }, () =>
      LABELS.map(() => (holes && random() < 0.2 ? null : Math.round((random() * 4 - 1) * 8) / 8)),
    );
  const pick = <T>(items: readonly T[]) => items[Math.floor(random() * items.length)]!;

  /** A graph of several processes, each over bands, numbers and nodes before it. */
  function randomGraph(lenient: boolean): ProcessGraph {
    const numbers: string[] = ['red', 'nir'];
    const truths: string[] = [];
    const nodes: Record<string, object> = { red: band('B04'), nir: band('B08') };
    const number = (): Argument => {
      if (random() < 0.25) return pick([0.5, 2, -1, 3]);
      return from(pick(lenient && truths.length > 0 && random() < 0.1 ? truths : numbers));
    };
    for (let i = 0; i < 8; i++) {
      const id = `n${i}`;
      const kind = random();
      if (kind < 0.45 || !lenient) {
        const name = pick(Object.keys(random() < 0.75 ? NUMBERS : TRUTHS));
        const isTruth = name in TRUTHS;
        nodes[id] = node(name, Object.fromEntries((NUMBERS[name] ?? TRUTHS[name])!.map((key) => [key, number()])));
        (isTruth ? truths : numbers).push(id);
      } else if (kind < 0.6) {
        nodes[id] = node(pick(['min', 'max', 'sum', 'mean', 'product']), {
          data: random() < 0.5 ? data : [number(), number()],
        });
        numbers.push(id);
      } else if (kind < 0.65) {
        nodes[id] = pick([
          node('clip', { x: number(), min: -1, max: 2 }),
          node('linear_scale_range', { x: number(), inputMin: 2, inputMax: -1, outputMax: 255 }),
        ]);
        numbers.push(id);
      } else if (kind < 0.7) {
        nodes[id] = node('between', { x: number(), min: -0.5, max: 1, exclude_max: random() < 0.5 });
        truths.push(id);
      } else if (truths.length > 1 && kind < 0.85) {
        nodes[id] = node(pick(['and', 'or', 'xor']), { x: from(pick(truths)), y: from(pick(truths)) });
        truths.push(id);
      } else if (truths.length > 0) {
        nodes[id] = node('if', { value: from(pick(truths)), accept: number(), reject: number() });
        numbers.push(id);
      } else {
        nodes[id] = node('not', { x: node0(nodes, number()) });
        truths.push(id);
      }
    }
    nodes['end'] = node('add', { x: from(numbers.at(-1)!), y: from('red') });
    return graph(nodes);
  }

  function node0(nodes: Record<string, object>, x: Argument): Argument {
    nodes['positive'] ??= node('gt', { x, y: 0 });
    return from('positive');
  }

  /** The stated difference: where a node on the way is not finite, the kernel has no value. */
  function isInfiniteOnTheWay(of: ProcessGraph, pixel: readonly (number | null)[]): boolean {
    return Object.keys(of).some((id) => {
      const upTo = Object.fromEntries(Object.entries(of).map(([key, one]) => [key, { ...one, result: key === id }]));
      const callback = compileCallback(upTo, { processes: VALUE_PROCESSES, parameters: ['data', 'context'] });
      const value = callback(labeledArray(LABELS, pixel), null);
      return typeof value === 'number' && !Number.isFinite(value);
    });
  }

  it.each([false, true])('agrees with the closure where all bands are valid (lenient: %s)', (lenient) => {
    let valid = 0;
    let lowerable = 0;
    for (let round = 0; round < 150; round++) {
      const of = randomGraph(lenient);
      const lowered = toExpression(of, { array: ARRAY });
      if (!lowered) continue;
      lowerable++;
      const pixels = pixelsOf(40, false);
      const closure = runClosure(of, pixels);
      for (const [i, value] of runLowered(lowered, pixels).entries()) {
        if (Number.isNaN(value)) expect(Number.isNaN(closure[i]!) || isInfiniteOnTheWay(of, pixels[i]!)).toBe(true);
        else expect(Math.abs(value - closure[i]!)).toBeLessThanOrEqual(1e-6 * Math.abs(value));
        if (!Number.isNaN(value)) valid++;
      }
    }
    expect(lowerable).toBeGreaterThan(90);
    expect(valid).toBeGreaterThan(1500);
  });

  it('has no value exactly where the closure has none, when it says so', () => {
    let strict = 0;
    for (let round = 0; round < 150; round++) {
      const of = randomGraph(round % 2 === 0);
      const lowered = toExpression(of, { array: ARRAY });
      if (!lowered?.exactWhereMasked) continue;
      strict++;
      const pixels = pixelsOf(40, true);
      const closure = runClosure(of, pixels);
      for (const [i, value] of runLowered(lowered, pixels).entries())
        if (pixels[i]!.some((one, b) => one === null && lowered.inputs.includes(b))) {
          expect(value).toBeNaN();
          expect(closure[i]).toBeNaN();
        }
    }
    expect(strict).toBeGreaterThan(40);
  });

  it('says that if, and, or, and statistics that leave nodata out may have a value where a band has none', () => {
    const lenient = (nodes: Record<string, object>) => toExpression(graph(nodes), { array: ARRAY })?.exactWhereMasked;
    const red = band('B04');
    expect(lenient({ red, m: node('add', { x: from('red'), y: 1 }) })).toBe(true);
    expect(lenient({ red, m: node('max', { data: [from('red'), 1] }) })).toBe(false);
    expect(lenient({ red, m: node('max', { data: [from('red'), 1], ignore_nodata: false }) })).toBe(true);
    expect(
      lenient({
        red,
        c: node('gt', { x: from('red'), y: 1 }),
        m: node('if', { value: from('c'), accept: 1, reject: 0 }),
      }),
    ).toBe(false);
  });

  it('lowers what openEO has as its example, the enhanced vegetation index by bands in order', () => {
    const at = (index: number) => node('array_element', { data, index });
    const evi = graph({
      nir: at(2),
      red: at(1),
      blue: at(0),
      sub: node('subtract', { x: from('nir'), y: from('red') }),
      six: node('multiply', { x: 6, y: from('red') }),
      seven: node('multiply', { x: -7.5, y: from('blue') }),
      sum: node('sum', { data: [1, from('nir'), from('six'), from('seven')] }),
      div: node('divide', { x: from('sub'), y: from('sum') }),
      evi: node('multiply', { x: 2.5, y: from('div') }),
    });
    const lowered = toExpression(evi, { array: ARRAY })!;
    expect(new Set(lowered.inputs)).toEqual(new Set([0, 1, 2]));
    const [value] = runLowered(lowered, [[0.05, 0.1, 0.5, 0]]);
    expect(value).toBeCloseTo((2.5 * 0.4) / (1 + 0.5 + 0.6 - 0.375), 6);
  });

  it('takes logarithms to a base', () => {
    const of = graph({ red: band('B04'), l: node('log', { x: from('red'), base: 10 }) });
    expect(runLowered(toExpression(of, { array: ARRAY })!, [[0, 1000, 0, 0]])[0]).toBeCloseTo(3, 6);
  });

  it('reads only the bands that are asked for', () => {
    const lowered = toExpression(
      graph({ red: band('B04'), eight: band(8), m: node('add', { x: from('red'), y: from('eight') }) }),
      { array: ARRAY },
    );
    expect(lowered?.inputs).toEqual([1, 3]);
    const byIndex = graph({ m: node('array_element', { data, index: 2 }) });
    expect(toExpression(byIndex, { array: ARRAY })?.inputs).toEqual([2]);
  });

  it('takes scalars and constants', () => {
    const difference = graph({ d: node('subtract', { x: { from_parameter: 'x' }, y: { from_parameter: 'y' } }) });
    const lowered = toExpression(difference, { scalars: ['x', 'y'] })!;
    expect(
      runLowered(lowered, [
        [3, 1],
        [null, 1],
      ]),
    ).toEqual([2, Number.NaN]);
    const scaled = graph({ m: node('multiply', { x: { from_parameter: 'x' }, y: { from_parameter: 'context' } }) });
    expect(runLowered(toExpression(scaled, { scalars: ['x'], constants: { context: 2.5 } })!, [[2]])).toEqual([5]);
  });

  it('keeps missing values out of what would leave them out', () => {
    const red = band('B04');
    const condition = node('gt', { x: from('red'), y: 0 });
    const masked = { red, condition, hidden: node('if', { value: from('condition'), accept: from('red') }) };
    const lowered = toExpression(graph(masked), { array: ARRAY })!;
    expect(
      runLowered(lowered, [
        [0, 1, 0, 0],
        [0, -1, 0, 0],
      ]),
    ).toEqual([1, Number.NaN]);
    const most = graph({ ...masked, most: node('max', { data: [from('hidden'), -5] }) });
    expect(toExpression(most, { array: ARRAY })).toBeNull();
    expect(runClosure(most, [[0, -1, 0, 0]])).toEqual([-5]);
  });

  it.each<[string, ProcessGraph]>([
    ['a label that is not there', graph({ m: band('B99') })],
    ['a process without an expression', graph({ red: band('B04'), m: node('floor', { x: from('red') }) })],
    ['an array as a result', graph({ m: node('array_create', { data: [1, 2] }) })],
    ['no band at all', graph({ m: node('add', { x: 1, y: 2 }) })],
    ['a tolerance', graph({ red: band('B04'), m: node('eq', { x: from('red'), y: 1, delta: 0.1 }) })],
    ['limits that are swapped', graph({ red: band('B04'), m: node('clip', { x: from('red'), min: 1, max: 0 }) })],
    [
      'a truth value that is compared',
      graph({
        red: band('B04'),
        t: node('gt', { x: from('red'), y: 0 }),
        m: node('gt', { x: from('t'), y: 0 }),
      }),
    ],
    ['a text', graph({ red: band('B04'), m: node('eq', { x: from('red'), y: 'a' }) })],
    ['a circle', graph({ a: node('add', { x: from('a'), y: 1 }) })],
  ])('leaves %s to the closure', (_, of) => {
    expect(toExpression(of, { array: ARRAY })).toBeNull();
  });
});
