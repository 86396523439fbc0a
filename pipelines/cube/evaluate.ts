/**
 * Planes of a program, window by window: each operation asks its inputs for the pixels that it needs, one plane after the
 * other, so that memory follows from the window and the deepest operation, not from the size of the cube.
 */
import { compileExpression } from '../core/expression/compile.ts';
import type { Kernel } from '../core/expression/compile.ts';
import type { Calibration, KernelOutput } from '../core/expression/codegen.ts';
import { translate } from '../core/grid/affine.ts';
import type { Window } from '../core/grid/window.ts';
import { CHANGE_BANDS, createChangeKernel } from '../core/raster/change.ts';
import { copyValues } from '../core/raster/quantise.ts';
import { filterSpeckle, haloOf } from '../core/radar/speckle.ts';
import { resample, windowFor } from '../core/raster/resample.ts';
import { planWarp } from '../core/raster/warp-plan.ts';
import { createPixelAnalyst } from '../core/series/pixel/create-analyst.ts';
import { runPixels } from '../core/series/pixel/run-pixels.ts';
import { checkAborted } from '../io/byte-source/byte-source.ts';
import { readLayer } from '../tasks/layer.ts';
import type { LayerBlocks } from '../tasks/layer.ts';
import { withScratch } from '../tasks/scratch.ts';
import type { Scratch } from '../tasks/scratch.ts';
import { compilePixelCallback } from './pixel-callback.ts';
import type { PixelRun } from './pixel-callback.ts';
import { around, convolve, insideOf, withBorder } from './convolve.ts';
import { insidePolygons } from './inside-polygons.ts';
import { isKept } from './cost.ts';
import { fromPlain, inputsOf } from './program.ts';
import type { ClassSource, CubeProgram, PlaneOperation, PlaneSource } from './program.ts';
import { reducePlanes } from './reduce.ts';

type Of<K extends PlaneOperation['kind']> = Extract<PlaneOperation, { readonly kind: K }>;

/** Results that several operations need, for the window that was last asked for. */
interface Kept {
  readonly window: string;
  readonly planes: readonly Float32Array[];
}

const IDENTITY: Calibration = { scale: 1, offset: 0 };

/** Largest distance between interpolated and exact positions of a warp, in source pixels: as `landmeter warp`. */
const MAX_WARP_ERROR = 0.01;
/** Source pixels of a warp that are held at once; a coarse target is worked through in smaller windows. */
const MOST_WARPED = 2 ** 24;

export class PlaneReader {
  readonly #program: CubeProgram;
  readonly #signal: AbortSignal;
  readonly #uses: Uint32Array;
  readonly #kept = new Map<number, Kept>();
  readonly #callbacks = new Map<number, PixelRun>();
  readonly #analyses = new Map<number, Pick<PixelRun, 'run'>>();

  constructor(program: CubeProgram, signal: AbortSignal) {
    this.#program = program;
    this.#signal = signal;
    this.#uses = countUses(program);
  }

