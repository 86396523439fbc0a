import { describe, expect, it } from 'vitest';
import { Arguments, CubeValue } from '../../pipelines/cube/arguments.ts';
import { ProgramBuilder } from '../../pipelines/cube/builder.ts';
import { partsOf } from '../../pipelines/cube/cost.ts';
import type { Cube } from '../../pipelines/cube/cube.ts';
import { PlaneReader } from '../../pipelines/cube/evaluate.ts';
import { compileOf } from '../../pipelines/cube/pixel-callback.ts';
import { isCube } from '../../pipelines/cube/planned.ts';
import { CUBE_PROCESSES } from '../../pipelines/cube/processes/registry.ts';
import type { CubeGrid, CubeProgram } from '../../pipelines/cube/program.ts';
import type { ProcessGraph } from '../../pipelines/graph/graph.ts';
import { createRandom } from '../support/random.ts';

const GRID: CubeGrid = { width: 61, height: 43, transform: [10, 0, 600000, 0, -10, 5800000], epsg: 32631 };
const TIMES = ['2024-05-30T00:00:00Z', '2024-06-10T00:00:00Z', '2024-06-20T00:00:00Z', '2024-07-01T00:00:00Z'];
const random = createRandom(11);

/** A cube of random numbers of which a fifth is missing. */
function randomCube(builder: ProgramBuilder, labels: readonly string[] = TIMES, grid = GRID): Cube {
  const planes = labels.map(() =>
    builder.add({
      kind: 'literal',
      width: grid.width,
      values: Array.from({ length: grid.width * grid.height }, () => (random() < 0.2 ? null : random() * 200 - 100)),
    }),
  );
  const dimensions = [{ name: 't', type: 'temporal' as const, labels }];
  return { grid, axes: { x: 'x', y: 'y' }, dimensions, planes, classes: null };
}

async function plan(builder: ProgramBuilder, id: string, args: Readonly<Record<string, unknown>>): Promise<Cube> {
  const cubes = Object.entries(args).map(([name, value]) => [name, isCube(value) ? new CubeValue(value) : value]);
  const planning = {
    builder,
    context: { findScenes: async () => [] },
    notes: new Set<string>(),
    products: [],
    nodeId: id,
  };
  const planned = await CUBE_PROCESSES.get(id)!.plan(new Arguments(id, Object.fromEntries(cubes)), planning);
  if (!isCube(planned)) throw new Error(`${id} made no cube`);
  return planned;
}

function programOf(builder: ProgramBuilder, { grid, dimensions, planes }: Cube): CubeProgram {
  return JSON.parse(JSON.stringify({ grid, dimensions, ...builder.finish(planes) })) as CubeProgram;
}

const NEVER = new AbortController().signal;

async function fill(
  program: CubeProgram,
  plane: number,
  window: { col: number; row: number; width: number; height: number },
) {
  const out = new Float32Array(window.width * window.height);
  await new PlaneReader(program, NEVER).fill(program.planes[plane]!, window, out);
  return out;
}

const wholeOf = ({ width, height }: CubeGrid) => ({ col: 0, row: 0, width, height });

async function planesOf(program: CubeProgram): Promise<Float32Array[]> {
  const planes: Float32Array[] = [];
  for (const k of program.planes.keys()) planes.push(await fill(program, k, wholeOf(program.grid)));
  return planes;
}

const graph = (id: string, args: Readonly<Record<string, unknown>>): ProcessGraph => ({
  p: { process_id: id, arguments: args, result: true } as ProcessGraph[string],
});
const data = { from_parameter: 'data' };
const reducer = (id: string, more = {}) => ({ process_graph: graph(id, { data, ...more }) });

const KERNEL = [
  [1, 0, 2],
  [0, -3, 1],
  [4, 1, 0.5],
  [0, 2, 0],
  [1, 1, 1],
];
const SQUARE = {
  type: 'Polygon',
  coordinates: [
    [
      [4.463, 52.336],
      [4.469, 52.336],
      [4.467, 52.339],
      [4.463, 52.336],
    ],
  ],
};

