/** Processes that keep a part of a cube: nothing is computed, planes are only chosen. */
import { aCallback, aCube, CUBE, parameter, textOrNull, anArray, aText } from '../../graph/define-process.ts';
import { compileCallback } from '../../graph/evaluate.ts';
import { VALUE_PROCESSES } from '../../graph/processes/registry.ts';
import { refusal } from '../../graph/refusal.ts';
import type { Value } from '../../graph/value.ts';
import { defineCubeProcess } from '../cube-process.ts';
import type { CubeProcess } from '../cube-process.ts';
import { dimensionIndex, dimensionOfType, selectLabels } from '../cube.ts';
import { meansBand } from '../load-scenes.ts';
import { parseInterval } from '../interval.ts';
import { timesOf } from '../periods.ts';

export const filterTemporal = defineCubeProcess(
  {
    id: 'filter_temporal',
    summary: 'Keeps the times of an interval.',
    parameters: [
      aCube('data', 'The data cube.'),
      parameter('extent', 'Start (inclusive) and end (exclusive); null: open.', {
        type: 'array',
        subtype: 'temporal-interval',
      }),
      textOrNull('dimension', 'The dimension of time; by default all there are.', {}, null),
    ],
    returns: CUBE,
  },
  (args) => {
    const cube = args.cube('data');
    const name = args.text('dimension', null);
    const { start, end } = parseInterval(args.list('extent'), 'filter_temporal');
    const all = cube.dimensions.flatMap(({ type }, index) => (type === 'temporal' ? [index] : []));
    const chosen = name === null && all.length > 1 ? all : [dimensionOfType(cube, 'temporal', name)];
    return chosen.reduce((filtered, index) => {
      const times = timesOf(filtered.dimensions[index]!).map((time) => time.getTime());
      const kept = times.flatMap((time, k) => (time >= start && time < end ? [k] : []));
      return selectLabels(filtered, index, kept);
    }, cube);
  },
);

export const filterBands = defineCubeProcess(
  {
    id: 'filter_bands',
    summary: 'Keeps bands, in the order in which they are named.',
    parameters: [
      aCube('data', 'The data cube.'),
      anArray('bands', 'Names of bands, or common names such as `red`.', []),
      anArray('wavelengths', 'Not offered.', []),
    ],
    returns: CUBE,
    limits: 'Bands cannot be chosen by wavelength.',
  },
  (args, { notes }) => {
    const cube = args.cube('data');
    const bands = args.labels('bands', []);
    if (args.list('wavelengths', []).length > 0) args.fault('wavelengths', 'nothing: bands are chosen by their names');
    if (bands.length === 0)
      throw refusal('BandFilterParameterMissing', 'filter_bands needs the names of bands to keep');
    const index = dimensionOfType(cube, 'bands', null, 'DimensionMissing');
    const { labels } = cube.dimensions[index]!;
    const kept = bands.flatMap((band) => {
      const exact = labels.indexOf(band);
      const found = exact >= 0 ? exact : labels.findIndex((label) => isBand(label, String(band)));
      if (found < 0) notes.add(`filter_bands: there is no band ${band}; there are ${labels.join(', ')}`);
      return found < 0 ? [] : [found];
    });
    return selectLabels(cube, index, [...new Set(kept)]);
  },
);

/** Whether a label is the band that a word means: its name, or another name of the same band of Sentinel-2. */
export function isBand(label: string | number, word: string): boolean {
  return typeof label === 'string' && meansBand(word, { name: label, code: label });
}

export const filterLabels = defineCubeProcess(
  {
    id: 'filter_labels',
    summary: 'Keeps the labels of a dimension that meet a condition.',
    parameters: [
      aCube('data', 'The data cube.'),
      aCallback('condition', 'Is given each label as `value`.', [
        { name: 'value', schema: {} },
        { name: 'context', schema: {}, optional: true },
      ]),
      aText('dimension', 'The dimension.'),
      parameter('context', 'Passed on to the condition.', {}, null),
    ],
    returns: CUBE,
  },
  (args) => {
    const cube = args.cube('data');
    const index = dimensionIndex(cube, args.text('dimension'));
    const holds = compileCallback(args.callback('condition'), {
      processes: VALUE_PROCESSES,
      parameters: ['value', 'context'],
    });
    const context = args.any('context') as Value;
    const { labels } = cube.dimensions[index]!;
    return selectLabels(
      cube,
      index,
      labels.flatMap((label, k) => (holds(label, context) === true ? [k] : [])),
    );
  },
);

export const FILTERS: readonly CubeProcess[] = [filterTemporal, filterBands, filterLabels];
