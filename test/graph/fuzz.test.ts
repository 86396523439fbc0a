import { beforeAll, describe, expect, it } from 'vitest';
import { isPlatformError } from '../../pipelines/core/errors.ts';
import { CUBE_DEFINITIONS } from '../../pipelines/cube/processes/registry.ts';
import { bindParameters } from '../../pipelines/graph/bind-parameters.ts';
import { listBuiltins, readBuiltin } from '../../pipelines/graph/builtin/registry.ts';
import { processesOf } from '../../pipelines/graph/define-process.ts';
import { compileCallback } from '../../pipelines/graph/evaluate.ts';
import type { ProcessGraph } from '../../pipelines/graph/graph.ts';
import { isRecord } from '../../pipelines/graph/graph.ts';
import { parsePipeline, toPipeline } from '../../pipelines/graph/parse-pipeline.ts';
import { VALUE_PROCESSES } from '../../pipelines/graph/processes/registry.ts';
import type { Value } from '../../pipelines/graph/value.ts';
import { labeledArray } from '../../pipelines/graph/value.ts';
import { validateGraph } from '../../pipelines/graph/validate-graph.ts';
import { createRandom } from '../support/random.ts';

const processes = processesOf([...VALUE_PROCESSES.values()], CUBE_DEFINITIONS);
const random = createRandom(5);
const pick = <T>(items: readonly T[]): T => items[Math.floor(random() * items.length)]!;

const JUNK: readonly unknown[] = [
  null,
  true,
  0,
  -1,
  1.5,
  1e308,
  Infinity,
  Number.NaN,
  '',
  'x',
  '2024-02-30',
  '__proto__',
  'constructor',
  '\ud800',
  '\u0000',
  [],
  {},
  [[]],
  [null],
  { from_node: 'load' },
  { from_node: 'constructor' },
  { from_parameter: 'data' },
  { from_node: 3 },
  { process_graph: {} },
  { process_graph: null },
  { process_graph: { a: {} } },
  { from_node: '' },
  { process_id: 'mean', arguments: {} },
  { process_graph: { a: { process_id: 'nan', result: true } } },
  { type: 'Polygon' },
];

/** The same value with one thing in it changed, wherever. */
function mutate(value: unknown): unknown {
  if (random() < 0.08 || typeof value !== 'object' || value === null) return pick(JUNK);
  if (Array.isArray(value)) {
    const at = Math.floor(random() * (value.length + 1));
    return at === value.length ? [...value, pick(JUNK)] : value.with(at, mutate(value[at]));
  }
  const members = Object.entries(value);
  if (members.length === 0) return { [pick(['a', 'process_graph', 'from_node'])]: pick(JUNK) };
  const [key, member] = pick(members);
  const others = members.filter(([other]) => other !== key);
  const kind = random();
  if (kind < 0.07) return Object.fromEntries(others);
  if (kind < 0.12) return Object.fromEntries([...others, [String(pick(JUNK)), member]]);
  return Object.fromEntries([...others, [key, mutate(member)]]);
}

/** Throws on what is no fault of the user. */
function survives(run: () => unknown): boolean {
  try {
    run();
    return true;
  } catch (error) {
    if (!isPlatformError(error)) throw error;
    expect(error.message.length).toBeLessThan(1500);
    return false;
  }
}

describe('whatever is sent', () => {
  const originals: unknown[] = [];
  beforeAll(async () => {
    for (const name of listBuiltins())
      originals.push(parsePipeline(await readBuiltin(name), { processes, name }) as unknown);
  });

  it('a pipeline is read, or refused in a sentence', () => {
    let read = 0;
    const settings = {
      period: '2024',
      before: '2023',
      after: '2024',
      zones: 'z.geojson',
      years: '2019,2020',
      year: '2024',
    };
    for (let round = 0; round < 2500; round++) {
      let value = pick(originals);
      for (let changes = 1 + Math.floor(random() * 3); changes > 0; changes--) value = mutate(value);
      survives(() => {
        const pipeline = toPipeline(value, { processes });
        read++;
        const known = pipeline.parameters.map(({ name }) => name);
        const given = Object.entries(settings).filter(([key]) => known.includes(key));
        bindParameters(pipeline, Object.fromEntries(given), processes);
      });
    }
    expect(read).toBeGreaterThan(200);
  });

  it('a valid graph on values has a result, or is refused in a sentence', () => {
    const inputs: readonly Value[] = [
      null,
      0,
      -1,
      0.5,
      1e300,
      Infinity,
      Number.NaN,
      true,
      'abc',
      '2024-06-01',
      '2024-06-01T10:00:00+02:00',
      [],
      [1, null, 3],
      ['b', 'a'],
      [true, null],
      labeledArray(['a', 'b'], [1, null]),
      labeledArray([], []),
    ];
    const parameters = ['x', 'data', 'context'];
    const names = [...VALUE_PROCESSES.keys()];
    const inner: ProcessGraph = {
      i: { process_id: 'is_valid', arguments: { x: { from_parameter: 'x' } }, result: true },
    };
    let valid = 0;
    for (let round = 0; round < 8000; round++) {
      const ids = ['a', 'b', 'c'];
      const graph = Object.fromEntries(
        ids.map((id, index) => {
          const process = VALUE_PROCESSES.get(pick(names))!;
          const sources = [
            ...ids.slice(0, index).map((from_node) => ({ from_node })),
            ...parameters.map((from_parameter) => ({ from_parameter })),
          ];
          const args = process.parameters
            .filter(({ optional }) => !optional || random() < 0.4)
            .map(({ name }) => [
              name,
              pick<unknown>([...sources, ...sources, 2, -1, 'month', true, [1, 2], null, { process_graph: inner }]),
            ]);
          return [
            id,
            { process_id: process.id, arguments: Object.fromEntries(args), ...(id === 'c' && { result: true }) },
          ];
        }),
      ) as ProcessGraph;
      const scope = {
        processes: VALUE_PROCESSES,
        parameters: new Map(parameters.map((name) => [name, {}])),
        cubes: false,
        where: '',
      };
      if (!survives(() => validateGraph(graph, scope))) continue;
      valid++;
      const run = compileCallback(graph, { processes: VALUE_PROCESSES, parameters });
      for (let k = 0; k < 3; k++) survives(() => run(pick(inputs), pick(inputs), pick(inputs)));
    }
    expect(valid).toBeGreaterThan(1000);
  });

  it('a graph that doubles what it has is refused before it fills the memory', () => {
    const doubling = (process_id: string, args: (from: object) => object) => {
      const nodes = Array.from({ length: 60 }, (_, i) => {
        const from = i === 0 ? 'ab' : { from_node: `n${i - 1}` };
        return [`n${i}`, { process_id, arguments: args(from as object), result: i === 59 }] as const;
      });
      return Object.fromEntries(nodes) as ProcessGraph;
    };
    const run = (graph: ProcessGraph) => compileCallback(graph, { processes: VALUE_PROCESSES, parameters: [] })();
    expect(survives(() => run(doubling('text_concat', (from) => ({ data: [from, from] }))))).toBe(false);
    const arrays = doubling('array_concat', (from) => ({
      array1: isRecord(from) ? from : [1],
      array2: isRecord(from) ? from : [1],
    }));
    expect(survives(() => run(arrays))).toBe(false);
    const nested = {
      ...doubling('constant', (from) => ({ x: [from, from] })),
      end: { process_id: 'absolute', arguments: { x: { from_node: 'n59' } }, result: true },
    };
    delete (nested as Record<string, { result?: boolean }>)['n59']!.result;
    expect(survives(() => run(nested))).toBe(false);
  });
});
