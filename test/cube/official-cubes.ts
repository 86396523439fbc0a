/** openEO's official cases on data cubes: their cubes as cubes of ours, and back. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import JSON5 from 'json5';
import { CubeValue } from '../../pipelines/cube/arguments.ts';
import { ProgramBuilder } from '../../pipelines/cube/builder.ts';
import type { Cube } from '../../pipelines/cube/cube.ts';
import { PlaneReader } from '../../pipelines/cube/evaluate.ts';
import type { CubeGrid, Dimension, DimensionType } from '../../pipelines/cube/program.ts';
import { isRecord } from '../../pipelines/graph/graph.ts';
import type { Label } from '../../pipelines/graph/value.ts';
import { officialFolder } from '../graph/official-cases.ts';

/** As the cases write a cube. */
export interface WrittenCube {
  readonly type: 'datacube';
  readonly nodata?: unknown;
  readonly order?: readonly string[];
  readonly dimensions: Readonly<Record<string, WrittenDimension>> | readonly (WrittenDimension & { name: string })[];
  /** Nested arrays; null: only the shape matters. */
  readonly data: unknown;
}

interface WrittenDimension {
  readonly type: string;
  readonly axis?: string;
  readonly values: readonly Label[];
  readonly reference_system?: string | number;
}

export function isWrittenCube(value: unknown): value is WrittenCube {
  return isRecord(value) && value['type'] === 'datacube';
}

/** What `$ref` names, wherever it stands. */
export function resolve(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(resolve);
  if (!isRecord(value)) return value;
  if (typeof value['$ref'] === 'string') {
    const text = readFileSync(join(officialFolder!, value['$ref']), 'utf8');
    return value['$ref'].endsWith('.json5') ? resolve(JSON5.parse(text)) : text;
  }
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, resolve(item)]));
}

function dimensionsOf({ dimensions, order }: WrittenCube): readonly (WrittenDimension & { readonly name: string })[] {
  if (Array.isArray(dimensions)) return dimensions as readonly (WrittenDimension & { readonly name: string })[];
  const named = dimensions as Readonly<Record<string, WrittenDimension>>;
  return (order ?? Object.keys(named)).map((name) => {
    const dimension = named[name];
    if (!dimension) throw new Error(`The order names ${name}, which is no dimension`);
    return { ...dimension, name };
  });
}

/** A cube whose numbers are in the program. */
export function toCube(builder: ProgramBuilder, written: WrittenCube): Cube {
  const all = dimensionsOf(written);
  const spatial = all.filter(({ type }) => type === 'spatial');
  const [y, x] = [spatial.find(({ axis }) => axis === 'y'), spatial.find(({ axis }) => axis === 'x')];
  const others = all
    .filter(({ type }) => type !== 'spatial')
    .map(({ name, type, values }): Dimension => ({ name, type: type as DimensionType, labels: values }));
  if (!x || !y) throw new Error('A cube without x and y');
  const grid = gridOf(x, y);
  const flat = numbersIn(written);
  const size = grid.width * grid.height;
  const count = others.reduce((product, { labels }) => product * labels.length, 1);
  const planes = Array.from({ length: count }, (_, k) =>
    flat
      ? builder.add({ kind: 'literal', width: grid.width, values: flat.slice(k * size, (k + 1) * size) })
      : builder.empty(),
  );
  return { grid, axes: { x: x.name, y: y.name }, dimensions: others, planes, classes: null };
}

function gridOf(x: WrittenDimension, y: WrittenDimension): CubeGrid {
  const [x0, x1] = x.values as readonly number[];
  const [y0, y1] = y.values as readonly number[];
  const [a, e] = [x1! - x0!, y1! - y0!];
  return {
    width: x.values.length,
    height: y.values.length,
    transform: [a, 0, x0! - a / 2, 0, e, y0! - e / 2],
    epsg: Number(/(\d+)$/.exec(String(x.reference_system ?? 'EPSG:25832'))![1]),
  };
}

