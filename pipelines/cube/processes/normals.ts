/** What is normal for a part of the year, and what departs from it. */
import { PlatformError } from '../../core/errors.ts';
import { parseExpression } from '../../core/expression/parse.ts';
import { aCube, aText, CUBE, parameter } from '../../graph/define-process.ts';
import { refusal } from '../../graph/refusal.ts';
import type { Label } from '../../graph/value.ts';
import { defineCubeProcess } from '../cube-process.ts';
import type { CubeProcess } from '../cube-process.ts';
import { dimensionOfType, fromLines, linesAlong, sizeOf } from '../cube.ts';
import { partOfYear, PERIODS, timeOf } from '../periods.ts';
import { reduceGroups } from './reduce.ts';

const DATA = aCube('data', 'The data cube.');
const NORMAL_PERIODS = ['day', 'month', 'climatology-period', 'season', 'tropical-season'] as const;

export const climatologicalNormal = defineCubeProcess(
  {
    id: 'climatological_normal',
    summary: 'The mean of each month, season … over a period of years.',
    parameters: [
      DATA,
      aText('period', 'The part of the year.', { enum: NORMAL_PERIODS }),
      parameter(
        'climatology_period',
        'First and last year.',
        { type: 'array', items: { type: 'integer' }, minItems: 2, maxItems: 2 },
        [1981, 2010],
      ),
    ],
    returns: CUBE,
  },
  (args, planning) => {
    const cube = args.cube('data');
    const index = dimensionOfType(cube, 'temporal', null);
    const period = args.text('period');
    if (!NORMAL_PERIODS.some((known) => known === period)) args.fault('period', NORMAL_PERIODS.join(', '));
    const [first, last] = args.list('climatology_period', [1981, 2010]).map((year) => Number(String(year).slice(0, 4)));
    if (!(Number.isInteger(first) && Number.isInteger(last) && first! <= last!))
      args.fault('climatology_period', 'a first and a last year, [1991, 2020]');
    const { labels } = cube.dimensions[index]!;
    const parts = labels.map((label) => partInYears(label, period, first!, last!));
    leaveOutCutWinter(parts, labels, period, first!);
    const names = [...new Set(parts.filter((part) => part !== null))].sort((a, b) => order(a) - order(b));
    if (names.length === 0)
      throw new PlatformError(
        'parameter-invalid',
        `climatological_normal: no time lies in the years ${first} to ${last}`,
      );
    const groups = names.map((label) => ({
      label,
      time: null,
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

/** The first winter counts only where the months of the year before are there. */
function leaveOutCutWinter(parts: (string | null)[], labels: readonly Label[], period: string, first: number): void {
  if (period !== 'season' && period !== 'tropical-season') return;
  const winter = period === 'season' ? 'djf' : 'ndjfma';
  const isWinter = (k: number, year: number) =>
    parts[k] === winter &&
    /^\d{4}-\d\d-\d\d(T|$)/.test(String(labels[k])) &&
    Number(String(labels[k]).slice(0, 4)) === year;
  const begins = labels.some((_, k) => isWinter(k, first - 1));
  if (begins) return;
  for (const k of labels.keys()) if (isWinter(k, first) && timeOf(labels[k]!).getUTCMonth() < 6) parts[k] = null;
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

export const NORMALS: readonly CubeProcess[] = [climatologicalNormal, anomaly];
