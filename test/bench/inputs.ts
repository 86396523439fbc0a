/** What is measured on, made by the project's own generator once and kept in a folder outside the project. */
import { existsSync, linkSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from './measure.ts';
import { run } from './measure.ts';

export const LANDMETER = join(import.meta.dirname, '..', '..', 'server', 'landmeter.mjs');
export const DATES = 5;
/** reflectance = (DN + OFFSET) / 10000 in the generator's scenes. */
export const OFFSET = -1000;

export type BenchSize = 'region' | 'quarter' | 'full';

export interface Scene {
  readonly size: BenchSize;
  /** One folder a date with B04.tif, B08.tif, SCL.tif. */
  readonly dates: readonly string[];
}

const DAYS = ['20240324', '20240512', '20240626', '20240830', '20250501'];

export function landmeter(...args: string[]): Command {
  return [process.execPath, LANDMETER, ...args];
}

export async function prepareScene(folder: string, size: BenchSize): Promise<Scene> {
  const root = join(folder, size);
  if (!existsSync(join(root, 'region.json'))) {
    mkdirSync(root, { recursive: true });
    await run(landmeter('sample', '--size', size, '--dates', String(DATES), '-o', root, '--quiet'));
  }
  return { size, dates: DAYS.map((day) => join(root, 'scenes', `SIM_31UFT_${day}`)) };
}

/** As many dates as wanted: the scene's own, again and again, each file under a name of its own (hard links). */
export function repeatDates({ dates }: Scene, folder: string, count: number): string[] {
  return Array.from({ length: count }, (_, k) => {
    const date = join(folder, String(k).padStart(3, '0'));
    mkdirSync(date, { recursive: true });
    for (const name of ['B04.tif', 'B08.tif', 'SCL.tif'])
      if (!existsSync(join(date, name))) linkSync(join(dates[k % dates.length]!, name), join(date, name));
    return date;
  });
}

export async function preparePoints(folder: string, count: number): Promise<string> {
  mkdirSync(folder, { recursive: true });
  const path = join(folder, `points-${count}.geojsonl`);
  if (!existsSync(path))
    await run([process.execPath, join(import.meta.dirname, 'peers', 'make_points.mjs'), String(count), path]);
  return path;
}