  /**
   * Values of a plane in a window of its grid; NaN is no value.
   * @param operation  Index into the program's operations.
   * @param out  Row-major, of the window's size.
   */
  async fill(operation: number, window: Window, out: Float32Array): Promise<void> {
    checkAborted(this.#signal);
    const node = this.#program.operations[operation]!;
    if (!isKept(node, this.#uses[operation]!)) return this.#compute(node, window, out);
    const [plane] = await this.#keep(operation, window, async () => {
      const computed = new Float32Array(out.length);
      await this.#compute(node, window, computed);
      return [computed];
    });
    out.set(plane!);
  }

  /**
   * Evaluates a layer straight to what a file stores.
   * @returns how many results are valid, and how many were beyond what the file's type holds
   */
  async store(
    layer: Of<'layer'>,
    window: Window,
    output: KernelOutput,
    out: Int16Array | Float32Array,
  ): Promise<{ readonly valid: number; readonly lost: number }> {
    return withScratch(async (scratch) => {
      const { blocks, masks } = await this.#read(layer.sources, layer.classes, window, scratch);
      checkAborted(this.#signal);
      const bands = blocks.map(({ data }) => data);
      const run = (to: KernelOutput, into: typeof out) =>
        this.#kernel(layer.expression, layer.sources, to).run(bands, masks, into);
      const valid = run(output, out);
      const isShort = output.kind === 'int16' && valid < countValid(masks, out.length);
      return { valid, lost: isShort ? run({ kind: 'float32' }, new Float32Array(out.length)) - valid : 0 };
    });
  }

  async #keep(
    operation: number,
    { col, row, width, height }: Window,
    compute: () => Promise<readonly Float32Array[]>,
  ): Promise<readonly Float32Array[]> {
    const key = `${col} ${row} ${width} ${height}`;
    const known = this.#kept.get(operation);
    if (known?.window === key) return known.planes;
    this.#kept.delete(operation);
    const planes = await compute();
    this.#kept.set(operation, { window: key, planes });
    return planes;
  }

  async #compute(node: PlaneOperation, window: Window, out: Float32Array): Promise<void> {
    switch (node.kind) {
      case 'constant':
        return void out.fill(node.value ?? NaN);
      case 'literal':
        return literal(node, window, out);
      case 'source':
        return withScratch(async (scratch) => {
          const { blocks, masks } = await this.#read([node], node.classes, window, scratch);
          copyValues(blocks[0]!.data, masks[0]!, node.calibration, out);
        });
      case 'layer':
        return void (await this.store(node, window, { kind: 'float32' }, out));
      case 'formula':
        return this.#formula(node, window, out);
      case 'classed':
        return this.#classed(node, window, out);
      case 'mask':
        return this.#mask(node, window, out);
      case 'mosaic':
        return this.#mosaic(node, window, out);
      case 'reduce':
        return reducePlanes(
          node.reducer,
          node.inputs.length,
          (k, into) => this.fill(node.inputs[k]!, window, into),
          out,
        );
      case 'callback':
        return this.#withInputs(node.inputs, window, (inputs) => this.#callback(node.callback).run(inputs, [out]));
      case 'series':
      case 'change':
        throw new TypeError(`A ${node.kind} has several results; a part names one`);
      case 'part':
        return this.#part(node, window, out);
      case 'speckle':
        return this.#speckle(node, window, out);
      case 'shift': {
        const { col, row } = window;
        return this.fill(node.input, { ...window, col: col + node.col, row: row + node.row }, out);
      }
      case 'kernel':
        return this.#convolve(node, window, out);
      case 'warp':
        out.fill(NaN);
        return this.#warp(node, window, { width: window.width, out, at: 0 });
      case 'polygons':
        return insidePolygons(node.polygons, node.side, window, out);
    }
  }

