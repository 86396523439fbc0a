/** Processes along a dimension: reductions, periods, and processes from arrays to arrays. */
import {
  aCallback,
  aCube,
  anArray,
  aText,
  CUBE,
  parameter,
  REDUCER_PARAMETERS,
  textOrNull,
  VALUE_PARAMETERS,
} from '../../graph/define-process.ts';
import type { Parameter } from '../../graph/define-process.ts';
import type { ProcessGraph } from '../../graph/graph.ts';
import { refusal } from '../../graph/refusal.ts';
import type { Label } from '../../graph/value.ts';
import { planArray, planReducer, planValues } from '../plan-callback.ts';
import { defineCubeProcess } from '../cube-process.ts';
import type { CubeProcess, Planning } from '../cube-process.ts';
import type { Cube } from '../cube.ts';
import {
  dimensionIndex,
  dimensionOfType,
  fromLines,
  linesAlong,
  mapPlanes,
  namesOf,
  withoutDimension,
} from '../cube.ts';
import { intervalTest } from '../interval.ts';
import { groupByPeriod, PERIODS, timeOf, timesOf } from '../periods.ts';
import type { PeriodName } from '../periods.ts';

const DATA = aCube('data', 'The data cube.');
const REDUCER = aCallback('reducer', 'From the values along the dimension to one.', REDUCER_PARAMETERS);
const CONTEXT: Parameter = parameter('context', 'Passed on to the process.', {}, null);

export const reduceDimension = defineCubeProcess(
  {
    id: 'reduce_dimension',
    summary: 'Reduces a dimension to one value for each pixel.',
    parameters: [DATA, REDUCER, aText('dimension', 'The dimension, which is dropped.'), CONTEXT],
    returns: CUBE,
    limits: 'Along x or y nothing can be reduced; aggregate_spatial does that for zones.',
  },
  (args, { builder }) => {
    const cube = args.cube('data');
    const index = dimensionIndex(cube, args.text('dimension'));
    const graph = args.callback('reducer');
    const { labels } = cube.dimensions[index]!;
    const planes = linesAlong(cube, index).map((line) =>
      planReducer(builder, graph, line, labels, args.any('context')),
    );
    return withoutDimension(cube, index, planes);
  },
);

interface Group {
  readonly label: Label;
  /** When it begins, RFC 3339; null where nobody knows. */
  readonly time: string | null;
  readonly positions: readonly number[];
}

/** One label for each group, its values reduced from those of the group. */
export function reduceGroups(
  { builder }: Pick<Planning, 'builder'>,
  cube: Cube,
  index: number,
  groups: readonly Group[],
  graph: ProcessGraph,
  context: unknown,
): Cube {
  const dimension = cube.dimensions[index]!;
  const lines = linesAlong(cube, index).map((line) =>
    groups.map(({ positions }) =>
      positions.length === 0
        ? builder.empty()
        : planReducer(
            builder,
            graph,
            positions.map((p) => line[p]!),
            positions.map((p) => dimension.labels[p]!),
            context,
          ),
    ),
  );
  const { times: _, ...rest } = dimension;
  const times = groups.flatMap(({ time }) => (time === null ? [] : [time]));
  const labelled = {
    ...rest,
    labels: groups.map(({ label }) => label),
    ...(times.length === groups.length && { times }),
  };
  return { ...fromLines(cube, index, labelled, lines), classes: null };
}

