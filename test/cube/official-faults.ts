/** Official cases on cubes that contradict openEO's own definitions, and what they mean: each is tried in its corrected form. */
import type { OfficialCase } from '../graph/official-cases.ts';
import type { Fault } from '../graph/official-faults.ts';
import type { WrittenCube } from './official-cubes.ts';
import { resolve } from './official-cubes.ts';

/** Changes words in the text of the arguments, or of all of the case. */
function reword(from: RegExp, to: string, ...parts: readonly ('arguments' | 'returns')[]) {
  return (test: OfficialCase): OfficialCase => {
    const changed = parts.map((part) => [part, JSON.parse(JSON.stringify(test[part]).replace(from, to)) as unknown]);
    return { ...test, ...(Object.fromEntries(changed) as Partial<OfficialCase>) };
  };
}

function withArguments(args: Readonly<Record<string, unknown>>) {
  return (test: OfficialCase): OfficialCase => ({ ...test, arguments: { ...test.arguments, ...args } });
}

function withReturns(change: (cube: WrittenCube) => Partial<WrittenCube>) {
  return (test: OfficialCase): OfficialCase => {
    const cube = test.returns as WrittenCube;
    return { ...test, returns: { ...cube, ...change(cube) } };
  };
}

/** Numbers that are written with two decimals. */
const rounded = (test: OfficialCase): OfficialCase => ({ ...test, delta: 5.1e-5 });

function chain(...steps: readonly ((test: OfficialCase) => OfficialCase)[]) {
  return (test: OfficialCase) => steps.reduce((changed, step) => step(changed), test);
}

function withLabels(name: string, values: readonly string[]) {
  return withReturns(({ dimensions }) => ({
    dimensions: { ...(dimensions as object), [name]: { type: 'temporal', values } },
  }));
}

const fromParameter = reword(/from_argument/g, 'from_parameter', 'arguments');
const ARGUMENT = '"from_argument" is no word of a process graph: "from_parameter" is meant';
const inJune = chain(reword(/2020-01-/g, '2020-06-', 'arguments', 'returns'), rounded);
const JUNE = 'its intervals lie in January and the cube in June, and the numbers are rounded to two decimals';
const swapAxes = (order: readonly string[]) =>
  withReturns(({ dimensions }) => {
    const written = Object.values(dimensions) as readonly { readonly axis?: string; readonly type: string }[];
    const named = order.map((name) => {
      const axis = name === 't' ? undefined : name === 'x' || name === 'lon' ? 'x' : 'y';
      return [name, written.find((dimension) => dimension.axis === axis)!] as const;
    });
    return { order, dimensions: Object.fromEntries(named) as WrittenCube['dimensions'] };
  });
const renamed = reword(/"t"/g, '"t2"', 'returns');

const MASK = 'it replaces where its mask is 0; non-zero is what masks';
const invertMask = (test: OfficialCase): OfficialCase => {
  const mask = resolve(test.arguments['mask']) as WrittenCube;
  const flags = (mask.data as readonly (readonly number[])[]).map((row) => row.map((flag) => 1 - flag));
  return withArguments({ mask: { ...mask, data: flags } })(test);
};