/** Row-major; null where there is no value. Cases call nodata null, or what their cube says. */
function numbersIn({ data, nodata }: WrittenCube): (number | null)[] | null {
  if (data === null) return null;
  const missing = (Array.isArray(nodata) ? nodata : [nodata]) as unknown[];
  return flatten(data).map((value) =>
    value === null || Number.isNaN(value) || missing.includes(value) ? null : Number(value),
  );
}

function flatten(value: unknown): unknown[] {
  if (Array.isArray(value)) return value.flatMap(flatten);
  return [isRecord(value) && value['type'] === 'nodata' ? null : value];
}

/** Arguments of a case with its cubes in a program. */
export function toArguments(builder: ProgramBuilder, args: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(args).map(([name, value]) => {
      const resolved = resolve(value);
      return [name, isWrittenCube(resolved) ? new CubeValue(toCube(builder, resolved)) : resolved];
    }),
  );
}

/** What a cube holds, plane by plane, computed by the reader that runs use. */
export async function valuesOf(builder: ProgramBuilder, cube: Cube): Promise<number[]> {
  const { grid } = cube;
  if (!grid || cube.planes.length === 0 || grid.width === 0) return [];
  // As a queue hands it on: plain data
  const program = JSON.parse(
    JSON.stringify({ grid, dimensions: cube.dimensions, ...builder.finish(cube.planes) }),
  ) as ConstructorParameters<typeof PlaneReader>[0];
  const reader = new PlaneReader(program, new AbortController().signal);
  const values: number[] = [];
  for (const plane of program.planes) {
    const out = new Float32Array(grid.width * grid.height);
    await reader.fill(plane, { col: 0, row: 0, width: grid.width, height: grid.height }, out);
    values.push(...out);
  }
  return values;
}

/** Differences between a cube and what a case expects, in words; empty where they agree. */
export async function differences(
  builder: ProgramBuilder,
  cube: Cube,
  expected: WrittenCube,
  tolerance: number,
): Promise<string[]> {
  const found: string[] = [];
  const compare = (what: string, actual: unknown, wanted: unknown) => {
    if (JSON.stringify(actual) !== JSON.stringify(wanted))
      found.push(`${what}: ${JSON.stringify(actual)} instead of ${JSON.stringify(wanted)}`);
  };
  const { axes, dimensions, grid } = cube;
  const wanted = dimensionsOf(expected);
  compare(
    'order',
    [...dimensions.map(({ name }) => name), ...(grid ? [axes.y, axes.x] : [])],
    wanted.map(({ name }) => name),
  );
  for (const { name, type, labels } of dimensions) {
    const other = wanted.find((dimension) => dimension.name === name);
    compare(`type of ${name}`, type, other?.type);
    compare(`labels of ${name}`, labels.map(comparable), other?.values.map(comparable));
  }
  if (grid) {
    const along = (count: number, step: number, start: number) =>
      Array.from({ length: count }, (_, k) => start + step * (k + 0.5));
    const [a, , c, , e, f] = grid.transform;
    compare('x', along(grid.width, a, c), wanted.find(({ name }) => name === axes.x)?.values);
    compare('y', along(grid.height, e, f), wanted.find(({ name }) => name === axes.y)?.values);
  }
  const numbers = numbersIn(expected);
  if (numbers === null) return found;
  const values = await valuesOf(builder, cube);
  compare('count of values', values.length, numbers.length);
  numbers.forEach((number, i) => {
    const value = values[i]!;
    const same =
      number === null ? Number.isNaN(value) : Math.abs(value - number) <= tolerance * (100 + Math.abs(number));
    if (!same && found.length < 8) found.push(`value ${i}: ${value} instead of ${number}`);
  });
  return found;
}

/** Times as instants: cases write them with and without parts of a second. */
function comparable(label: Label): Label {
  const isTime = typeof label === 'string' && /^\d{4}-\d\d-\d\dT/.test(label);
  return isTime ? new Date(label).toISOString() : label;
}