export const aggregateTemporal = defineCubeProcess(
  {
    id: 'aggregate_temporal',
    summary: 'Reduces the times of each of several intervals to one.',
    parameters: [
      DATA,
      anArray('intervals', 'Each with its start (inclusive) and end (exclusive).'),
      REDUCER,
      anArray('labels', 'Of the intervals; by default their starts.', []),
      textOrNull('dimension', 'The dimension of time.', {}, null),
      CONTEXT,
    ],
    returns: CUBE,
  },
  (args, planning) => {
    const cube = args.cube('data');
    const index = dimensionOfType(cube, 'temporal', args.text('dimension', null));
    const times = timesOf(cube.dimensions[index]!);
    const intervals = args
      .list('intervals')
      .map((interval) => (Array.isArray(interval) ? (interval as unknown[]) : []));
    const tests = intervals.map((interval) => intervalTest(interval, 'aggregate_temporal'));
    const given = args.labels('labels', []);
    const labels = given.length > 0 ? given : intervals.map(([start]) => (start ?? '') as Label);
    if (labels.length !== intervals.length || new Set(labels).size !== labels.length)
      throw refusal(
        'DistinctDimensionLabelsRequired',
        `aggregate_temporal has ${intervals.length} intervals and the labels ${labels.join(', ')}; it needs a different one for each`,
      );
    const groups = tests.map((test, k) => ({
      label: labels[k]!,
      time: /^\d{4}-/.test(String(intervals[k]![0])) ? timeOf(intervals[k]![0] as Label).toISOString() : null,
      positions: times.flatMap((time, p) => (test(time) ? [p] : [])),
    }));
    return reduceGroups(planning, cube, index, groups, args.callback('reducer'), args.any('context'));
  },
);

export const aggregateTemporalPeriod = defineCubeProcess(
  {
    id: 'aggregate_temporal_period',
    summary: 'Reduces the times of each month, season, year … to one.',
    parameters: [
      DATA,
      aText('period', 'The division of the calendar.', { enum: Object.keys(PERIODS) as PeriodName[] }),
      REDUCER,
      textOrNull('dimension', 'The dimension of time.', {}, null),
      CONTEXT,
    ],
    returns: CUBE,
  },
  (args, planning) => {
    const cube = args.cube('data');
    const index = dimensionOfType(cube, 'temporal', args.text('dimension', null));
    const groups = groupByPeriod(timesOf(cube.dimensions[index]!), args.text('period'));
    return reduceGroups(planning, cube, index, groups, args.callback('reducer'), args.any('context'));
  },
);

export const apply = defineCubeProcess(
  {
    id: 'apply',
    summary: 'Computes each value from itself.',
    parameters: [DATA, aCallback('process', 'From a value to a value.', VALUE_PARAMETERS), CONTEXT],
    returns: CUBE,
  },
  (args, { builder }) => {
    const graph = args.callback('process');
    return mapPlanes(args.cube('data'), (plane) => planValues(builder, graph, [plane], args.any('context')));
  },
);

export const applyDimension = defineCubeProcess(
  {
    id: 'apply_dimension',
    summary: 'Computes the values along a dimension from each other, such as cumulative sums.',
    parameters: [
      DATA,
      aCallback('process', 'From an array to an array.', REDUCER_PARAMETERS),
      aText('dimension', 'The dimension along which values are taken.'),
      textOrNull('target_dimension', 'A new dimension instead; null: the same.', {}, null),
      CONTEXT,
    ],
    returns: CUBE,
    limits: 'A target dimension that exists already, other than the source, is refused.',
  },
  (args, { builder }) => {
    const cube = args.cube('data');
    const index = dimensionIndex(cube, args.text('dimension'));
    const dimension = cube.dimensions[index]!;
    const target = args.text('target_dimension', null) ?? dimension.name;
    const isNew = target !== dimension.name;
    if (isNew && namesOf(cube).includes(target))
      throw refusal('DimensionExists', `apply_dimension: the data cube has a dimension "${target}" already`);
    const graph = args.callback('process');
    const lines = linesAlong(cube, index).map((line) =>
      planArray(builder, graph, line, dimension.labels, args.any('context')),
    );
    const count = lines[0]?.length ?? 0;
    const keeps = !isNew && count === dimension.labels.length;
    if (keeps) return fromLines(cube, index, dimension, lines);
    const labels = Array.from({ length: count }, (_, k) => k);
    const type = isNew ? 'other' : dimension.type;
    return fromLines(cube, index, { name: target, type, labels }, lines);
  },
);

export const ALONG: readonly CubeProcess[] = [
  reduceDimension,
  aggregateTemporal,
  aggregateTemporalPeriod,
  apply,
  applyDimension,
];
