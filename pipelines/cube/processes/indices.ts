/** Processes that know what bands, clouds and years are. */
import { parseExpression } from '../../core/expression/parse.ts';
import { resolveFormula } from '../../core/indices/resolve.ts';
import { DEFAULT_SCL_MASKS, SCL_MASKS } from '../../core/raster/scl.ts';
import type { SclMask } from '../../core/raster/scl.ts';
import { aCube, anArray, aText, CUBE, parameter, textOrNull } from '../../graph/define-process.ts';
import { refusal } from '../../graph/refusal.ts';
import type { Label } from '../../graph/value.ts';
import { PlatformError } from '../../core/errors.ts';
import type { ProgramBuilder } from '../builder.ts';
import { defineCubeProcess } from '../cube-process.ts';
import type { CubeProcess } from '../cube-process.ts';
import type { Cube } from '../cube.ts';
import { dimensionOfType, fromLines, linesAlong, sizeOf, withoutDimension } from '../cube.ts';
import { partOfYear, timeOf, PERIODS } from '../periods.ts';
import type { ClassSource, PlaneOperation } from '../program.ts';
import { isBand } from './filter.ts';
import { reduceGroups } from './reduce.ts';

const DATA = aCube('data', 'The data cube, with bands.');
const TARGET = textOrNull('target_band', 'Keeps the bands and adds this one; null: the bands are dropped.', {}, null);

export const ndvi = defineCubeProcess(
  {
    id: 'ndvi',
    summary: 'The normalised difference vegetation index of each date.',
    parameters: [
      DATA,
      aText('nir', 'The near infrared band.', {}, 'nir'),
      aText('red', 'The red band.', {}, 'red'),
      TARGET,
    ],
    returns: CUBE,
  },
  (args, { builder }) => {
    const words = { nir: args.text('nir', 'nir'), red: args.text('red', 'red') };
    const missing = { nir: 'NirBandAmbiguous', red: 'RedBandAmbiguous' };
    const find = (name: string, labels: readonly Label[]) => {
      const at = findBand(labels, words[name as 'nir' | 'red']);
      if (at >= 0) return at;
      throw refusal(
        missing[name as 'nir' | 'red'],
        `ndvi: there is no band ${words[name as 'nir' | 'red']}; there are ${labels.join(', ')}`,
      );
    };
    return planFormula(builder, args.cube('data'), NDVI, find, args.text('target_band', null), 'ndvi');
  },
);

const NDVI = '(nir - red) / (nir + red)';

export const lmIndex = defineCubeProcess(
  {
    id: 'lm_index',
    summary: 'An index of the catalogue, or an expression over bands, of each date.',
    parameters: [DATA, aText('index', 'Id of an index such as `NDWI`, or an expression.'), TARGET],
    returns: CUBE,
  },
  (args, { builder }) => {
    const formula = resolveFormula(args.text('index'));
    const find = (name: string, labels: readonly Label[]) => {
      const at = findBand(labels, name);
      if (at >= 0) return at;
      throw new PlatformError(
        'band-missing',
        `${formula.id ?? 'The expression'} needs the bands ${formula.bandNames.join(', ')}; the data cube has ${labels.join(', ')}`,
        { detail: { wanted: formula.bandNames, given: labels } },
      );
    };
    return planFormula(
      builder,
      args.cube('data'),
      formula.expression,
      find,
      args.text('target_band', null),
      'lm_index',
    );
  },
);

function findBand(labels: readonly Label[], word: string): number {
  const exact = labels.indexOf(word);
  return exact >= 0 ? exact : labels.findIndex((label) => isBand(label, word));
}

function planFormula(
  builder: ProgramBuilder,
  cube: Cube,
  text: string,
  find: (name: string, labels: readonly Label[]) => number,
  target: string | null,
  process: string,
): Cube {
  const index = dimensionOfType(cube, 'bands', null, 'DimensionAmbiguous');
  const dimension = cube.dimensions[index]!;
  const expression = parseExpression(text);
  const bands = expression.bandNames.map((name) => find(name, dimension.labels));
  const lines = linesAlong(cube, index);
  const planes = lines.map((line) =>
    builder.formula(
      expression,
      bands.map((band) => line[band]!),
    ),
  );
  if (target === null) return withoutDimension(cube, index, planes);
  if (dimension.labels.includes(target)) throw refusal('BandExists', `${process}: there is a band ${target} already`);
  const labels = [...dimension.labels, target];
  return fromLines(
    cube,
    index,
    { ...dimension, labels },
    lines.map((line, k) => [...line, planes[k]!]),
  );
}

