/**
 * Planes of a program, window by window: each operation asks its inputs for the pixels that it needs, one plane after the
 * other, so that memory follows from the window and the deepest operation, not from the size of the cube.
 */
import type { Kernel } from '../core/expression/compile.ts';
import type { Calibration, KernelOutput } from '../core/expression/codegen.ts';
import type { Window } from '../core/grid/window.ts';
import { copyValues } from '../core/raster/quantise.ts';
import { checkAborted } from '../io/byte-source/byte-source.ts';
import { readLayer } from '../tasks/layer.ts';
import type { LayerBlocks } from '../tasks/layer.ts';
import { withScratch } from '../tasks/scratch.ts';
import type { Scratch } from '../tasks/scratch.ts';
import { convolvePlane, specklePlane, warpPlane } from './evaluate-space.ts';
import type { PlaneInputs } from './evaluate-space.ts';
import { insidePolygons } from './inside-polygons.ts';
import { isKept } from './cost.ts';
import { countValid, kernelOf } from './kernels.ts';
import { PerPixel } from './per-pixel.ts';
import { inputsOf } from './program.ts';
import type { ClassSource, CubeProgram, OperationOf, PlaneOperation, PlaneSource } from './program.ts';
import { reducePlanes } from './reduce.ts';

/** Results that several operations need, for the window that was last asked for. */
interface Kept {
  readonly window: string;
  readonly planes: readonly Float32Array[];
}

const IDENTITY: Calibration = { scale: 1, offset: 0 };

export class PlaneReader implements PlaneInputs {
  readonly #program: CubeProgram;
  readonly #signal: AbortSignal;
  readonly #uses: Uint32Array;
  readonly #kept = new Map<number, Kept>();
  readonly #perPixel: PerPixel;

  constructor(program: CubeProgram, signal: AbortSignal) {
    this.#program = program;
    this.#signal = signal;
    this.#uses = countUses(program);
    this.#perPixel = new PerPixel(program);
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
    layer: OperationOf<'layer'>,
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
        return this.withInputs(node.inputs, window, (inputs) =>
          this.#perPixel.callback(node.callback).run(inputs, [out]),
        );
      case 'series':
      case 'change':
        throw new TypeError(`A ${node.kind} has several results; a part names one`);
      case 'part':
        return this.#part(node, window, out);
      case 'speckle':
        return specklePlane(this, node, window, out);
      case 'shift': {
        const { col, row } = window;
        return this.fill(node.input, { ...window, col: col + node.col, row: row + node.row }, out);
      }
      case 'kernel':
        return convolvePlane(this, node, window, out);
      case 'warp':
        return warpPlane(this, node, window, out);
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

  /** Lends the planes of several operations to `use`. */
  async withInputs(
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

  #formula(node: OperationOf<'formula'>, window: Window, out: Float32Array): Promise<void> {
    const kernel = kernelOf(
      this.#program,
      node.expression,
      node.inputs.map(() => IDENTITY),
      { kind: 'float32' },
    );
    return this.withInputs(node.inputs, window, (planes) => {
      kernel.run(
        planes,
        planes.map(() => null),
        out,
      );
      if (node.repair !== null) this.#perPixel.callback(node.repair).repair(planes, out);
    });
  }

  #classed({ input, classes }: OperationOf<'classed'>, window: Window, out: Float32Array): Promise<void> {
    return withScratch(async (scratch) => {
      await this.fill(input, window, out);
      const { masks } = await this.#read([], classes, window, scratch);
      const [mask] = masks;
      if (mask) for (let i = 0; i < out.length; i++) if (mask[i] === 0) out[i] = NaN;
    });
  }

  async #mask({ input, mask, replacement }: OperationOf<'mask'>, window: Window, out: Float32Array): Promise<void> {
    const value = replacement ?? NaN;
    await this.fill(input, window, out);
    await this.withInputs([mask], window, ([flags]) => {
      for (let i = 0; i < out.length; i++) {
        const flag = flags![i]!;
        if (flag === flag && flag !== 0) out[i] = value;
      }
    });
  }

  async #mosaic({ inputs }: OperationOf<'mosaic'>, window: Window, out: Float32Array): Promise<void> {
    const [first, ...others] = inputs;
    await this.fill(first!, window, out);
    for (const input of others) {
      if (!hasMissing(out)) return;
      await this.withInputs([input], window, ([plane]) => {
        for (let i = 0; i < out.length; i++) if (out[i] !== out[i]) out[i] = plane![i]!;
      });
    }
  }

  async #part({ input, index }: OperationOf<'part'>, window: Window, out: Float32Array): Promise<void> {
    const node = this.#program.operations[input] as OperationOf<'callback' | 'series' | 'change'>;
    const planes = await this.#keep(input, window, async () => {
      const outputs = Array.from({ length: node.outputs! }, () => new Float32Array(out.length));
      await this.withInputs(node.inputs, window, (inputs) => {
        this.#perPixel.several(input, inputs, outputs);
      });
      return outputs;
    });
    out.set(planes[index]!);
  }
}

function countUses({ operations, planes }: CubeProgram): Uint32Array {
  const uses = new Uint32Array(operations.length);
  for (const plane of planes) uses[plane]!++;
  for (const operation of operations) for (const input of inputsOf(operation)) uses[input]!++;
  return uses;
}

function literal({ values, width }: OperationOf<'literal'>, window: Window, out: Float32Array): void {
  for (let row = 0, o = 0; row < window.height; row++)
    for (let col = 0; col < window.width; col++, o++)
      out[o] = values[(window.row + row) * width + window.col + col] ?? NaN;
}

function hasMissing(plane: Float32Array): boolean {
  for (let i = 0; i < plane.length; i++) if (plane[i] !== plane[i]) return true;
  return false;
}