/** Name → a cube made with one process, or several. */
const CUBES: Readonly<Record<string, (builder: ProgramBuilder, cube: Cube) => Promise<Cube>>> = {
  'kernel, border 0': (b, cube) => plan(b, 'apply_kernel', { data: cube, kernel: KERNEL }),
  ...Object.fromEntries(
    ['replicate', 'reflect', 'reflect_pixel', 'wrap'].map((border) => [
      `kernel, border ${border}`,
      (b: ProgramBuilder, cube: Cube) => plan(b, 'apply_kernel', { data: cube, kernel: KERNEL, border, factor: 0.1 }),
    ]),
  ),
  'kernel of a kernel': async (b, cube) =>
    plan(b, 'apply_kernel', { data: await plan(b, 'apply_kernel', { data: cube, kernel: KERNEL }), kernel: KERNEL }),
  'kernel after a box': async (b, cube) =>
    plan(b, 'apply_kernel', {
      data: await plan(b, 'filter_bbox', {
        data: cube,
        extent: { west: 600100, south: 5799700, east: 600500, north: 5799950, crs: 32631 },
      }),
      kernel: KERNEL,
    }),
  'warp to RD New': (b, cube) =>
    plan(b, 'resample_spatial', { data: cube, projection: 28992, resolution: 12, method: 'bilinear' }),
  'coarser pixels': (b, cube) => plan(b, 'resample_spatial', { data: cube, resolution: 30, method: 'average' }),
  polygons: (b, cube) => plan(b, 'mask_polygon', { data: cube, mask: SQUARE }),
  'cumulative sums': (b, cube) =>
    plan(b, 'apply_dimension', { data: cube, dimension: 't', process: { process_graph: graph('cumsum', { data }) } }),
  months: (b, cube) =>
    plan(b, 'aggregate_temporal_period', { data: cube, period: 'month', reducer: reducer('median') }),
  trends: (b, cube) => plan(b, 'lm_trend', { data: cube }),
  'smoothed series': (b, cube) => plan(b, 'lm_smooth', { data: cube, lambda: 100 }),
  'filled series': (b, cube) => plan(b, 'lm_fill', { data: cube, step: '10d' }),
  change: (b, cube) => plan(b, 'lm_change', { before: cube, after: randomCube(b, TIMES), sigma: 30 }),
  'refined Lee': async (b, cube) =>
    plan(b, 'lm_speckle_filter', {
      data: await plan(b, 'apply', {
        data: cube,
        process: { process_graph: graph('absolute', { x: { from_parameter: 'x' } }) },
      }),
    }),
  'departures from the mean': async (b, cube) =>
    plan(b, 'merge_cubes', {
      cube1: cube,
      cube2: await plan(b, 'reduce_dimension', { data: cube, dimension: 't', reducer: reducer('mean') }),
      overlap_resolver: {
        process_graph: graph('subtract', { x: { from_parameter: 'x' }, y: { from_parameter: 'y' } }),
      },
    }),
};

describe('windows of a plane', () => {
  it.each(Object.entries(CUBES))('are parts of the whole: %s', async (_, make) => {
    const builder = new ProgramBuilder();
    const program = programOf(builder, await make(builder, randomCube(builder)));
    const { width, height } = program.grid;
    expect(width * height).toBeGreaterThan(200);
    const whole = await planesOf(program);
    expect(whole.some((plane) => plane.some((value) => !Number.isNaN(value)))).toBe(true);
    for (const window of partsOf16(width, height))
      for (const [k, plane] of whole.entries()) {
        const part = await fill(program, k, window);
        const cut = Float32Array.from(part, (_value, i) => {
          const row = window.row + Math.floor(i / window.width);
          return plane[row * width + window.col + (i % window.width)]!;
        });
        expect(largestDifference(part, cut)).toBeLessThan(TOLERANCE);
      }
  });

  it('tile a region whatever the program holds', () => {
    const region = { col: 2048, row: 0, width: 1000, height: 700 };
    for (const planes of [1, 100, 400]) {
      const parts = partsOf(region, planes);
      expect(parts.reduce((sum, part) => sum + part.width * part.height, 0)).toBe(700_000);
      expect(Math.max(...parts.map((part) => 4 * planes * part.width * part.height))).toBeLessThan(110e6);
    }
  });
});

/** Control grids of a warp belong to their window: positions may differ by a hundredth of a pixel. */
const TOLERANCE = 0.02;

/** Infinite where only one of two has a value. */
function largestDifference(a: Float32Array, b: Float32Array): number {
  return a.reduce((largest, value, i) => {
    const other = b[i]!;
    if (Number.isNaN(value) && Number.isNaN(other)) return largest;
    const difference = Math.abs(value - other);
    return Number.isNaN(difference) ? Infinity : Math.max(largest, difference);
  }, 0);
}

function partsOf16(width: number, height: number) {
  const parts = [];
  for (let row = 0; row < height; row += 16)
    for (let col = 0; col < width; col += 16)
      parts.push({ col, row, width: Math.min(16, width - col), height: Math.min(16, height - row) });
  return parts;
}

