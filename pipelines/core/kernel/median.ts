/** Sorting networks over memory of their own: callers fill the layers where they lie, nothing is copied in or out. */
import { medianModule, quantileModule } from './median-network.ts';
import { wasm } from './web-assembly.ts';

export interface MedianStack {
  /** Single-precision numbers in the kernel's memory; NaN is no value. */
  readonly layers: readonly Float32Array[];
  readonly out: Float32Array;
  /**
   * Fills and returns `out`: NaN where no layer has a value.
   * @param pixels  How many of the layers' pixels count, from the first on. Default: all.
   */
  run(pixels?: number): Float32Array;
  /** The same for a quantile, 0 to 1: linear between the two values around it (Hyndman and Fan, type 7). */
  runQuantile(p: number, pixels?: number): Float32Array;
}

type Run = (stack: number, stride: number, out: number, end: number) => void;

const PAGE_BYTES = 65536;
const VECTOR_BYTES = 16;
const modules = new Map<string, object>();
/** Modules of long runs with many periods are made again rather than kept for ever. */
const MOST_MODULES = 64;

/** A stack of `count` layers of `pixels` numbers. One module per count and quantile is compiled and kept. */
export function createMedianStack(count: number, pixels: number): MedianStack {
  const stride = Math.ceil((4 * pixels) / VECTOR_BYTES) * VECTOR_BYTES;
  const memory = new wasm.Memory({ initial: Math.ceil(((count + 1) * stride) / PAGE_BYTES) || 1 });
  const view = (k: number) => new Float32Array(memory.buffer, k * stride, pixels);
  const out = view(count);
  const kernels = new Map<string, Run>();
  const carryOut = (key: string, write: () => Uint8Array, of: number) => {
    let run = kernels.get(key);
    if (!run) {
      run = new wasm.Instance(moduleFor(key, write), { env: { memory } }).exports['run'] as Run;
      kernels.set(key, run);
    }
    if (of > 0) run(0, stride, count * stride, count * stride + 4 * of);
    return out;
  };
  return {
    layers: Array.from({ length: count }, (_, k) => view(k)),
    out,
    run: (of = pixels) => carryOut(`${count}`, () => medianModule(count), of),
    runQuantile: (p, of = pixels) => carryOut(`${count} ${p}`, () => quantileModule(count, p), of),
  };
}

function moduleFor(key: string, write: () => Uint8Array): object {
  let module = modules.get(key);
  if (!module) {
    if (modules.size >= MOST_MODULES) modules.clear();
    modules.set(key, (module = new wasm.Module(write())));
  }
  return module;
}
