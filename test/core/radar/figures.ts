/**
 * The figures of docs/radar.md, and the scenes that its examples run on: `node test/core/radar/figures.ts FOLDER`.
 * Simulated: fields of 160 m, a river, a flood beside it, gamma speckle of 4.4 looks.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Frame } from '../../../pipelines/core/radar/frame.ts';
import { multitemporalFilter } from '../../../pipelines/core/radar/multitemporal.ts';
import { filterSpeckle } from '../../../pipelines/core/radar/speckle.ts';
import { toDecibels } from '../../../pipelines/core/radar/units.ts';
import { inlineRunner } from '../../../pipelines/runner.ts';
import { runFlood } from '../../../pipelines/runs/flood.ts';
import { createRandom } from '../../support/random.ts';
import { putRaster, readValues } from '../../support/rasters.ts';
import { createSpeckle, cutFrame, looksOf, meanOf, simulate } from './simulate.ts';

const SIZE = 768;
const LOOKS = 4.4;
const CELLS = SIZE >> 4;
const random = createRandom(2024);
const fields = Float32Array.from({ length: CELLS * CELLS }, () => 10 ** ((-11 + 4 * random()) / 10));

const isRiver = (col: number, row: number) => Math.abs(col - 380 - 60 * Math.sin(row / 90)) < 15;
const isFlood = (col: number, row: number) =>
  !isRiver(col, row) && ((col - 470) / 160) ** 2 + ((row - 390) / 210) ** 2 < 1;
const land = (col: number, row: number) => fields[(row >> 4) * CELLS + (col >> 4)]!;
/** @param flood  Power of flooded ground: 0.01 is calm water, 0.03 water in the wind. */
const sceneOf = (flood: number | null) => (col: number, row: number) =>
  isRiver(col, row) ? 0.008 : flood !== null && isFlood(col, row) ? flood : land(col, row);

async function put(folder: string, name: string, flood: number | null, seed: number): Promise<string> {
  const data = simulate(SIZE, SIZE, sceneOf(flood), createSpeckle(LOOKS, seed));
  return putRaster(folder, name, data, {
    width: SIZE,
    height: SIZE,
    dtype: 'float32',
    nodata: NaN,
    bandNames: ['Intensity_VV'],
  });
}

function filterFigures(): string[] {
  const size = 300;
  const frame: Frame = { width: size, height: size, halo: 5, col: 0, row: 0 };
  const even = (seed: number) =>
    cutFrame(
      simulate(size, size, () => 0.05, createSpeckle(LOOKS, seed)),
      size,
      frame,
    );
  const edge = (seed: number) =>
    cutFrame(
      simulate(size, size, (col) => (col < 150 ? 0.01 : 0.1), createSpeckle(LOOKS, seed)),
      size,
      frame,
    );
  const spatial = (method: 'lee' | 'refined-lee') => (values: Float32Array) => {
    const out = new Float32Array(size * size);
    filterSpeckle(values, frame, { method, side: 7, looks: LOOKS }, out);
    return out;
  };
  const many = (make: (seed: number) => Float32Array) => (values: Float32Array) =>
    multitemporalFilter([values, ...Array.from({ length: 9 }, (_, k) => make(100 + k))], frame, 11)[0]!;
  const row = (name: string, onEven: (v: Float32Array) => Float32Array, onEdge: (v: Float32Array) => Float32Array) => {
    const filtered = onEven(even(1));
    const beside = onEdge(edge(2)).filter((_, i) => i % size === 149);
    const bias = toDecibels(meanOf(filtered) / 0.05);
    return `| ${name} | ${(looksOf(filtered) / LOOKS).toFixed(1)} | ${bias.toFixed(3)} | ${toDecibels(meanOf(beside) / 0.01).toFixed(1)} |`;
  };
  return [
    '| filter | looks × | bias, dB | dark side of a 10 dB edge, dB too high |',
    '|---|---|---|---|',
    row('Lee, 7 × 7', spatial('lee'), spatial('lee')),
    row('refined Lee, 7 × 7', spatial('refined-lee'), spatial('refined-lee')),
    row('multi-temporal, 10 dates, 11 × 11', many(even), many(edge)),
  ];
}

async function floodFigures(folder: string): Promise<string[]> {
  const rows: string[] = ['| flooded ground, dB | threshold, dB | tiles used | D | IoU |', '|---|---|---|---|---|'];
  for (const [name, power] of [
    ['wet', 0.01],
    ['breeze', 0.02],
    ['wind', 0.03],
  ] as const) {
    const raster = await put(folder, name, power, 1);
    const report = await runFlood(
      {
        raster,
        before: [join(folder, 'dry-1.tif'), join(folder, 'dry-2.tif')],
        input: null,
        threshold: null,
        method: 'kittler-illingworth',
        tile: 256,
        filter: 'refined-lee',
        looks: null,
        grow: 0,
        minArea: 3000,
        permanent: null,
        output: join(folder, `flood-${name}.tif`),
      },
      inlineRunner,
    );
    let [both, either] = [0, 0];
    for (const [i, v] of (await readValues(report.output)).entries()) {
      const truth = isFlood(i % SIZE, Math.floor(i / SIZE));
      if (truth && v === 1) both++;
      if (truth || v === 1) either++;
    }
    const { threshold, bimodalTiles, tiles, separation } = report;
    rows.push(
      `| ${toDecibels(power).toFixed(0)} | ${threshold.toFixed(1)} | ${bimodalTiles} of ${tiles} | ${separation!.toFixed(1)} | ${(both / either).toFixed(3)} |`,
    );
  }
  return rows;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const folder = process.argv[2] ?? 'radar-scenes';
  mkdirSync(folder, { recursive: true });
  for (const k of [1, 2, 3]) await put(folder, `dry-${k}`, null, 10 + k);
  const lines = [...filterFigures(), '', ...(await floodFigures(folder))];
  process.stdout.write(`${lines.join('\n')}\n`);
}
