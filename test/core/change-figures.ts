/** Prints the figures of docs/change.md: false changes in noise, and mowing found in simulated series. */
import { createChangeKernel } from '../../pipelines/core/raster/change.ts';
import type { ChangeNoise } from '../../pipelines/core/raster/change.ts';
import { robustMoments } from '../../pipelines/core/raster/change-noise.ts';
import { findMowing } from '../../pipelines/core/series/mowing.ts';
import type { MownSeries } from '../support/mown-series.ts';
import { onlySeen, scoreMowing, simulateMowing } from '../support/mown-series.ts';
import { createRandom } from '../support/random.ts';

const percent = (share: number) => `${(100 * share).toFixed(share < 0.01 ? 2 : 1)} %`;

/** Share of pixels without change that are called changed. */
function falseChanges(before: number, after: number, gaps: number, spread: number): string[] {
  const pixels = 200_000;
  const random = createRandom(1);
  const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  const kernel = createChangeKernel(before, after, pixels);
  const sigmas = Float64Array.from({ length: pixels }, () => 0.03 * spread ** (2 * random() - 1));
  for (const layer of [...kernel.before, ...kernel.after])
    for (let i = 0; i < pixels; i++) layer[i] = random() < gaps ? NaN : 0.5 + sigmas[i]! * normal();
  kernel.run({ kind: 'scene', median: 0, sigma: 1 }, { threshold: null, significance: 1 });
  const noise: ChangeNoise = kernel.sigma
    ? { kind: 'series', sigma: robustMoments(kernel.sigma.slice())!.median }
    : { kind: 'scene', ...robustMoments(kernel.bands.difference.slice())! };
  return [0.05, 0.01].map((significance) => {
    kernel.run(noise, { threshold: null, significance });
    const valid = kernel.bands.class.filter((value) => value === value);
    return percent(valid.filter((value) => value !== 0).length / valid.length);
  });
}

console.log(
  '| dates before, after | missing | noise everywhere the same: p 0.05, 0.01 | noise up to fourfold: p 0.05, 0.01 |',
);
console.log('|---|---|---|---|');
for (const [before, after, gaps] of [
  [1, 1, 0],
  [4, 1, 0],
  [8, 3, 0.3],
  [24, 6, 0.4],
] as const) {
  const [same, other] = [falseChanges(before, after, gaps, 1), falseChanges(before, after, gaps, 2)];
  console.log(`| ${before}, ${after} | ${percent(gaps)} | ${same.join(', ')} | ${other.join(', ')} |`);
}

function mowingRow(passDays: number, from: number): string {
  const all: MownSeries[] = Array.from({ length: 1000 }, (_, k) => simulateMowing(from + k, { passDays }));
  const score = scoreMowing(all, findMowing);
  const sure = scoreMowing(all, (series) => findMowing(series).filter(({ confidence }) => confidence > 0.5));
  const seen = scoreMowing(all.map(onlySeen), findMowing);
  const observations = all.reduce((sum, { series }) => sum + series.days.length, 0) / all.length;
  const cells = [score.recall, seen.recall, score.precision, sure.recall, sure.precision].map(percent);
  return `| ${passDays} | ${observations.toFixed(0)} | ${score.cuts} | ${cells.join(' | ')} |`;
}

console.log(
  '\n| days between passes | observations | cuts | found | of those seen | right | found, confidence > 0.5 | right |',
);
console.log('|---|---|---|---|---|---|---|---|');
for (const passDays of [5, 2.5]) console.log(mowingRow(passDays, 10_000));
