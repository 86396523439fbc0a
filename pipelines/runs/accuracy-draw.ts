/** Pixels of a class map drawn at random within each class: their numbers first, then where those are. */
import type { StratumPlan } from '../core/accuracy/allocation.ts';
import { createRandom, drawWithoutReplacement, shuffle } from '../core/accuracy/draw.ts';
import { ranksByPart } from '../core/accuracy/locate.ts';
import { apply } from '../core/grid/affine.ts';
import { createTransform } from '../core/grid/crs.ts';
import type { TaskRunner } from '../runner.ts';
import { runInOrder } from '../runner.ts';
import type { ClassMap } from './class-map.ts';
import type { RunControls } from './progress.ts';

export interface SamplePoint {
  readonly lon: number;
  readonly lat: number;
  readonly map: number;
}

/**
 * Each class by its own random numbers; the points of all classes in random order, so that it tells nothing.
 * @param units  Points per stratum.
 */
export async function drawPoints(
  { ref, opened, grid, parts, partCounts }: ClassMap,
  strata: readonly StratumPlan[],
  units: readonly number[],
  seed: number,
  runner: TaskRunner,
  { signal, progress }: RunControls,
): Promise<SamplePoint[]> {
  const drawn = strata.map(({ name, pixels }, h) => {
    const value = Number(name);
    const ranks = drawWithoutReplacement(units[h]!, pixels, createRandom(seed, value));
    return {
      value,
      byPart: ranksByPart(
        ranks,
        partCounts.map((counts) => counts.get(value)?.pixels ?? 0),
      ),
    };
  });
  const tasks = parts
    .map((window, part) => ({
      ref,
      band: opened.band,
      window,
      classes: drawn
        .map(({ value, byPart }) => ({ value, ranks: byPart[part]! }))
        .filter(({ ranks }) => ranks.length > 0),
    }))
    .filter(({ classes }) => classes.length > 0);
  progress?.stage('Drawing points', tasks.length);
  const toLonLat = createTransform(grid.epsg, 4326);
  const points: SamplePoint[] = [];
  let task = 0;
  for await (const places of runInOrder(runner, 'accuracy-locate', tasks, signal ? { signal } : {})) {
    const { window, classes } = tasks[task++]!;
    for (const [c, found] of places.entries())
      for (const at of found) {
        const [col, row] = [at % window.width, window.row + Math.floor(at / window.width)];
        const [lon, lat] = toLonLat.point(...apply(grid.transform, col + 0.5, row + 0.5));
        points.push({ lon: rounded(lon), lat: rounded(lat), map: classes[c]!.value });
      }
    progress?.advance();
  }
  shuffle(points, createRandom(seed, SHUFFLING));
  return points;
}

/** No class has this number. */
const SHUFFLING = 2 ** 31 + 1;

/** To a millimetre or so. */
function rounded(degrees: number): number {
  return Math.round(degrees * 1e8) / 1e8;
}
