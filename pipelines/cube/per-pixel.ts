/** Operations that are carried out pixel by pixel over all their inputs: callbacks, series, change. */
import { CHANGE_BANDS, createChangeKernel } from '../core/raster/change.ts';
import { createPixelAnalyst } from '../core/series/pixel/create-analyst.ts';
import { runPixels } from '../core/series/pixel/run-pixels.ts';
import { compilePixelCallback } from './pixel-callback.ts';
import type { PixelRun } from './pixel-callback.ts';
import type { CubeProgram, OperationOf } from './program.ts';

type Several = (inputs: readonly Float32Array[], outputs: readonly Float32Array[]) => void;

/** Compiled callbacks and analysts of one program, kept from window to window. */
export class PerPixel {
  readonly #program: CubeProgram;
  readonly #callbacks = new Map<number, PixelRun>();
  readonly #several = new Map<number, Several>();

  constructor(program: CubeProgram) {
    this.#program = program;
  }

  callback(index: number): PixelRun {
    let run = this.#callbacks.get(index);
    if (!run) this.#callbacks.set(index, (run = compilePixelCallback(this.#program.callbacks[index]!)));
    return run;
  }

  /** Carries out an operation of several results. */
  several(operation: number, inputs: readonly Float32Array[], outputs: readonly Float32Array[]): void {
    let run = this.#several.get(operation);
    if (!run) this.#several.set(operation, (run = this.#prepare(operation)));
    run(inputs, outputs);
  }

  #prepare(operation: number): Several {
    const node = this.#program.operations[operation] as OperationOf<'callback' | 'series' | 'change'>;
    switch (node.kind) {
      case 'callback':
        return (inputs, outputs) => this.callback(node.callback).run(inputs, outputs);
      case 'series':
        return analyse(node);
      case 'change':
        return (inputs, outputs) => compare(node, inputs, outputs);
    }
  }
}

function analyse({ analysis, days }: OperationOf<'series'>): Several {
  const times = Float64Array.from(days);
  const analyst = createPixelAnalyst(analysis, times);
  const valuesOf = (numbers: Float32Array) => ({ numbers, scale: 1, offset: 0 });
  return (inputs, outputs) => runPixels(analyst, times, inputs.map(valuesOf), outputs);
}

function compare(
  { before, noise, rule }: OperationOf<'change'>,
  inputs: readonly Float32Array[],
  outputs: readonly Float32Array[],
): void {
  const kernel = createChangeKernel(before, inputs.length - before, outputs[0]!.length);
  const layers = [...kernel.before, ...kernel.after];
  for (const [k, layer] of layers.entries()) layer.set(inputs[k]!);
  kernel.run(noise, rule);
  for (const [k, band] of CHANGE_BANDS.entries()) outputs[k]!.set(kernel.bands[band]);
}