export const lmCloudMask = defineCubeProcess(
  {
    id: 'lm_cloud_mask',
    summary: 'Makes nodata of what the scene classification takes for cloud, shadow …',
    parameters: [DATA, anArray('classes', `Out of ${Object.keys(SCL_MASKS).join(', ')}.`, DEFAULT_SCL_MASKS)],
    returns: CUBE,
  },
  (args, { builder }) => {
    const cube = args.cube('data');
    const words = args.list('classes', DEFAULT_SCL_MASKS);
    for (const word of words)
      if (typeof word !== 'string' || !Object.hasOwn(SCL_MASKS, word))
        args.fault('classes', `a list out of ${Object.keys(SCL_MASKS).join(', ')}`);
    const excluded = [...new Set((words as SclMask[]).flatMap((word) => SCL_MASKS[word]))].sort((a, b) => a - b);
    return maskClasses(builder, cube, classesOf(cube), excluded);
  },
);

/** Classifications of the dates: those that came with the scenes, or a band `scl`. */
function classesOf(cube: Cube): Cube {
  if (cube.classes) return cube.classes;
  const index = cube.dimensions.findIndex(({ type }) => type === 'bands');
  const at = index < 0 ? -1 : cube.dimensions[index]!.labels.findIndex((label) => /^scl$/i.test(String(label)));
  if (at < 0)
    throw new PlatformError(
      'band-missing',
      'lm_cloud_mask finds no scene classification: neither came one with the files, nor is there a band scl',
    );
  return withoutDimension(
    cube,
    index,
    linesAlong(cube, index).map((line) => line[at]!),
  );
}

function maskClasses(builder: ProgramBuilder, cube: Cube, classes: Cube, excluded: readonly number[]): Cube {
  const { dimensions } = cube;
  const planes = cube.planes.map((plane, k) => {
    let [rest, index] = [k, 0];
    const at: number[] = [];
    for (let d = dimensions.length - 1; d >= 0; d--) {
      const size = dimensions[d]!.labels.length;
      at[d] = rest % size;
      rest = Math.floor(rest / size);
    }
    for (const { name, labels } of classes.dimensions)
      index = index * labels.length + at[dimensions.findIndex((own) => own.name === name)]!;
    return maskPlane(builder, plane, builder.at(classes.planes[index]!), excluded);
  });
  return { ...cube, planes };
}

/** Tile by tile where both are mosaics, so that each tile is masked by its own classes. */
function maskPlane(
  builder: ProgramBuilder,
  plane: number,
  classes: PlaneOperation,
  excluded: readonly number[],
): number {
  const data = builder.at(plane);
  if (data.kind === 'mosaic' && classes.kind === 'mosaic' && data.inputs.length === classes.inputs.length)
    return builder.mosaic(
      data.inputs.map((tile, k) => maskPlane(builder, tile, builder.at(classes.inputs[k]!), excluded)),
    );
  if (classes.kind === 'constant') return plane;
  if (classes.kind !== 'source')
    throw new PlatformError(
      'format-unsupported',
      'lm_cloud_mask needs the classes as the files have them: put it before processes that change the grid or mix dates',
    );
  const { band, file } = classes;
  const source: ClassSource = {
    mask: { source: band, excluded },
    file: { ...file, reading: { ...file.reading, maskedClasses: excluded } },
  };
  return builder.classed(plane, source);
}

const NORMAL_PERIODS = ['day', 'month', 'climatology-period', 'season', 'tropical-season'] as const;

