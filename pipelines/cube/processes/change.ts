/** Two periods of one place compared, pixel by pixel. */
import { CHANGE_BANDS } from '../../core/raster/change.ts';
import type { ChangeNoise } from '../../core/raster/change.ts';
import { LEAST_DATES } from '../../core/raster/change-noise.ts';
import { aCube, aNumber, CUBE, numberOrNull } from '../../graph/define-process.ts';
import { refusal } from '../../graph/refusal.ts';
import { defineCubeProcess } from '../cube-process.ts';
import type { CubeProcess } from '../cube-process.ts';
import type { Cube } from '../cube.ts';
import { dimensionOfType, fromLines, gridOf, linesAlong, namesOf } from '../cube.ts';
import { timesOf } from '../periods.ts';
import { warpCube } from './space.ts';

export const lmChange = defineCubeProcess(
  {
    id: 'lm_change',
    summary:
      'Differences between the medians of two periods, with their significance against the noise of each series.',
    parameters: [
      aCube('before', 'The earlier period, all its dates.'),
      aCube('after', 'The later period.'),
      aNumber('sigma', 'Noise of one observation, in the unit of the values, such as 0.03 of NDVI.'),
      numberOrNull('threshold', 'Least difference that counts as a change.', { minimum: 0 }, null),
      numberOrNull('significance', 'Greatest p that does.', { minimum: 0, maximum: 1 }, 0.05),
    ],
    returns: CUBE,
    limits: `The noise is given; \`landmeter change\` finds that of the scene itself. Bands are ${CHANGE_BANDS.join(', ')}.`,
  },
  (args, { builder }) => {
    const early = args.cube('before');
    const late = warpCube(builder, args.cube('after'), gridOf(early, 'lm_change'), 'nearest');
    const [before, after] = [seriesOf(early), seriesOf(late)];
    if (before.length !== after.length)
      throw refusal('DimensionMismatch', 'lm_change: both periods need the same dimensions beside time');
    const sigma = args.number('sigma');
    if (!(sigma > 0)) args.fault('sigma', 'a number above 0');
    const threshold = args.has('threshold') ? args.number('threshold') : null;
    const significance = args.isNull('significance') ? null : args.number('significance', 0.05);
    const lines = before.map((line, k) => {
      const noise: ChangeNoise =
        line.length >= LEAST_DATES ? { kind: 'series', sigma } : { kind: 'scene', median: 0, sigma };
      const change = builder.add({
        kind: 'change',
        inputs: [...line, ...after[k]!],
        before: line.length,
        noise,
        rule: { threshold, significance },
        outputs: CHANGE_BANDS.length,
      });
      return CHANGE_BANDS.map((_, index) => builder.add({ kind: 'part', input: change, index }));
    });
    const name = namesOf(early).includes('bands') ? 'results' : 'bands';
    const index = dimensionOfType(early, 'temporal', null);
    return { ...fromLines(early, index, { name, type: 'bands', labels: CHANGE_BANDS }, lines), classes: null };
  },
);

/** The lines of a cube along time, each in the order of time. */
function seriesOf(cube: Cube): number[][] {
  const index = dimensionOfType(cube, 'temporal', null);
  const times = timesOf(cube.dimensions[index]!).map((time) => time.getTime());
  const order = [...times.keys()].sort((a, b) => times[a]! - times[b]!);
  return linesAlong(cube, index).map((line) => order.map((k) => line[k]!));
}

export const CHANGES: readonly CubeProcess[] = [lmChange];