export const CUBE_FAULTS: readonly Fault[] = [
  {
    id: 'filter_bands',
    index: 4,
    reason: 'it asks for red and blue and expects blue and green',
    correct: withArguments({ bands: ['blue', 'green'] }),
  },
  {
    id: 'rename_dimension',
    index: 3,
    reason: 'x is renamed, and y is expected to be',
    correct: swapAxes(['t', 'y', 'lon']),
  },
  {
    id: 'rename_dimension',
    index: 4,
    reason: 'y is renamed, and x is expected to be',
    correct: swapAxes(['t', 'lat', 'x']),
  },
  {
    id: 'rename_labels',
    index: 5,
    reason: 'the new labels are given as source; target is required',
    correct: reword(/"source"/, '"target"', 'arguments'),
  },
  {
    id: 'rename_labels',
    index: 7,
    reason: 'the new label is given as source; target is required',
    correct: reword(/"source"/, '"target"', 'arguments'),
  },
  {
    id: 'reduce_dimension',
    index: 1,
    reason: '"from_argument" is no word of a process graph: "from_node" is meant; and a pixel is 255, its nodata',
    correct: chain(
      reword(/from_argument/g, 'from_node', 'arguments'),
      withReturns(({ data }) => {
        const rows = structuredClone(data) as (number | null)[][];
        rows[0]![3] = null;
        return { data: rows };
      }),
    ),
  },
  { id: 'apply', index: 1, reason: ARGUMENT, correct: fromParameter },
  { id: 'merge_cubes', index: 3, reason: ARGUMENT, correct: fromParameter },
  { id: 'aggregate_temporal', index: 5, reason: JUNE, correct: inJune },
  { id: 'aggregate_temporal', index: 6, reason: JUNE, correct: inJune },
  { id: 'aggregate_temporal', index: 7, reason: JUNE, correct: inJune },
  { id: 'aggregate_temporal', index: 8, reason: JUNE, correct: inJune },
  {
    id: 'aggregate_temporal',
    index: 9,
    reason: `${JUNE}, and the labels stand inside the reducer`,
    correct: chain(inJune, withArguments({ labels: ['before', 'after'] })),
  },
  {
    id: 'aggregate_temporal',
    index: 10,
    reason: 'it requires and expects the median, and its reducer is the mean',
    correct: chain(reword(/"process_id":"mean"/, '"process_id":"median"', 'arguments'), rounded),
  },
  {
    id: 'aggregate_temporal_period',
    index: 3,
    reason: 'from 0 to 4 o’clock there are five hours, and it expects four days',
    correct: chain(
      withLabels(
        't',
        ['00', '01', '02', '03', '04'].map((hour) => `2020-06-01-${hour}`),
      ),
      withReturns(({ data }) => {
        const [first, second, none, last] = data as readonly unknown[];
        return { data: [first, second, none, none, last] };
      }),
    ),
  },
  {
    id: 'aggregate_temporal_period',
    index: 4,
    reason: 'days are labelled by their number in the year, not by hours',
    correct: withLabels('t', ['2020-153', '2020-154', '2020-155', '2020-156']),
  },
  {
    id: 'aggregate_temporal_period',
    index: 8,
    reason: 'the dimension t2 is expected to be called t afterwards',
    correct: renamed,
  },
  {
    id: 'aggregate_temporal_period',
    index: 9,
    reason: 'the dimension t2 is expected to be called t afterwards',
    correct: renamed,
  },
  {
    id: 'apply_dimension',
    index: 1,
    reason: 'of 192, 216 and nodata it expects the quantiles of three numbers, though nodata is ignored by default',
    correct: withReturns(({ data }) => {
      const planes = structuredClone(data) as number[][][];
      [204, 210, 213.6].forEach((quantile, k) => (planes[k]![0]![3] = quantile));
      return { data: planes };
    }),
  },
  {
    id: 'apply_dimension',
    index: 2,
    reason: 'it works along bands, which the cube does not have, and expects what t gives',
    correct: chain(withArguments({ dimension: 't' }), rounded),
  },
  {
    id: 'apply',
    index: 2,
    reason: 'a pixel of the file is 255, its nodata, where 165 is expected',
    correct: withReturns(({ data }) => {
      const planes = structuredClone(data) as (number | null)[][][];
      planes[2]![0]![3] = null;
      return { data: planes };
    }),
  },
  { id: 'mask', index: 0, reason: MASK, correct: invertMask },
  {
    id: 'mask',
    index: 1,
    reason: `its cube is in no file of the suite; the expected dates are those of xyt-minimal-float, and ${MASK}`,
    correct: chain(reword(/xyb-minimal-float/, 'xyt-minimal-float', 'arguments'), invertMask),
  },
  {
    id: 'mask',
    index: 2,
    reason: `${MASK}; a pixel that is nodata and not masked is expected to be replaced`,
    correct: chain(
      invertMask,
      withReturns(({ data }) => {
        const planes = structuredClone(data) as (number | null)[][][];
        for (const plane of planes) plane[2]![2] = null;
        return { data: planes };
      }),
    ),
  },
  {
    id: 'mask_polygon',
    index: 0,
    reason: 'no pixel is inside, and all are expected to be replaced',
    correct: withArguments({ inside: false }),
  },
  {
    id: 'mask_polygon',
    index: 1,
    reason: 'all pixels are outside, and none is expected to be replaced',
    correct: withArguments({ inside: true }),
  },
  {
    id: 'mask_polygon',
    index: 6,
    reason: 'its expected file leaves one row of the polygon in the last plane, which the other planes do not',
    correct: (test) => {
      const cube = resolve(test.returns) as WrittenCube;
      const data = structuredClone(cube.data) as (number | null)[][][][];
      data.at(-1)!.at(-1)![2]!.fill(null, 3, 7);
      return { ...test, returns: { ...cube, data } };
    },
  },
];
