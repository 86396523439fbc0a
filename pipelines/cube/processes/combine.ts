/** Two cubes to one: merging and masking. */
import {
  aBoolean,
  aCallback,
  aCube,
  CUBE,
  numberOrNull,
  PAIR_PARAMETERS,
  parameter,
} from '../../graph/define-process.ts';
import type { ProcessGraph } from '../../graph/graph.ts';
import { refusal } from '../../graph/refusal.ts';
import { planValues } from '../plan-callback.ts';
import { defineCubeProcess } from '../cube-process.ts';
import type { CubeProcess, Planning } from '../cube-process.ts';
import type { Cube } from '../cube.ts';
import { positionOf, sizeOf } from '../cube.ts';
import { timeOf } from '../periods.ts';
import type { Dimension } from '../program.ts';
import { maskByPolygons, warpCube } from './space.ts';

export const mergeCubes = defineCubeProcess(
  {
    id: 'merge_cubes',
    summary: 'Joins two cubes; where both have values, a process chooses.',
    parameters: [
      aCube('cube1', 'The first; its grid is kept.'),
      aCube('cube2', 'The second.'),
      aCallback('overlap_resolver', 'From the two values to one.', PAIR_PARAMETERS, [{ type: 'null' }], null),
      parameter('context', 'Passed on to the process.', {}, null),
    ],
    returns: CUBE,
  },
  (args, { builder }) => {
    const first = args.cube('cube1');
    const second = onGridOf(builder, first, args.cube('cube2'));
    const resolver = args.callback('overlap_resolver', null);
    return merge(builder, first, second, resolver, args.any('context'));
  },
);

function onGridOf(builder: Planning['builder'], first: Cube, second: Cube): Cube {
  return first.grid && second.grid ? warpCube(builder, second, first.grid, 'nearest') : second;
}

function merge(
  builder: Planning['builder'],
  first: Cube,
  second: Cube,
  resolver: ProcessGraph | null,
  context: unknown,
): Cube {
  const dimensions = first.dimensions.map((dimension) => union(dimension, second));
  dimensions.push(...second.dimensions.filter(({ name }) => !first.dimensions.some((own) => own.name === name)));
  const planes: number[] = [];
  for (const at of coordinatesOf(dimensions)) {
    const inputs = [first, second].flatMap((cube) => {
      const plane = planeAt(cube, dimensions, at);
      return plane === null ? [] : [plane];
    });
    const [x, y] = inputs;
    if (x === undefined) planes.push(builder.empty());
    else if (y === undefined) planes.push(x);
    else if (resolver) planes.push(planValues(builder, resolver, [x, y], context));
    else
      throw refusal(
        'OverlapResolverMissing',
        'merge_cubes: both cubes have values at the same labels; an overlap_resolver says which to take',
      );
  }
  const keepsTimes = dimensions.every(
    (dimension, d) => dimension.type !== 'temporal' || dimension.labels.length === first.dimensions[d]?.labels.length,
  );
  return { ...first, grid: first.grid ?? second.grid, dimensions, planes, classes: keepsTimes ? first.classes : null };
}

/** Labels of both; times in their order. */
function union(dimension: Dimension, { dimensions }: Cube): Dimension {
  const other = dimensions.find(({ name }) => name === dimension.name);
  if (!other) return dimension;
  const { times: _, ...rest } = dimension;
  const { type, name } = rest;
  if (other.type !== type)
    throw refusal(
      'DimensionMismatch',
      `merge_cubes: ${name} is of type ${type} in one cube and ${other.type} in the other`,
    );
  const added = other.labels.filter((label) => positionOf(type, dimension.labels, label) < 0);
  if (added.length === 0) return dimension;
  const labels = [...dimension.labels, ...added];
  if (type === 'temporal') labels.sort((a, b) => timeOf(a).getTime() - timeOf(b).getTime());
  return { ...rest, labels };
}

function* coordinatesOf(dimensions: readonly Dimension[]): Generator<readonly number[]> {
  const sizes = dimensions.map(({ labels }) => labels.length);
  for (let k = 0; k < sizeOf(dimensions); k++) {
    const at: number[] = [];
    for (let d = sizes.length - 1, rest = k; d >= 0; rest = Math.floor(rest / sizes[d]!), d--) at[d] = rest % sizes[d]!;
    yield at;
  }
}

/** The plane of a cube at labels of a larger set; dimensions that it lacks do not matter. Null: it has none there. */
function planeAt(cube: Cube, dimensions: readonly Dimension[], at: readonly number[]): number | null {
  let index = 0;
  for (const { name, type, labels } of cube.dimensions) {
    const d = dimensions.findIndex((dimension) => dimension.name === name);
    const position = positionOf(type, labels, dimensions[d]!.labels[at[d]!]!);
    if (position < 0) return null;
    index = index * labels.length + position;
  }
  return cube.planes[index] ?? null;
}

export const mask = defineCubeProcess(
  {
    id: 'mask',
    summary: 'Replaces the values where a mask is neither 0 nor nodata.',
    parameters: [
      aCube('data', 'The data cube.'),
      aCube('mask', 'The mask; dimensions that it lacks do not matter.'),
      numberOrNull('replacement', 'Instead of masked values; null: nodata.', {}, null),
    ],
    returns: CUBE,
  },
  (args, { builder }) => {
    const data = args.cube('data');
    const flags = onGridOf(builder, data, args.cube('mask'));
    for (const { name, labels, type } of flags.dimensions) {
      const own = data.dimensions.find((dimension) => dimension.name === name);
      if (!own || !own.labels.every((label) => positionOf(type, labels, label) >= 0))
        throw refusal(
          'IncompatibleDataCubes',
          own
            ? `mask: the mask lacks labels that ${name} of the data cube has`
            : `mask: the mask has a dimension ${name} that the data cube lacks; reduce it first`,
        );
    }
    const replacement = args.has('replacement') ? args.number('replacement') : null;
    const planes = [...coordinatesOf(data.dimensions)].map((at, k) =>
      builder.add({ kind: 'mask', input: data.planes[k]!, mask: planeAt(flags, data.dimensions, at)!, replacement }),
    );
    return { ...data, planes };
  },
);

export const maskPolygon = defineCubeProcess(
  {
    id: 'mask_polygon',
    summary: 'Replaces the values of pixels outside (or inside) polygons.',
    parameters: [
      aCube('data', 'The data cube.'),
      parameter('mask', 'GeoJSON, WGS 84.', { type: 'object', subtype: 'geojson' }),
      numberOrNull('replacement', 'Instead of masked values; null: nodata.', {}, null),
      aBoolean('inside', 'Pixels inside are replaced, not those outside.', {}, false),
    ],
    returns: CUBE,
    limits: 'Polygons only.',
  },
  (args, { builder }) => {
    const side = args.flag('inside', false) ? 'inside' : 'outside';
    const replacement = args.has('replacement') ? args.number('replacement') : null;
    return maskByPolygons(builder, args.cube('data'), args.any('mask'), side, replacement, 'mask_polygon');
  },
);

export const COMBINING: readonly CubeProcess[] = [mergeCubes, mask, maskPolygon];