describe('reductions', () => {
  const STATISTICS = ['mean', 'median', 'min', 'max', 'sum', 'product', 'sd', 'variance', 'first', 'last', 'count'];
  const cases = [
    ...STATISTICS.map((id) => [id, {}] as const),
    ...STATISTICS.filter((id) => id !== 'count').map((id) => [id, { ignore_nodata: false }] as const),
    ['count', { condition: true }] as const,
    ['quantiles', { probabilities: [0.9] }] as const,
    ['quantiles', { probabilities: [0.25], ignore_nodata: false }] as const,
  ];

  it.each(cases)('%s %j is what the process on values computes', async (id, more) => {
    const builder = new ProgramBuilder();
    const cube = randomCube(builder);
    const inputs = await planesOf(programOf(builder, cube));
    const reduced = await plan(builder, 'reduce_dimension', { data: cube, dimension: 't', reducer: reducer(id, more) });
    expect(builder.at(reduced.planes[0]!).kind).toBe('reduce');
    const [plane] = await planesOf(programOf(builder, reduced));
    const process = compileOf({
      graph: graph(id, { data, ...more }),
      form: 'data',
      labels: null,
      places: null,
      context: null,
    });
    for (let i = 0; i < plane!.length; i++) {
      const result = process(inputs.map((input) => (Number.isNaN(input[i]!) ? null : input[i]!)));
      const value = Array.isArray(result) ? (result[0] as number | null) : (result as number | null);
      if (value === null || Number.isNaN(value)) expect(plane![i]).toBeNaN();
      else expect(Math.abs(plane![i]! - value)).toBeLessThanOrEqual(1e-6 * Math.max(1, Math.abs(value)));
    }
  });
});

describe('series', () => {
  it('have the slope that was put into them, whatever the order of the dates', async () => {
    const builder = new ProgramBuilder();
    const times = ['2024-07-01T00:00:00Z', '2021-01-01T00:00:00Z', '2023-02-03T00:00:00Z', '2022-05-05T00:00:00Z'];
    const days = times.map((time) => Date.parse(time) / 86_400_000);
    const grid = { ...GRID, width: 3, height: 1 };
    const planes = days.map((day) =>
      builder.add({ kind: 'literal', width: 3, values: [0, 1, -2].map((slope) => 5 + (slope * day) / 365.2425) }),
    );
    const dimensions = [{ name: 't', type: 'temporal' as const, labels: times }];
    const cube: Cube = { grid, axes: { x: 'x', y: 'y' }, dimensions, planes, classes: null };
    const trend = await plan(builder, 'lm_trend', { data: cube });
    expect(trend.dimensions[0]).toMatchObject({ name: 'bands', type: 'bands' });
    expect(trend.dimensions[0]!.labels.slice(0, 2)).toEqual(['slope', 'intercept']);
    const [slopes] = await planesOf(programOf(builder, trend));
    [0, 1, -2].forEach((slope, i) => expect(slopes![i]).toBeCloseTo(slope, 4));
  });
});

describe('change', () => {
  it('is the difference of the medians, sure where it is large against the noise', async () => {
    const builder = new ProgramBuilder();
    const grid = { ...GRID, width: 2, height: 1 };
    const cubeOf = (values: readonly (readonly number[])[], year: number): Cube => ({
      grid,
      axes: { x: 'x', y: 'y' },
      dimensions: [{ name: 't', type: 'temporal', labels: values.map((_, k) => `${year}-0${k + 1}-01`) }],
      planes: values.map((plane) => builder.add({ kind: 'literal', width: 2, values: plane })),
      classes: null,
    });
    const before = [
      [0.5, 0.5],
      [0.52, 0.51],
      [0.49, 0.5],
      [0.51, 0.52],
      [0.5, 0.49],
    ];
    const after = [
      [0.2, 0.51],
      [0.22, 0.5],
      [0.21, 0.5],
    ];
    const change = await plan(builder, 'lm_change', {
      before: cubeOf(before, 2023),
      after: cubeOf(after, 2024),
      sigma: 0.02,
      threshold: 0.1,
    });
    const bands = await planesOf(programOf(builder, change));
    const band = (name: string) => [...bands[change.dimensions[0]!.labels.indexOf(name)]!];
    expect(band('difference').map((value) => Number(value.toFixed(3)))).toEqual([-0.29, 0]);
    expect(band('class')).toEqual([-1, 0]);
    expect(band('p')[0]).toBeLessThan(0.01);
    expect(band('p')[1]).toBeGreaterThan(0.9);
  });
});

describe('expressions', () => {
  it('ask the process itself where an input is missing and it may have a value', async () => {
    const builder = new ProgramBuilder();
    const cube = randomCube(builder);
    const inputs = await planesOf(programOf(builder, cube));
    // The larger of two is the other where one is missing; the sum with 1 keeps it from being a plain reduction
    const larger: ProcessGraph = {
      max: { process_id: 'max', arguments: { data } },
      more: { process_id: 'add', arguments: { x: { from_node: 'max' }, y: 1 }, result: true },
    };
    const reduced = await plan(builder, 'reduce_dimension', {
      data: cube,
      dimension: 't',
      reducer: { process_graph: larger },
    });
    expect(builder.at(reduced.planes[0]!).kind).toBe('formula');
    const [plane] = await planesOf(programOf(builder, reduced));
    const expected = inputs[0]!.map((_, i) => {
      const valid = inputs.map((input) => input[i]!).filter((value) => !Number.isNaN(value));
      return valid.length === 0 ? NaN : Math.max(...valid) + 1;
    });
    expect([...plane!].filter(Number.isNaN).length).toBeLessThan(20);
    expect(largestDifference(plane!, expected)).toBeLessThan(1e-4);
  });
});
