import { PlatformError } from '../errors.ts';
import type { Samples } from '../raster/block.ts';
import type { Calibration, KernelOutput } from './codegen.ts';
import { kernelSource } from './codegen.ts';
import type { Expression } from './graph.ts';
import { parseExpression } from './parse.ts';
import { simdLoop } from './simd-loop.ts';

export interface KernelOptions {
  /** Per band, in the order of `bandNames`: value = dn * scale + offset. Default: the numbers are the values. */
  readonly calibration?: readonly Calibration[];
  /** Default: float32. */
  readonly output?: KernelOutput;
}

export interface Kernel {
  /** The bands it reads, as the expression writes them, in the order of first use. */
  readonly bandNames: readonly string[];
  /**
   * Evaluates the expression for every pixel.
   *
   * @param bands  Digital numbers, one array per band in the order of `bandNames`, each as long as `out`.
   * @param masks  One per band: 1 = valid, 0 = not; null: every pixel is valid.
   * @param out  Receives values as float32, or `value * factor` as int16. NaN, or `nodata`, where a mask is 0, something
   *   is divided by zero, or the result is not finite or does not fit.
   * @returns how many results are valid.
   */
  run(bands: readonly Samples[], masks: readonly (Uint8Array | null)[], out: Float32Array | Int16Array): number;
}

type Loop = (...arrays: readonly (Samples | Uint8Array | Float32Array | Int16Array)[]) => number;

/**
 * A loop belongs to its source and to the types of its arrays: V8 specialises a function to the types that it has
 * seen, and one that has seen two kinds of arrays is several times slower.
 */
const loops = new Map<string, Loop>();
const MAX_LOOPS = 256;

/**
 * Compiles an expression over bands to a loop over typed arrays.
 *
 * Computed in double precision from the digital numbers: results agree with the formula on calibrated values to about
 * 1e-12 of the largest term.
 *
 * @throws {PlatformError} `expression-invalid` with the position; `calibration-invalid` where a scale is 0 or not finite.
 */
export function compileKernel(expression: string, options: KernelOptions = {}): Kernel {
  return compileExpression(parseExpression(expression), options);
}

/** The same for an expression that was not written as text: its bands may have any names. */
export function compileExpression(expression: Expression, options: KernelOptions = {}): Kernel {
  const { bandNames } = expression;
  const output = options.output ?? { kind: 'float32' };
  const calibration = options.calibration ?? bandNames.map(() => ({ scale: 1, offset: 0 }));
  checkCalibration(calibration, bandNames);
  let bound: { key: string; loop: Loop } | undefined;
  return {
    bandNames,
    run(bands, masks, out) {
      checkArrays(bands, masks, out, bandNames.length, output);
      const distinct = [...new Set(masks)].filter((mask) => mask !== null); // bands often share the mask of clouds
      const key = `${bands.map((band) => band.constructor.name).join()} ${distinct.length}`;
      if (bound?.key !== key)
        bound = { key, loop: loopFor(expression, { calibration, output }, bands, distinct.length) };
      return bound.loop(...bands, ...distinct, out);
    },
  };
}

function loopFor(
  expression: Expression,
  { calibration, output }: { calibration: readonly Calibration[]; output: KernelOutput },
  bands: readonly Samples[],
  masks: number,
): Loop {
  const nanBands = bands.map((band) => band instanceof Float32Array || band instanceof Float64Array);
  const source = kernelSource(expression, { calibration, output, nanBands, masks });
  const key = `${bands.map((band) => band.constructor.name).join()}\n${source}`;
  let loop = loops.get(key);
  if (!loop) {
    loop = simdLoop(expression, calibration, output, bands, masks) ?? scalarLoop(source, bands.length, masks);
    if (loops.size >= MAX_LOOPS) loops.delete(loops.keys().next().value!);
    loops.set(key, loop);
  }
  return loop;
}

function scalarLoop(source: string, bands: number, masks: number): Loop {
  const names = (prefix: string, count: number) => Array.from({ length: count }, (_, k) => `${prefix}${k}`);
  // the text is our own (codegen.ts); no word of the user's is in it
  // oxlint-disable-next-line typescript/no-implied-eval
  return new Function(...names('b', bands), ...names('m', masks), 'out', source) as Loop;
}

function checkCalibration(calibration: readonly Calibration[], bandNames: readonly string[]): void {
  if (calibration.length !== bandNames.length)
    throw new PlatformError(
      'calibration-invalid',
      `The expression reads ${bandNames.length} bands (${bandNames.join(' ')}), but ${calibration.length} have a scale`,
    );
  for (const [b, { scale, offset }] of calibration.entries())
    if (!Number.isFinite(scale) || scale === 0 || !Number.isFinite(offset))
      throw new PlatformError(
        'calibration-invalid',
        `Band ${bandNames[b]} has scale ${scale} and offset ${offset}; both must be finite and the scale not 0`,
      );
}

function checkArrays(
  bands: readonly Samples[],
  masks: readonly (Uint8Array | null)[],
  out: Float32Array | Int16Array,
  count: number,
  output: KernelOutput,
): void {
  if (bands.length !== count || masks.length > count)
    throw new PlatformError('grid-mismatch', `The expression reads ${count} bands, not ${bands.length}`);
  for (const array of [...bands, ...masks])
    if (array && array.length !== out.length)
      throw new PlatformError(
        'grid-mismatch',
        `A band or mask of ${array.length} pixels does not go with a result of ${out.length}`,
      );
  if (out instanceof Int16Array !== (output.kind === 'int16'))
    throw new PlatformError(
      'format-unsupported',
      `A kernel for ${output.kind} cannot write to ${out.constructor.name}`,
    );
}
