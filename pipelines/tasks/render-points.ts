/** The values of layers at single pixels. */
import type { Window } from '../core/grid/window.ts';
import { checkAborted } from '../io/byte-source/byte-source.ts';
import type { TaskContext } from '../runner.ts';
import { computeValues, readLayer } from './layer.ts';
import type { Layer } from './layer.ts';
import { withScratch } from './scratch.ts';

export interface PointRead {
  readonly layer: Layer;
  /** The pixel, on the layer's grid. */
  readonly col: number;
  readonly row: number;
}

export interface RenderPointsInput {
  readonly reads: readonly PointRead[];
}

/** One for each read; null where the pixel has no value. @throws {PlatformError} what reading throws; `aborted` */
export async function run({ reads }: RenderPointsInput, { signal }: TaskContext): Promise<(number | null)[]> {
  const values: (number | null)[] = [];
  for (const { layer, col, row } of reads) {
    checkAborted(signal);
    const window: Window = { col, row, width: 1, height: 1 };
    // formulas are computed in double and kept in single precision, as files of them are
    const out = layer.formula ? new Float32Array(1) : new Float64Array(1);
    await withScratch(async (scratch) => computeValues(layer, await readLayer(layer, window, scratch), out));
    values.push(Number.isFinite(out[0]) ? out[0]! : null);
  }
  return values;
}
