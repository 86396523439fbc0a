/** Processes on the names of dimensions and labels; values stay as they are. */
import { apply } from '../../core/grid/affine.ts';
import { aCube, anArray, aText, CUBE, parameter } from '../../graph/define-process.ts';
import { refusal } from '../../graph/refusal.ts';
import type { Label } from '../../graph/value.ts';
import { defineCubeProcess } from '../cube-process.ts';
import type { CubeProcess } from '../cube-process.ts';
import type { Cube } from '../cube.ts';
import { dimensionIndex, EMPTY_CUBE, namesOf, selectLabels, withoutDimension } from '../cube.ts';
import type { DimensionType } from '../program.ts';

const TYPES: readonly DimensionType[] = ['temporal', 'bands', 'other'];

export const createDataCube = defineCubeProcess(
  { id: 'create_data_cube', summary: 'A cube without dimensions.', parameters: [], returns: CUBE },
  () => EMPTY_CUBE,
);

export const addDimension = defineCubeProcess(
  {
    id: 'add_dimension',
    summary: 'Adds a dimension with one label.',
    parameters: [
      aCube('data', 'The data cube.'),
      aText('name', 'Of the new dimension.'),
      parameter('label', 'Its only label.', { type: ['number', 'string'] }),
      aText('type', 'What it stands for.', { enum: TYPES }, 'other'),
    ],
    returns: CUBE,
    limits: 'A dimension of type `spatial` or `geometry` cannot be added.',
  },
  (args) => {
    const cube = args.cube('data');
    const name = args.text('name');
    const type = TYPES.find((known) => known === args.text('type', 'other')) ?? args.fault('type', TYPES.join(', '));
    if (namesOf(cube).includes(name))
      throw refusal('DimensionExists', `The data cube has a dimension "${name}" already`);
    const label = args.any('label');
    if (typeof label !== 'string' && typeof label !== 'number') args.fault('label', 'a text or a number');
    const dimension = { name, type, labels: [label as Label] };
    return { ...cube, dimensions: [dimension, ...cube.dimensions] };
  },
);

export const dropDimension = defineCubeProcess(
  {
    id: 'drop_dimension',
    summary: 'Removes a dimension that has one label.',
    parameters: [aCube('data', 'The data cube.'), aText('name', 'Of the dimension.')],
    returns: CUBE,
  },
  (args) => {
    const cube = args.cube('data');
    const index = dimensionIndex(cube, args.text('name'));
    const { name, labels } = cube.dimensions[index]!;
    if (labels.length > 1)
      throw refusal(
        'DimensionLabelCountMismatch',
        `The dimension ${name} has ${labels.length} labels; only one with a single label can be dropped`,
      );
    return withoutDimension(cube, index, cube.planes);
  },
);

export const renameDimension = defineCubeProcess(
  {
    id: 'rename_dimension',
    summary: 'Gives a dimension another name.',
    parameters: [aCube('data', 'The data cube.'), aText('source', 'The name now.'), aText('target', 'The new name.')],
    returns: CUBE,
  },
  (args) => {
    const cube = args.cube('data');
    const [source, target] = [args.text('source'), args.text('target')];
    const names = namesOf(cube);
    if (!names.includes(source)) dimensionIndex(cube, source); // says what there is
    if (names.includes(target)) throw refusal('DimensionExists', `The data cube has a dimension "${target}" already`);
    const rename = (name: string) => (name === source ? target : name);
    const renamed = (one: Cube): Cube => ({
      ...one,
      axes: { x: rename(one.axes.x), y: rename(one.axes.y) },
      dimensions: one.dimensions.map((dimension) => ({ ...dimension, name: rename(dimension.name) })),
      classes: one.classes && renamed(one.classes),
    });
    return renamed(cube);
  },
);

