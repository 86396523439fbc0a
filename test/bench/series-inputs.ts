/** Seventy dates of an index by a seed, for the job of trends: fields with a season, a trend of their own and noise. Synthetic. */
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { daysFromCivil, formatTime } from '../../pipelines/core/series/time.ts';
import { writeCogFromArray } from '../../pipelines/runs/write-cog.ts';
import { createRandom } from '../support/random.ts';

const SIDE = 384;
const DATES = 70;
/** Side of a field in pixels. */
const FIELD = 24;

/** @returns the files, int16 × 10000, a month apart; every pixel has a value on every date, which suits numpy best. */
export async function prepareDates(folder: string): Promise<string[]> {
  const root = join(folder, 'series');
  mkdirSync(root, { recursive: true });
  const first = daysFromCivil(2017, 1, 10);
  const days = Array.from({ length: DATES }, (_, k) => first + 30 * k);
  const paths = days.map((day) => join(root, `ndvi_${formatTime(day, 'date')}.tif`));
  const spec = {
    width: SIDE,
    height: SIDE,
    transform: [10, 0, 600_000, 0, -10, 5_800_000],
    epsg: 32631,
    dtype: 'int16',
    bands: 1,
    nodata: -32768,
    scale: 1e-4,
  } as const;
  for (const [k, path] of paths.entries()) {
    if (existsSync(path)) continue;
    const random = createRandom(1000 + k);
    const season = 0.25 * Math.sin((2 * Math.PI * (days[k]! - 110)) / 365.2425);
    const data = new Int16Array(SIDE * SIDE);
    for (let i = 0; i < data.length; i++) {
      const field = Math.floor((i % SIDE) / FIELD) + 16 * Math.floor(i / SIDE / FIELD);
      const trend = (((field * 7919) % 101) / 100 - 0.5) * 0.02 * (k / 12);
      data[i] = Math.round(1e4 * (0.45 + season + trend + 0.12 * (random() + random() - 1)));
    }
    await writeCogFromArray(path, spec, [data]);
  }
  return paths;
}
