/** What a comparison must know of the whole scene before it writes the first region: its noise, and how far changes reach. */
import { LEAST_DATES, robustMoments } from '../core/raster/change-noise.ts';
import type { ChangeNoise } from '../core/raster/change.ts';
import { sizesAcross } from '../core/raster/component-borders.ts';
import type { RegionBorder } from '../core/raster/component-borders.ts';
import { cogRegions } from '../io/tiff/cog-layout.ts';
import type { TaskRunner } from '../runner.ts';
import type { ChangeNoiseSample } from '../tasks/change-noise.ts';
import { concat } from '../tasks/change-noise.ts';
import type { RegionSieve } from '../tasks/change-region.ts';
import type { ChangeInput } from '../tasks/change-values.ts';
import type { NoiseSample } from './change-sample.ts';
import { planNoiseSample } from './change-sample.ts';
import type { ChangePlan } from './change.ts';
import type { RunControls } from './progress.ts';
import { runRegions } from './region-tasks.ts';

/** The bands of a region, what its parts take, and what reading and encoding take. */
export const CHANGE_BYTES_PER_PIXEL = 24 + 64 + 40;

/** What differences are held against, of a sample of the scene. */
export async function findNoise(
  plan: ChangePlan,
  runner: TaskRunner,
  controls: RunControls,
  notes: string[],
): Promise<ChangeNoise> {
  let sample = await takeSample(plan, planNoiseSample(plan.spec), runner, controls);
  if (sample.differences.length < LEAST_SAMPLE)
    sample = await takeSample(plan, planNoiseSample(plan.spec, Infinity), runner, controls);
  const own = robustMoments(sample.sigmas);
  if (own && own.median > 0) return { kind: 'series', sigma: own.median };
  const scene = robustMoments(sample.differences);
  if (plan.before.length >= LEAST_DATES)
    notes.push(`No pixel has ${LEAST_DATES} valid dates before that differ: noise is that of the whole scene instead`);
  if (scene === null) return { kind: 'scene', median: 0, sigma: NaN };
  if (scene.isStepped)
    notes.push('More than half of the differences have one value: noise is their standard deviation, changes included');
  return { kind: 'scene', median: scene.median, sigma: scene.sigma };
}

export function noiseText(noise: ChangeNoise): string {
  const digits = (value: number) => Number(value.toPrecision(6));
  if (noise.kind === 'series') return `of each pixel's series; sigma ${digits(noise.sigma)} is typical of the scene`;
  return `differences of the scene: median ${digits(noise.median)}, sigma ${digits(noise.sigma)}`;
}

/** Fewer valid pixels than that tell nothing of a scene of which more can be read. */
const LEAST_SAMPLE = 1000;

async function takeSample(
  { spec, before, after }: ChangePlan,
  { windows, step }: NoiseSample,
  runner: TaskRunner,
  controls: RunControls,
): Promise<ChangeNoiseSample> {
  controls.progress?.stage('Measuring the noise', windows.length);
  const inputs = windows.map((window) => ({ before, after, window, step }));
  const samples: ChangeNoiseSample[] = [];
  for await (const sample of runRegions(runner, 'change-noise', inputs, spec, CHANGE_BYTES_PER_PIXEL, controls)) {
    samples.push(sample);
    controls.progress?.advance();
  }
  return {
    differences: concat(samples.map(({ differences }) => differences)),
    sigmas: concat(samples.map(({ sigmas }) => sigmas)),
  };
}

/** What each region must know of components that go on in its neighbours. */
export async function findSieves(
  { spec, minPixels, connectedness }: ChangePlan,
  compared: ChangeInput,
  runner: TaskRunner,
  controls: RunControls,
): Promise<RegionSieve[]> {
  const regions = cogRegions(spec);
  controls.progress?.stage('Looking for changes', regions.length);
  const inputs = regions.map((region) => ({ ...compared, region, connectedness }));
  const borders: RegionBorder[] = [];
  for await (const border of runRegions(runner, 'change-borders', inputs, spec, CHANGE_BYTES_PER_PIXEL, controls)) {
    borders.push(border);
    controls.progress?.advance();
  }
  return sizesAcross(borders, connectedness).map((sizes) => {
    const small = [...sizes].filter(([, size]) => size < minPixels).map(([label]) => label);
    return { minPixels, connectedness, small: Uint32Array.from(small) };
  });
}
