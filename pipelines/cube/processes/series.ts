/** The series of every pixel analysed, and speckle filtered: processes of our own over kernels of the core. */
import { checkLooks, checkSide, SPATIAL_FILTERS } from '../../core/radar/speckle.ts';
import { PlatformError } from '../../core/errors.ts';
import { SMOOTH_METHODS, TREND_METHODS } from '../../core/series/analysis.ts';
import { FILL_METHODS } from '../../core/series/fill-gaps.ts';
import { FORECASTERS } from '../../core/series/forecast.ts';
import type { ForecastMethod } from '../../core/series/forecast.ts';
import { createPixelAnalyst } from '../../core/series/pixel/create-analyst.ts';
import type { PixelAnalysis } from '../../core/series/pixel/create-analyst.ts';
import { parseStep } from '../../core/series/step.ts';
import type { Step } from '../../core/series/step.ts';
import { aCube, anInteger, aNumber, aText, CUBE, parameter, textOrNull } from '../../graph/define-process.ts';
import type { Parameter } from '../../graph/define-process.ts';
import type { Arguments } from '../arguments.ts';
import type { ProgramBuilder } from '../builder.ts';
import { defineCubeProcess } from '../cube-process.ts';
import type { CubeProcess } from '../cube-process.ts';
import type { Cube } from '../cube.ts';
import { beginOf, dimensionOfType, fromLines, gridOf, linesAlong, mapPlanes, namesOf } from '../cube.ts';
import type { Dimension } from '../program.ts';

const DATA = aCube('data', 'The data cube.');
const LAMBDA = parameter(
  'lambda',
  'Smoothness; `auto`: the bend of the V-curve.',
  [
    { type: 'number', minimum: 1e-6 },
    { type: 'string', enum: ['auto'] },
  ],
  'auto',
);

interface SeriesProcess {
  readonly id: string;
  readonly summary: string;
  readonly parameters: readonly Parameter[];
  readonly analysis: (args: Arguments) => PixelAnalysis;
  /** What becomes of the dimension of time: times again, or bands of results. */
  readonly results: 'times' | 'bands';
}

function defineSeries({ id, summary, parameters, analysis, results }: SeriesProcess): CubeProcess {
  return defineCubeProcess({ id, summary, parameters: [DATA, ...parameters], returns: CUBE }, (args, { builder }) =>
    analyse(builder, args.cube('data'), analysis(args), results, id),
  );
}

function analyse(
  builder: ProgramBuilder,
  cube: Cube,
  analysis: PixelAnalysis,
  results: SeriesProcess['results'],
  process: string,
): Cube {
  const index = dimensionOfType(cube, 'temporal', null);
  const groups = groupByDay(cube.dimensions[index]!, process);
  const days = groups.map(({ day }) => day);
  const { bands } = createPixelAnalyst(analysis, Float64Array.from(days));
  const lines = linesAlong(cube, index).map((line) => {
    const inputs = groups.map(({ positions }) =>
      positions.length === 1
        ? line[positions[0]!]!
        : builder.add({
            kind: 'reduce',
            reducer: { kind: 'mean', ignoreNodata: true },
            inputs: positions.map((p) => line[p]!),
          }),
    );
    const series = builder.add({ kind: 'series', analysis, days, inputs, outputs: bands.length });
    return bands.map((_, k) => builder.add({ kind: 'part', input: series, index: k }));
  });
  const labels = bands.map(({ name }) => name);
  const name = namesOf(cube).includes('bands') ? 'results' : 'bands';
  const dimension: Dimension =
    results === 'bands'
      ? { name, type: 'bands', labels }
      : { name: cube.dimensions[index]!.name, type: 'temporal', labels };
  return { ...fromLines(cube, index, dimension, lines), classes: null };
}