  async #read(
    sources: readonly PlaneSource[],
    classes: ClassSource | null,
    window: Window,
    scratch: Scratch,
  ): Promise<LayerBlocks> {
    const bands = sources.map(({ band }) => band);
    return readLayer({ bands, classes: classes?.mask ?? null, formula: null, scale: 1, offset: 0 }, window, scratch);
  }

  #kernel(expression: number, sources: readonly PlaneSource[], output: KernelOutput): Kernel {
    const calibration = sources.map((source) => source.calibration);
    return kernelOf(this.#program, expression, calibration, output);
  }

  #callback(index: number): PixelRun {
    let run = this.#callbacks.get(index);
    if (!run) this.#callbacks.set(index, (run = compilePixelCallback(this.#program.callbacks[index]!)));
    return run;
  }

  /** Kept for the next window: an analyst has memory of its own. */
  #series(operation: number, { analysis, days }: Of<'series'>): Pick<PixelRun, 'run'> {
    let run = this.#analyses.get(operation);
    if (!run) {
      const times = Float64Array.from(days);
      const analyst = createPixelAnalyst(analysis, times);
      const valuesOf = (numbers: Float32Array) => ({ numbers, scale: 1, offset: 0 });
      run = { run: (planes, outputs) => runPixels(analyst, times, planes.map(valuesOf), outputs) };
      this.#analyses.set(operation, run);
    }
    return run;
  }

  /** Lends the planes of several operations to `use`. */
  async #withInputs(
    inputs: readonly number[],
    window: Window,
    use: (planes: readonly Float32Array[]) => void,
  ): Promise<void> {
    await withScratch(async (scratch) => {
      const planes: Float32Array[] = [];
      for (const input of inputs) {
        const plane = scratch.samples('float32', window.width * window.height) as Float32Array;
        await this.fill(input, window, plane);
        planes.push(plane);
      }
      use(planes);
    });
  }

  #formula(node: Of<'formula'>, window: Window, out: Float32Array): Promise<void> {
    const kernel = kernelOf(
      this.#program,
      node.expression,
      node.inputs.map(() => IDENTITY),
      { kind: 'float32' },
    );
    return this.#withInputs(node.inputs, window, (planes) => {
      kernel.run(
        planes,
        planes.map(() => null),
        out,
      );
      if (node.repair !== null) this.#callback(node.repair).repair(planes, out);
    });
  }

  #classed({ input, classes }: Of<'classed'>, window: Window, out: Float32Array): Promise<void> {
    return withScratch(async (scratch) => {
      await this.fill(input, window, out);
      const { masks } = await this.#read([], classes, window, scratch);
      const [mask] = masks;
      if (mask) for (let i = 0; i < out.length; i++) if (mask[i] === 0) out[i] = NaN;
    });
  }

  async #mask({ input, mask, replacement }: Of<'mask'>, window: Window, out: Float32Array): Promise<void> {
    const value = replacement ?? NaN;
    await this.fill(input, window, out);
    await this.#withInputs([mask], window, ([flags]) => {
      for (let i = 0; i < out.length; i++) {
        const flag = flags![i]!;
        if (flag === flag && flag !== 0) out[i] = value;
      }
    });
  }

  async #mosaic({ inputs }: Of<'mosaic'>, window: Window, out: Float32Array): Promise<void> {
    const [first, ...others] = inputs;
    await this.fill(first!, window, out);
    for (const input of others) {
      if (!hasMissing(out)) return;
      await this.#withInputs([input], window, ([plane]) => {
        for (let i = 0; i < out.length; i++) if (out[i] !== out[i]) out[i] = plane![i]!;
      });
    }
  }

  async #part({ input, index }: Of<'part'>, window: Window, out: Float32Array): Promise<void> {
    const node = this.#program.operations[input] as Of<'callback' | 'series' | 'change'>;
    const planes = await this.#keep(input, window, async () => {
      const outputs = Array.from({ length: node.outputs! }, () => new Float32Array(out.length));
      await this.#withInputs(node.inputs, window, (inputs) => {
        if (node.kind === 'change') compare(node, inputs, outputs);
        else if (node.kind === 'series') this.#series(input, node).run(inputs, outputs);
        else this.#callback(node.callback).run(inputs, outputs);
      });
      return outputs;
    });
    out.set(planes[index]!);
  }

  async #speckle(node: Of<'speckle'>, window: Window, out: Float32Array): Promise<void> {
    const { width, height, choice, input } = node;
    const halo = haloOf(choice.side);
    const wanted = around(window, halo, halo);
    const held = insideOf(wanted, width, height);
    await this.#withInputs([input], held, ([plane]) => {
      const beyond = held.width !== wanted.width || held.height !== wanted.height;
      const from = beyond ? withBorder(plane!, held, wanted, node, NaN) : plane!;
      filterSpeckle(from, { ...window, halo }, choice, out);
    });
  }

  async #convolve(node: Of<'kernel'>, window: Window, out: Float32Array): Promise<void> {
    const { kernel, width, height, border } = node;
    const [ry, rx] = [(kernel.length - 1) / 2, (kernel[0]!.length - 1) / 2];
    const wanted = around(window, rx, ry);
    const inside = insideOf(wanted, width, height);
    const beyond = inside.width !== wanted.width || inside.height !== wanted.height;
    const held = border === 'wrap' && beyond ? { col: 0, row: 0, width, height } : inside;
    await this.#withInputs([node.input], held, ([plane]) => {
      const from = beyond ? withBorder(plane!, held, wanted, node, border) : plane!;
      convolve(from, kernel, node, window.width, out);
    });
  }

  /** @param to  Where the window lies in a larger one: its row length, and the index of its first pixel. */
  async #warp(
    node: Of<'warp'>,
    window: Window,
    to: { readonly width: number; readonly out: Float32Array; readonly at: number },
  ): Promise<void> {
    const { from, resampling, scale } = node;
    const { col, row, width, height } = window;
    const target = { ...node.to, transform: translate(node.to.transform, col, row), width, height };
    const plan = planWarp({ source: from, target, maxErrorPixels: MAX_WARP_ERROR, scale });
    const needed = windowFor(plan, resampling);
    if (!needed) return;
    if (needed.width * needed.height > MOST_WARPED && width * height > 1) {
      const wide = width >= height;
      const half = (wide ? width : height) >> 1;
      const first = wide ? { ...window, width: half } : { ...window, height: half };
      const second = wide
        ? { ...window, col: col + half, width: width - half }
        : { ...window, row: row + half, height: height - half };
      await this.#warp(node, first, to);
      await this.#warp(node, second, { ...to, at: to.at + (wide ? half : half * to.width) });
      return;
    }
    await this.#withInputs([node.input], needed, ([data]) => {
      const mask = new Uint8Array(data!.length);
      for (let i = 0; i < mask.length; i++) if (data![i] === data![i]) mask[i] = 1;
      const warped = { data: new Float32Array(width * height), mask: new Uint8Array(width * height) };
      resample(plan, resampling, { data: data!, mask, window: needed }, warped);
      for (let r = 0, i = 0; r < height; r++)
        for (let c = 0, o = to.at + r * to.width; c < width; c++, i++, o++)
          if (warped.mask[i] === 1) to.out[o] = warped.data[i]!;
    });
  }
}

