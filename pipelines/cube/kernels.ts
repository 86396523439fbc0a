/** Kernels of a program's expressions. */
import { compileExpression } from '../core/expression/compile.ts';
import type { Kernel } from '../core/expression/compile.ts';
import type { Calibration, KernelOutput } from '../core/expression/codegen.ts';
import { fromPlain } from './program.ts';
import type { CubeProgram } from './program.ts';

const kernels = new Map<string, Kernel>();

/** Kept beyond a program's reader, because the next region asks for the same. */
export function kernelOf(
  { expressions }: CubeProgram,
  index: number,
  calibration: readonly Calibration[],
  output: KernelOutput,
): Kernel {
  const key = JSON.stringify([expressions[index], calibration, output]);
  let kernel = kernels.get(key);
  if (!kernel) {
    if (kernels.size > 64) kernels.clear();
    kernels.set(key, (kernel = compileExpression(fromPlain(expressions[index]!), { calibration, output })));
  }
  return kernel;
}

/** Pixels that are valid in every band. */
export function countValid(masks: readonly (Uint8Array | null)[], pixels: number): number {
  const [first, ...rest] = new Set(masks.filter((mask) => mask !== null));
  if (!first) return pixels;
  const all = rest.length === 0 ? first : first.slice();
  for (const mask of rest) for (let i = 0; i < pixels; i++) all[i]! &= mask[i]!;
  let count = 0;
  for (let i = 0; i < pixels; i++) count += all[i]!;
  return count;
}