/** Times in their order, those of one moment together. */
function groupByDay(dimension: Dimension, process: string): { readonly day: number; readonly positions: number[] }[] {
  const groups = new Map<number, number[]>();
  dimension.labels.forEach((label, k) => {
    const begin = beginOf(dimension, k);
    if (begin === null)
      throw new PlatformError('parameter-invalid', `${process}: nothing tells when ${label} is, so there is no series`);
    const day = Date.parse(begin) / 86_400_000;
    groups.set(day, [...(groups.get(day) ?? []), k]);
  });
  return [...groups].map(([day, positions]) => ({ day, positions })).sort((a, b) => a.day - b.day);
}

function oneOf<T extends string>(args: Arguments, name: string, accepted: readonly T[]): T {
  const word = args.text(name, accepted[0]!);
  return accepted.find((known) => known === word) ?? args.fault(name, accepted.join(', '));
}

function within(args: Arguments, name: string, fallback: number, [least, most]: readonly [number, number]): number {
  const value = args.number(name, fallback);
  return value >= least && value <= most ? value : args.fault(name, `a number from ${least} to ${most}`);
}

function lambdaOf(args: Arguments): number | 'auto' {
  const lambda = args.any('lambda') ?? 'auto';
  return lambda === 'auto' ? lambda : within(args, 'lambda', 1, [1e-6, 1e12]);
}

function spanOf(args: Arguments, name: string): Step | null {
  const text = args.text(name, null);
  return text === null ? null : (parseStep(text) ?? args.fault(name, 'a time such as 10d, 2w, 1mo or 1y'));
}

const STEP = textOrNull('step', 'Such as 10d, 2w, 1mo; null: that of the times.', {}, null);

export const lmTrend = defineSeries({
  id: 'lm_trend',
  summary: 'Slope, intercept and significance of the trend of each pixel (Theil-Sen, Mann-Kendall).',
  parameters: [aText('method', 'Of all dates, or season by season.', { enum: TREND_METHODS }, TREND_METHODS[0])],
  analysis: (args) => ({ kind: 'trend', method: oneOf(args, 'method', TREND_METHODS) }),
  results: 'bands',
});

export const lmSmooth = defineSeries({
  id: 'lm_smooth',
  summary: 'The series of each pixel smoothed, at the same times.',
  parameters: [
    aText('method', 'Whittaker, or Savitzky and Golay.', { enum: SMOOTH_METHODS }, SMOOTH_METHODS[0]),
    LAMBDA,
    anInteger('window', 'Dates of savgol, odd.', { minimum: 3 }, 7),
    anInteger('degree', 'Of the polynomial of savgol.', { minimum: 0, maximum: 10 }, 2),
  ],
  analysis: (args) => {
    const method = oneOf(args, 'method', SMOOTH_METHODS);
    if (method === 'whittaker') return { kind: 'smooth', choice: { method, lambda: lambdaOf(args) } };
    const window = within(args, 'window', 7, [3, 9999]);
    const degree = within(args, 'degree', 2, [0, 10]);
    if (window % 2 === 0 || degree >= window) args.fault('window', 'an odd number above degree');
    return { kind: 'smooth', choice: { method, window, degree } };
  },
  results: 'times',
});

export const lmFill = defineSeries({
  id: 'lm_fill',
  summary: 'The series of each pixel at regular times, without gaps.',
  parameters: [
    aText('method', 'How gaps are filled.', { enum: FILL_METHODS }, FILL_METHODS[0]),
    LAMBDA,
    STEP,
    parameter('max_gap_days', 'Longer gaps stay empty; null: none do.', { type: ['number', 'null'] }, null),
  ],
  analysis: (args) => ({
    kind: 'fill',
    choice: {
      method: oneOf(args, 'method', FILL_METHODS),
      lambda: lambdaOf(args),
      step: spanOf(args, 'step'),
      maxGapDays: args.has('max_gap_days') ? args.number('max_gap_days') : null,
    },
  }),
  results: 'times',
});

