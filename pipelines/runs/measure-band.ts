/** The distribution of a band's samples, over all its pixels, counted in threads. */
import { PlatformError } from '../core/errors.ts';
import { split } from '../core/grid/window.ts';
import type { Distribution } from '../core/raster/distribution.ts';
import { emptyDistribution, mergeDistribution } from '../core/raster/distribution.ts';
import type { RasterInfo } from '../io/raster-source.ts';
import type { SourceRef } from '../io/source-cache.ts';
import type { TaskRunner } from '../runner.ts';
import { runInOrder } from '../runner.ts';
import type { RunControls } from './progress.ts';

/** Sides of the windows of a measurement, at most; a whole number of blocks where blocks are smaller. */
const MEASURE_PIXELS = 2048;

/**
 * @param band  From 0.
 * @throws {PlatformError} `outside` where no pixel is valid, and what reading throws
 */
export async function measureBand(
  ref: SourceRef,
  { width, height, bands, levels }: RasterInfo,
  band: number,
  runner: TaskRunner,
  { signal, progress }: RunControls,
): Promise<Distribution> {
  const windows = measureWindows(width, height, levels[0]!);
  progress?.stage('Measuring', windows.length);
  const total = emptyDistribution(bands[band]!.dtype);
  const inputs = windows.map((window) => ({ ref, band, window }));
  for await (const part of runInOrder(runner, 'sample-distribution', inputs, signal ? { signal } : {})) {
    mergeDistribution(total, part);
    progress?.advance();
  }
  if (total.count === 0)
    throw new PlatformError('outside', `${ref.path} holds no valid pixel; there is nothing to tile`, {
      detail: { path: ref.path, validPixels: 0 },
    });
  return total;
}

/** Strips are read whole, tiles in squares: no block is decoded twice. */
function measureWindows(width: number, height: number, level: { blockWidth: number; blockHeight: number }) {
  if (level.blockWidth < width) return split(width, height, wholeBlocks(level.blockWidth));
  const rows = Math.max(level.blockHeight, Math.floor((MEASURE_PIXELS * MEASURE_PIXELS) / width));
  const step = Math.ceil(rows / level.blockHeight) * level.blockHeight;
  return Array.from({ length: Math.ceil(height / step) }, (_, i) => ({
    col: 0,
    row: i * step,
    width,
    height: Math.min(step, height - i * step),
  }));
}

function wholeBlocks(blockSize: number): number {
  return Math.max(1, Math.floor(MEASURE_PIXELS / blockSize)) * blockSize;
}
