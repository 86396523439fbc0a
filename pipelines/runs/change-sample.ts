/** Where a scene is looked at to find its noise. */
import type { Window } from '../core/grid/window.ts';
import { split } from '../core/grid/window.ts';

export interface NoiseSample {
  readonly windows: readonly Window[];
  /** Every so many pixels of a row, of every so many rows, are taken. */
  readonly step: number;
}

/** Blocks of most files are of this size or divide it: none is read in part. */
const SIDE = 512;
const MOST_WINDOWS = 64;
const MOST_PIXELS = 1_500_000;

/** Blocks spread evenly over a raster, and how densely to read them: the same ones for a raster of the same size. */
export function planNoiseSample(
  { width, height }: { readonly width: number; readonly height: number },
  mostWindows = MOST_WINDOWS,
): NoiseSample {
  const blocks = split(width, height, SIDE);
  const every = Math.max(1, Math.ceil(blocks.length / mostWindows));
  const across = Math.ceil(width / SIDE);
  // a column later in each row, lest all of them lie below each other
  const windows = blocks.filter((_, i) => ((i % across) + Math.floor(i / across) * (across + 1)) % every === 0);
  const pixels = windows.reduce((sum, w) => sum + w.width * w.height, 0);
  return { windows, step: Math.max(1, Math.ceil(Math.sqrt(pixels / MOST_PIXELS))) };
}
