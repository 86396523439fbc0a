/** What a run will cost, before it starts: bytes to read, numbers to work on, tiles, CPU seconds, memory. */
import { stat } from 'node:fs/promises';
import { isPlatformError } from '../core/errors.ts';
import type { Database } from '../database/database.ts';
import { openRaster } from '../io/open-raster.ts';
import { isAddress } from '../passport/place.ts';
import { processOf } from '../runs/processes.ts';
import { parseRequest } from '../runs/requests.ts';
import type { Estimate, RunStep } from './run-record.ts';
import { costFactor } from './runs-repository.ts';

export interface EstimateOptions {
  readonly database: Database;
  readonly threads: number;
  readonly memoryBytes?: number;
}

/**
 * CPU seconds per million numbers read, on the machine of docs/benchmarks.md. What finished runs have cost on this machine
 * corrects it (`costFactor`).
 */
const SECONDS_PER_MEGAPIXEL: Partial<Record<string, number>> = {
  tile: 0.09,
  warp: 0.06,
  zonal: 0.01,
  'zone-series': 0.01,
  cube: 0.02,
};
const OTHER_SECONDS_PER_MEGAPIXEL = 0.02;
const START_SECONDS = 0.4;

/** A thread with its share of the work in flight, and the process around it; measured on whole scenes. */
const THREAD_BYTES = 160 * 2 ** 20;
const PROCESS_BYTES = 120 * 2 ** 20;
/** PGlite in the same process; for a moment it takes as much again, while V8 compiles what is hot. */
const EMBEDDED_BYTES = 450 * 2 ** 20;

interface Size {
  readonly bytes: number;
  readonly megapixels: number;
  readonly width: number;
  readonly height: number;
}

export async function estimateSteps(steps: readonly RunStep[], options: EstimateOptions): Promise<Estimate> {
  const { database, threads, memoryBytes = Infinity } = options;
  const sizes = new Map<string, Size>();
  let bytesToRead = 0;
  let megapixels = 0;
  let tiles = 0;
  let uncorrected = START_SECONDS;
  for (const step of steps) {
    const read = new Set<string>();
    processOf(step.process).mapPaths(parseRequest(step.process, step.request, step.output, 'The plan'), (path) => {
      read.add(path);
      return path;
    });
    let numbers = 0;
    let largest: Size = NOTHING;
    for (const path of read) {
      const size = sizes.get(path) ?? (await sizeOf(path));
      sizes.set(path, size);
      bytesToRead += size.bytes;
      numbers += size.megapixels;
      if (size.megapixels > largest.megapixels) largest = size;
    }
    megapixels += numbers;
    if (step.process === 'tile') tiles += tilesOf(largest);
    // What it makes is read by the step after it
    sizes.set(step.output, step.output.endsWith('.tif') ? { ...largest, bytes: largest.bytes } : NOTHING);
    uncorrected += numbers * (SECONDS_PER_MEGAPIXEL[step.process] ?? OTHER_SECONDS_PER_MEGAPIXEL);
  }
  const embedded = database.kind === 'embedded' ? EMBEDDED_BYTES : 0;
  const memory = PROCESS_BYTES + embedded + Math.min(threads * THREAD_BYTES, memoryBytes);
  return {
    bytesToRead,
    megapixels,
    tiles,
    cpuSeconds: uncorrected * (await costFactor(database, steps[0]!.process)),
    uncorrectedCpuSeconds: uncorrected,
    memoryBytes: memory,
  };
}

const NOTHING: Size = { bytes: 0, megapixels: 0, width: 0, height: 0 };

/** A file that is no raster is read, but has no pixels. */
async function sizeOf(path: string): Promise<Size> {
  const bytes = isAddress(path) ? 0 : ((await stat(path.replace(/#[^#/]*$/, '')).catch(() => null))?.size ?? 0);
  try {
    const raster = await openRaster(path.replace(/#[^#/]*$/, ''));
    try {
      const { width, height } = raster.info;
      return { bytes, megapixels: (width * height) / 1e6, width, height };
    } finally {
      await raster.close();
    }
  } catch (error) {
    if (isPlatformError(error)) return { ...NOTHING, bytes };
    throw error;
  }
}

/** Of 256 pixels, over all zoom levels: a third more than the finest has. */
function tilesOf({ width, height }: Size): number {
  return Math.ceil(((width / 256 + 1) * (height / 256 + 1) * 4) / 3);
}
