/** Indices of the catalogue over the bands of each date. */
import { parseExpression } from '../../core/expression/parse.ts';
import { resolveFormula } from '../../core/indices/resolve.ts';
import { aCube, aText, CUBE, textOrNull } from '../../graph/define-process.ts';
import { refusal } from '../../graph/refusal.ts';
import type { Label } from '../../graph/value.ts';
import { PlatformError } from '../../core/errors.ts';
import type { ProgramBuilder } from '../builder.ts';
import { defineCubeProcess } from '../cube-process.ts';
import type { CubeProcess } from '../cube-process.ts';
import type { Cube } from '../cube.ts';
import { dimensionOfType, fromLines, linesAlong, withoutDimension } from '../cube.ts';
import { isBand } from './filter.ts';

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
  (args, { builder, notes }) => {
    const words = { nir: args.text('nir', 'nir'), red: args.text('red', 'red') };
    const missing = { nir: 'NirBandAmbiguous', red: 'RedBandAmbiguous' };
    const find = (name: string, labels: readonly Label[]) => {
      const at = findBand(labels, words[name as 'nir' | 'red'], notes);
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
  (args, { builder, notes }) => {
    const formula = resolveFormula(args.text('index'));
    const find = (name: string, labels: readonly Label[]) => {
      const at = findBand(labels, name, notes);
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

/** `nir` is B08 and, in a cube without it, B8A: as `selectBands` has it. */
function findBand(labels: readonly Label[], word: string, notes: Set<string>): number {
  const exact = labels.indexOf(word);
  const at = exact >= 0 ? exact : labels.findIndex((label) => isBand(label, word));
  if (at >= 0 || word !== 'nir') return at;
  const narrow = labels.findIndex((label) => isBand(label, 'nir08'));
  if (narrow >= 0) notes.add('There is no band nir (B08); nir is taken from nir08 (B8A)');
  return narrow;
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

export const INDICES: readonly CubeProcess[] = [ndvi, lmIndex];
