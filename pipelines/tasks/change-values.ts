/** What changed in a window of a run's grid: layers of both periods read and compared, part by part. */
import type { Window } from '../core/grid/window.ts';
import { split } from '../core/grid/window.ts';
import { createChangeKernel } from '../core/raster/change.ts';
import type { ChangeExtent, ChangeKernel, ChangeNoise, ChangeRule } from '../core/raster/change.ts';
import { checkAborted } from '../io/byte-source/byte-source.ts';
import type { Layer } from './layer.ts';
import { computeValues, readLayer } from './layer.ts';
import { withScratch } from './scratch.ts';

export interface ChangeInput {
  /** In the order of time. */
  readonly before: readonly Layer[];
  readonly after: readonly Layer[];
  readonly noise: ChangeNoise;
  readonly rule: ChangeRule;
}

/** Bytes that the layers of a part may take in one thread; more dates are worked through in smaller parts. */
const KERNEL_BYTES = 64 * 1024 * 1024;
const LEAST_SIDE = 128;
const MOST_SIDE = 1024;

/** Calls `use` with each part and what the kernel found there; its arrays hold until `use` returns. */
export async function compareParts(
  { before, after, noise, rule }: ChangeInput,
  window: Window,
  extent: ChangeExtent,
  signal: AbortSignal,
  use: (part: Window, kernel: ChangeKernel) => void,
): Promise<void> {
  for (const part of partsOf(window, 2 * before.length + after.length + 10)) {
    const kernel = kernelFor(before.length, after.length, part.width * part.height);
    for (const [layers, into] of [[before, kernel.before] as const, [after, kernel.after] as const])
      for (const [k, layer] of layers.entries()) {
        checkAborted(signal);
        await withScratch(async (scratch) => computeValues(layer, await readLayer(layer, part, scratch), into[k]!));
      }
    checkAborted(signal);
    kernel.run(noise, rule, extent);
    use(part, kernel);
    kept = { key: keyOf(before.length, after.length, part.width * part.height), kernel };
  }
}

function partsOf({ col, row, width, height }: Window, arrays: number): Window[] {
  let side = MOST_SIDE;
  while (side > LEAST_SIDE && 4 * side * side * arrays > KERNEL_BYTES) side /= 2;
  return split(width, height, side).map((part) => ({ ...part, col: part.col + col, row: part.row + row }));
}

let kept: { readonly key: string; readonly kernel: ChangeKernel } | undefined;

const keyOf = (before: number, after: number, pixels: number) => `${before} ${after} ${pixels}`;

/** The kernel of the part before where it has the same shape; nobody else has it meanwhile. */
function kernelFor(before: number, after: number, pixels: number): ChangeKernel {
  const found = kept?.key === keyOf(before, after, pixels) ? kept.kernel : null;
  kept = undefined; // another task of this thread may come in between
  return found ?? createChangeKernel(before, after, pixels);
}