export const lmPhenology = defineSeries({
  id: 'lm_phenology',
  summary: 'Start, peak, end and length of the season of a year.',
  parameters: [
    anInteger('year', 'The year that the peak lies in.'),
    aNumber('start_threshold', 'Share of the amplitude at the start.', { minimum: 0, maximum: 1 }, 0.2),
    aNumber('end_threshold', 'Share of the amplitude at the end.', { minimum: 0, maximum: 1 }, 0.2),
    LAMBDA,
  ],
  analysis: (args) => ({
    kind: 'phenology',
    year: args.number('year'),
    options: {
      startThreshold: within(args, 'start_threshold', 0.2, [0, 1]),
      endThreshold: within(args, 'end_threshold', 0.2, [0, 1]),
      lambda: lambdaOf(args),
    },
  }),
  results: 'bands',
});

export const lmBreaks = defineSeries({
  id: 'lm_breaks',
  summary: 'Breaks in the trend of each pixel beside its season: how many, and the largest.',
  parameters: [
    aNumber('min_segment', 'Least share of a series between two breaks.', { minimum: 0.05, maximum: 0.5 }, 0.15),
    anInteger('max_breaks', 'At most so many.', { minimum: 1, maximum: 19 }, 5),
    aNumber('level', 'Significance of the test.', { minimum: 0.001, maximum: 1 }, 0.05),
    anInteger('order', 'Harmonics of the season; 0: none.', { minimum: 0, maximum: 10 }, 3),
  ],
  analysis: (args) => ({
    kind: 'breaks',
    options: {
      minSegment: within(args, 'min_segment', 0.15, [0.05, 0.5]),
      maxBreaks: within(args, 'max_breaks', 5, [1, 19]),
      level: within(args, 'level', 0.05, [0.001, 1]),
      order: within(args, 'order', 3, [0, 10]),
    },
  }),
  results: 'bands',
});

const FORECAST_METHODS = ['auto', ...(Object.keys(FORECASTERS) as ForecastMethod[])] as const;

export const lmForecast = defineSeries({
  id: 'lm_forecast',
  summary: 'The next values of each pixel, with a 95 % interval.',
  parameters: [
    anInteger('horizon', 'Steps ahead.', { minimum: 1, maximum: 10_000 }),
    aText('method', 'Auto: the one with the least error in the past.', { enum: FORECAST_METHODS }, 'auto'),
    STEP,
    textOrNull('period', 'Length of the season; null: a year.', {}, null),
  ],
  analysis: (args) => ({
    kind: 'forecast',
    choice: {
      horizon: within(args, 'horizon', 1, [1, 10_000]),
      method: oneOf(args, 'method', FORECAST_METHODS),
      step: spanOf(args, 'step'),
      period: spanOf(args, 'period'),
    },
  }),
  results: 'bands',
});

export const lmSpeckleFilter = defineCubeProcess(
  {
    id: 'lm_speckle_filter',
    summary: 'Radar backscatter of each date without its speckle.',
    parameters: [
      DATA,
      aText('method', 'Lee, or refined Lee along edges.', { enum: SPATIAL_FILTERS }, 'refined-lee'),
      anInteger('window', 'Side of the window in pixels, odd; 7 for refined Lee.', { minimum: 3, maximum: 63 }, 7),
      aNumber('looks', 'Equivalent number of looks.', { minimum: 0.5 }, 4.4),
    ],
    returns: CUBE,
    limits: 'Takes linear power, not decibels; filters that look at many dates are those of `landmeter radar`.',
  },
  (args, { builder }) => {
    const cube = args.cube('data');
    const { width, height } = gridOf(cube, 'lm_speckle_filter');
    const method = oneOf(args, 'method', ['refined-lee', 'lee'] as const);
    const [side, looks] = [args.number('window', 7), args.number('looks', 4.4)];
    checkSide(method, side);
    checkLooks(looks);
    const choice = { method, side, looks };
    return mapPlanes(cube, (input) => builder.add({ kind: 'speckle', input, width, height, choice }));
  },
);

export const SERIES: readonly CubeProcess[] = [
  lmTrend,
  lmSmooth,
  lmFill,
  lmPhenology,
  lmBreaks,
  lmForecast,
  lmSpeckleFilter,
];