export const climatologicalNormal = defineCubeProcess(
  {
    id: 'climatological_normal',
    summary: 'The mean of each month, season … over a period of years.',
    parameters: [
      DATA,
      aText('period', 'The part of the year.', { enum: NORMAL_PERIODS }),
      parameter('climatology_period', 'First and last year.', { type: 'array', subtype: 'temporal-interval' }, [
        '1981',
        '2010',
      ]),
    ],
    returns: CUBE,
  },
  (args, planning) => {
    const cube = args.cube('data');
    const index = dimensionOfType(cube, 'temporal', null);
    const period = args.text('period');
    if (!NORMAL_PERIODS.some((known) => known === period)) args.fault('period', NORMAL_PERIODS.join(', '));
    const [first, last] = args
      .list('climatology_period', ['1981', '2010'])
      .map((year) => Number(String(year).slice(0, 4)));
    if (!(Number.isInteger(first) && Number.isInteger(last) && first! <= last!))
      args.fault('climatology_period', 'a first and a last year, ["1991", "2020"]');
    const { labels } = cube.dimensions[index]!;
    const parts = labels.map((label) => partInYears(label, period, first!, last!));
    const names = [...new Set(parts.filter((part) => part !== null))].sort((a, b) => order(a) - order(b));
    if (names.length === 0)
      throw new PlatformError(
        'parameter-invalid',
        `climatological_normal: no time lies in the years ${first} to ${last}`,
      );
    const groups = names.map((label) => ({
      label,
      positions: parts.flatMap((part, k) => (part === label ? [k] : [])),
    }));
    return reduceGroups(planning, cube, index, groups, MEAN, null);
  },
);

const SEASON_ORDER = ['djf', 'mam', 'jja', 'son', 'ndjfma', 'mjjaso', 'climatology-period'];

function order(part: string): number {
  return /^\d+$/.test(part) ? Number(part) : SEASON_ORDER.indexOf(part);
}

/**
 * The part of the year of a label; null outside the years. A season that begins in the year before (`2023-djf`) belongs
 * to the year in which it ends.
 */
function partInYears(label: Label, period: string, first: number, last: number): string | null {
  const text = String(label);
  const year = Number(text.slice(0, 4));
  if (period === 'climatology-period') return year >= first && year <= last ? period : null;
  const isTime = /^\d{4}-\d\d-\d\d(T|$)/.test(text);
  const named = isTime && (period === 'season' || period === 'tropical-season');
  const name = named ? PERIODS[period].label(PERIODS[period].ordinal(timeOf(label))) : text;
  const part = partOfYear(named ? name : label, period);
  const belongs = part === 'djf' || part === 'ndjfma' ? Number(name.slice(0, 4)) + 1 : year;
  return belongs >= first && belongs <= last ? part : null;
}

const MEAN = {
  mean: { process_id: 'mean', arguments: { data: { from_parameter: 'data' } }, result: true },
} as const;

export const anomaly = defineCubeProcess(
  {
    id: 'anomaly',
    summary: 'What the values of each time are above the normal of its part of the year.',
    parameters: [
      DATA,
      aCube('normals', 'Such as climatological_normal makes.'),
      aText('period', 'The part of the year that the normals are of.', {
        enum: [...Object.keys(PERIODS), 'single-period', 'climatology-period'],
      }),
    ],
    returns: CUBE,
  },
  (args, { builder }) => {
    const [cube, normals] = [args.cube('data'), args.cube('normals')];
    const period = args.text('period');
    const index = dimensionOfType(cube, 'temporal', null);
    const normalIndex = dimensionOfType(normals, 'temporal', null);
    const { labels } = normals.dimensions[normalIndex]!;
    const normalLines = linesAlong(normals, normalIndex);
    const lines = linesAlong(cube, index);
    if (normalLines.length !== lines.length || sizeOf(cube.dimensions) === 0)
      throw refusal('DimensionMismatch', 'anomaly: data and normals need the same dimensions beside time');
    const single = period === 'single-period' || period === 'climatology-period';
    const dimension = cube.dimensions[index]!;
    const difference = parseExpression('red - nir');
    const planes = lines.map((line, l) =>
      line.map((plane, k) => {
        const part = single ? null : partOfYear(dimension.labels[k]!, period);
        const at = single ? 0 : labels.findIndex((label) => String(label) === part);
        if (at < 0)
          throw refusal('LabelNotAvailable', `anomaly: there is no normal for ${part}; there are ${labels.join(', ')}`);
        return builder.formula(difference, [plane, normalLines[l]![at]!]);
      }),
    );
    return fromLines(cube, index, dimension, planes);
  },
);

export const INDICES: readonly CubeProcess[] = [ndvi, lmIndex, lmCloudMask, climatologicalNormal, anomaly];