export const renameLabels = defineCubeProcess(
  {
    id: 'rename_labels',
    summary: 'Gives labels of a dimension other names.',
    parameters: [
      aCube('data', 'The data cube.'),
      aText('dimension', 'The dimension.'),
      anArray('target', 'The new labels.'),
      anArray('source', 'The labels now; empty: 0, 1, 2 …', []),
    ],
    returns: CUBE,
  },
  (args) => {
    const cube = args.cube('data');
    const index = dimensionIndex(cube, args.text('dimension'));
    const dimension = cube.dimensions[index]!;
    const renames = renamesOf(dimension.labels, args.labels('target'), args.labels('source', []));
    const labels = dimension.labels.map((label, k) => renames.get(k) ?? label);
    return {
      ...cube,
      dimensions: cube.dimensions.map((old, d) => (d === index ? { ...old, labels } : old)),
    };
  },
);

/** New labels by their positions. */
function renamesOf(labels: readonly Label[], target: readonly Label[], given: readonly Label[]): Map<number, Label> {
  if (given.length === 0 && !labels.every((label, k) => label === k))
    throw refusal(
      'LabelsNotEnumerated',
      `The labels ${labels.join(', ')} are not numbered from 0, so rename_labels needs their names as source`,
    );
  const source = given.length === 0 ? [...target.keys()] : given;
  if (source.length !== target.length)
    throw refusal('LabelMismatch', `rename_labels has ${source.length} labels to rename and ${target.length} new ones`);
  const renames = new Map<number, Label>();
  for (const [k, label] of source.entries()) {
    const at = labels.indexOf(label);
    if (at < 0) throw refusal('LabelNotAvailable', `There is no label ${label}; there are ${labels.join(', ')}`);
    renames.set(at, target[k]!);
  }
  for (const label of target)
    if (labels.some((old, k) => old === label && !renames.has(k)))
      throw refusal('LabelExists', `There is a label ${label} already`);
  return renames;
}

export const dimensionLabels = defineCubeProcess(
  {
    id: 'dimension_labels',
    summary: 'The labels of a dimension, as an array.',
    parameters: [aCube('data', 'The data cube.'), aText('dimension', 'The dimension.')],
    returns: { type: 'array', items: { type: ['number', 'string'] } },
  },
  (args) => {
    const cube = args.cube('data');
    const name = args.text('dimension');
    const { grid, axes } = cube;
    if (grid && (name === axes.x || name === axes.y)) {
      const along = name === axes.x ? 0 : 1;
      const centre = (k: number) => apply(grid.transform, along === 0 ? k + 0.5 : 0.5, along === 1 ? k + 0.5 : 0.5);
      return Array.from({ length: along === 0 ? grid.width : grid.height }, (_, k) => centre(k)[along]!);
    }
    return cube.dimensions[dimensionIndex(cube, name)]!.labels;
  },
);

export const trimCube = defineCubeProcess(
  {
    id: 'trim_cube',
    summary: 'Removes labels that have no values.',
    parameters: [aCube('data', 'The data cube.')],
    returns: CUBE,
    limits:
      'Removes labels of which the plan already knows that they are empty, such as periods without a scene; edges of x and y stay.',
  },
  (args, { builder }) => {
    const cube = args.cube('data');
    const isEmpty = (plane: number) => {
      const operation = builder.at(plane);
      return operation.kind === 'constant' && operation.value === null;
    };
    return cube.dimensions.reduce((trimmed, dimension, index) => {
      const kept = dimension.labels.flatMap((_, k) => {
        const { planes } = selectLabels(trimmed, index, [k]);
        return planes.every(isEmpty) ? [] : [k];
      });
      return kept.length === dimension.labels.length ? trimmed : selectLabels(trimmed, index, kept);
    }, cube);
  },
);

export const LABELS: readonly CubeProcess[] = [
  createDataCube,
  addDimension,
  dropDimension,
  renameDimension,
  renameLabels,
  dimensionLabels,
  trimCube,
];