function countUses({ operations, planes }: CubeProgram): Uint32Array {
  const uses = new Uint32Array(operations.length);
  for (const plane of planes) uses[plane]!++;
  for (const operation of operations) for (const input of inputsOf(operation)) uses[input]!++;
  return uses;
}

const kernels = new Map<string, Kernel>();

/** Kept beyond a program's reader, because the next region asks for the same. */
function kernelOf(
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

function compare(
  { before, noise, rule }: Of<'change'>,
  inputs: readonly Float32Array[],
  outputs: readonly Float32Array[],
): void {
  const kernel = createChangeKernel(before, inputs.length - before, outputs[0]!.length);
  const layers = [...kernel.before, ...kernel.after];
  for (const [k, layer] of layers.entries()) layer.set(inputs[k]!);
  kernel.run(noise, rule);
  for (const [k, band] of CHANGE_BANDS.entries()) outputs[k]!.set(kernel.bands[band]);
}

function literal({ values, width }: Of<'literal'>, window: Window, out: Float32Array): void {
  for (let row = 0, o = 0; row < window.height; row++)
    for (let col = 0; col < window.width; col++, o++)
      out[o] = values[(window.row + row) * width + window.col + col] ?? NaN;
}

/** Pixels that are valid in every band. */
function countValid(masks: readonly (Uint8Array | null)[], pixels: number): number {
  const [first, ...rest] = new Set(masks.filter((mask) => mask !== null));
  if (!first) return pixels;
  const all = rest.length === 0 ? first : first.slice();
  for (const mask of rest) for (let i = 0; i < pixels; i++) all[i]! &= mask[i]!;
  let count = 0;
  for (let i = 0; i < pixels; i++) count += all[i]!;
  return count;
}

function hasMissing(plane: Float32Array): boolean {
  for (let i = 0; i < plane.length; i++) if (plane[i] !== plane[i]) return true;
  return false;
}
