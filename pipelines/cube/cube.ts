/** A data cube while it is planned: its shape, and which operation of the program each of its planes is. */
import { PlatformError } from '../core/errors.ts';
import { refusal } from '../graph/refusal.ts';
import type { Label } from '../graph/value.ts';
import type { CubeGrid, Dimension, DimensionType } from './program.ts';

export interface Cube {
  /** Null: a cube without x and y, such as a new one. */
  readonly grid: CubeGrid | null;
  /** What x and y are called. */
  readonly axes: { readonly x: string; readonly y: string };
  /** Beside x and y, slowest first. */
  readonly dimensions: readonly Dimension[];
  /** Row-major over `dimensions`. */
  readonly planes: readonly number[];
  /** Scene classifications of the dates, each a plane of codes; only the dimension of time. */
  readonly classes: Cube | null;
}

export const AXES = { x: 'x', y: 'y' } as const;

export const EMPTY_CUBE: Cube = { grid: null, axes: AXES, dimensions: [], planes: [], classes: null };

export function namesOf({ grid, axes, dimensions }: Cube): string[] {
  const names = dimensions.map(({ name }) => name);
  return grid ? [...names, axes.y, axes.x] : names;
}

/** @throws {PlatformError} `parameter-invalid` (`DimensionNotAvailable`) */
export function dimensionIndex(cube: Cube, name: string): number {
  const index = cube.dimensions.findIndex((dimension) => dimension.name === name);
  if (index >= 0) return index;
  const spatial = name === cube.axes.x || name === cube.axes.y;
  throw refusal(
    'DimensionNotAvailable',
    spatial
      ? `The dimension ${name} is one of space, which this process cannot work along`
      : `The data cube has no dimension "${name}"; it has ${namesOf(cube).join(', ') || 'none'}`,
  );
}

/**
 * The one dimension of a type, or the one of that name.
 * @param missing  openEO's exception where there is none.
 * @throws {PlatformError} `parameter-invalid`: none (`missing`), several (`TooManyDimensions`)
 */
export function dimensionOfType(
  cube: Cube,
  type: DimensionType,
  name: string | null | undefined,
  missing = 'DimensionNotAvailable',
): number {
  if (name !== null && name !== undefined) return dimensionIndex(cube, name);
  const found = cube.dimensions.flatMap((dimension, index) => (dimension.type === type ? [index] : []));
  const word = type === 'temporal' ? 'dimension of time' : `dimension of ${type}`;
  if (found.length === 0) throw refusal(missing, `The data cube has no ${word}; it has ${namesOf(cube).join(', ')}`);
  if (found.length > 1)
    throw refusal(
      'TooManyDimensions',
      `The data cube has several dimensions of ${type === 'temporal' ? 'time' : type}; name one`,
    );
  return found[0]!;
}

export function sizeOf(dimensions: readonly Dimension[]): number {
  return dimensions.reduce((size, { labels }) => size * labels.length, 1);
}

/**
 * The lines of planes along a dimension, in the order of the other dimensions.
 * @returns per line, its planes in the order of the labels.
 */
export function linesAlong({ dimensions, planes }: Cube, index: number): number[][] {
  const inner = sizeOf(dimensions.slice(index + 1));
  const length = dimensions[index]!.labels.length;
  const lines: number[][] = [];
  for (let outer = 0; outer < sizeOf(dimensions.slice(0, index)); outer++)
    for (let k = 0; k < inner; k++)
      lines.push(Array.from({ length }, (_, i) => planes[(outer * length + i) * inner + k]!));
  return lines;
}

/** The inverse of `linesAlong`, with the dimension's labels replaced. */
export function fromLines(
  cube: Cube,
  index: number,
  dimension: Dimension,
  lines: readonly (readonly number[])[],
): Cube {
  const { dimensions } = cube;
  const inner = sizeOf(dimensions.slice(index + 1));
  const outer = sizeOf(dimensions.slice(0, index));
  const length = dimension.labels.length;
  const planes: number[] = [];
  for (let o = 0; o < outer; o++)
    for (let i = 0; i < length; i++) for (let k = 0; k < inner; k++) planes.push(lines[o * inner + k]![i]!);
  return {
    ...cube,
    dimensions: dimensions.map((old, d) => (d === index ? dimension : old)),
    planes,
    classes: keepsTimes(cube, index, dimension) ? cube.classes : null,
  };
}

/** Classes belong to dates: they stay while the labels of time do. */
function keepsTimes({ dimensions, classes }: Cube, index: number, { labels }: Dimension): boolean {
  if (!classes) return false;
  const old = dimensions[index]!;
  return (
    old.type !== 'temporal' || (old.labels.length === labels.length && old.labels.every((l, i) => l === labels[i]))
  );
}

/** One plane out of each line. */
export function withoutDimension(cube: Cube, index: number, planes: readonly number[]): Cube {
  const { dimensions } = cube;
  return {
    ...cube,
    dimensions: dimensions.filter((_, d) => d !== index),
    planes,
    classes: dimensions[index]!.type === 'temporal' ? null : cube.classes,
  };
}

function pick({ times, ...dimension }: Dimension, positions: readonly number[]): Dimension {
  const labels = positions.map((p) => dimension.labels[p]!);
  return { ...dimension, labels, ...(times && { times: positions.map((p) => times[p]!) }) };
}

/** When a label of a dimension of time begins; null where nobody knows. */
export function beginOf({ labels, times }: Dimension, position: number): string | null {
  const text = times?.[position] ?? String(labels[position]);
  const time = /^\d{4}-\d\d-\d\d(T|$)/.test(text) ? new Date(text) : null;
  return time && !Number.isNaN(time.getTime()) ? time.toISOString() : null;
}

/** The labels at these positions, in this order. */
export function selectLabels(cube: Cube, index: number, positions: readonly number[]): Cube {
  const dimension = cube.dimensions[index]!;
  const lines = linesAlong(cube, index).map((line) => positions.map((p) => line[p]!));
  const selected = fromLines(cube, index, pick(dimension, positions), lines);
  const classes = cube.classes;
  if (!classes || dimension.type !== 'temporal') return selected;
  return { ...selected, classes: selectLabels(classes, 0, positions) };
}

export function mapPlanes(cube: Cube, map: (plane: number) => number): Cube {
  return { ...cube, planes: cube.planes.map(map) };
}

const positions = new WeakMap<readonly Label[], ReadonlyMap<Label, number>>();

/** Where a label is among others, times compared as instants; -1: nowhere. */
export function positionOf(type: DimensionType, labels: readonly Label[], label: Label): number {
  let known = positions.get(labels);
  if (!known) {
    const pairs = labels.map((one, k) => [keyOf(type, one), k] as const);
    positions.set(labels, (known = new Map(pairs.reverse()))); // of equal ones the first
  }
  return known.get(keyOf(type, label)) ?? -1;
}

function keyOf(type: DimensionType, label: Label): Label {
  const isTime = type === 'temporal' && /^\d{4}-\d\d-\d\d/.test(String(label)); // Date.parse takes `01` for a month
  const instant = isTime ? Date.parse(String(label)) : NaN;
  return Number.isNaN(instant) ? label : instant;
}

/** @throws {PlatformError} `grid-mismatch` where there is none */
export function gridOf({ grid }: Cube, what: string): CubeGrid {
  if (grid) return grid;
  throw new PlatformError('grid-mismatch', `${what} needs a data cube with x and y, and this one has no place`);
}
