/** Which files a cube becomes, and how their numbers are stored. */
import { PlatformError } from '../../core/errors.ts';
import type { Label } from '../../graph/value.ts';
import type { Arguments } from '../arguments.ts';
import type { Planning } from '../cube-process.ts';
import type { Cube } from '../cube.ts';
import { beginOf, gridOf, linesAlong } from '../cube.ts';
import type { RasterOptions } from '../products.ts';
import type { CubeProgram, Dimension } from '../program.ts';

const DTYPES = ['float32', 'int16', 'uint16', 'uint8', 'int32'] as const;

export function rasterOptions(
  args: Arguments,
  options: Readonly<Record<string, unknown>>,
  { time, program: { dimensions, planes } }: CubeFile,
): RasterOptions {
  const dtype = DTYPES.find((known) => known === (options['dtype'] ?? 'float32'));
  const { scale = dtype === 'int16' ? 1 / 10_000 : 1, offset = 0, title = null } = options;
  if (!dtype || typeof scale !== 'number' || !(scale > 0) || typeof offset !== 'number')
    return args.fault('options', `dtype (${DTYPES.join(', ')}), a scale above 0 and an offset`);
  return {
    dtype,
    scale,
    offset,
    title: typeof title === 'string' ? title : null,
    time,
    bandNames: bandNames(dimensions, planes.length),
  };
}

/** The labels of all dimensions that have more than one, or the label of the last. */
function bandNames(dimensions: readonly Dimension[], count: number): string[] {
  const telling = dimensions.filter(({ labels }) => labels.length > 1);
  const shown = telling.length > 0 ? telling : dimensions.slice(-1);
  if (shown.length === 0) return ['value'];
  const names = shown.reduce<string[]>(
    (before, { type, labels }) =>
      before.flatMap((prefix) =>
        labels.map((label) => `${prefix} ${type === 'temporal' ? shortTime(label) : label}`.trim()),
      ),
    [''],
  );
  return names.length === count ? names : Array.from({ length: count }, (_, k) => `band ${k + 1}`);
}

/** `2024-06-01T00:00:00.000Z` → `2024-06-01`; another time of day stays. */
function shortTime(label: Label): string {
  return String(label)
    .replace(/T00:00:00(?:\.0+)?Z$/, '')
    .replace(/\.0+Z$/, 'Z');
}

export interface CubeFile {
  readonly part: string | null;
  /** RFC 3339; null: of no time, or of several. */
  readonly time: string | null;
  readonly program: CubeProgram;
}

/** One file for each time, or all in one. @throws {PlatformError} `parameter-invalid` for a cube without pixels */
export function filesOf(planning: Planning, cube: Cube, perDate: boolean): CubeFile[] {
  const index = cube.dimensions.findIndex(({ type }) => type === 'temporal');
  const dimension = cube.dimensions[index];
  if (!dimension || !perDate || dimension.labels.length === 1) {
    const time = dimension?.labels.length === 1 ? beginOf(dimension, 0) : null;
    return [{ part: null, time, program: programOf(planning, cube, cube.dimensions, cube.planes) }];
  }
  const rest = cube.dimensions.filter((_, d) => d !== index);
  const lines = linesAlong(cube, index);
  return dimension.labels.map((label, k) => ({
    part: shortTime(label).replaceAll(':', ''),
    time: beginOf(dimension, k),
    program: programOf(
      planning,
      cube,
      rest,
      lines.map((line) => line[k]!),
    ),
  }));
}

export function programOf(
  { builder }: Planning,
  cube: Cube,
  dimensions: readonly Dimension[],
  planes: readonly number[],
): CubeProgram {
  const grid = gridOf(cube, 'A file');
  if (planes.length === 0 || grid.width === 0 || grid.height === 0)
    throw new PlatformError(
      'parameter-invalid',
      `There is nothing to write: the data cube has ${grid.width} × ${grid.height} pixels and ${planes.length} planes after what was filtered`,
    );
  return { grid, dimensions, ...builder.finish(planes) };
}
