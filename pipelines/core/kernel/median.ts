/** The median network over memory of its own: callers fill the layers where they lie, nothing is copied in or out. */
import { medianModule } from './median-network.ts';
import { wasm } from './web-assembly.ts';

export interface MedianStack {
  /** Single-precision numbers in the kernel's memory; NaN is no value. */
  readonly layers: readonly Float32Array[];
  readonly out: Float32Array;
  /** Fills and returns `out`: NaN where no layer has a value. */
  run(): Float32Array;
}

type Run = (stack: number, stride: number, out: number, end: number) => void;

const PAGE_BYTES = 65536;
const VECTOR_BYTES = 16;
const modules = new Map<number, object>();

/** A stack of `count` layers of `pixels` numbers. One module per count is compiled and kept. */
export function createMedianStack(count: number, pixels: number): MedianStack {
  const stride = Math.ceil((4 * pixels) / VECTOR_BYTES) * VECTOR_BYTES;
  const memory = new wasm.Memory({ initial: Math.ceil(((count + 1) * stride) / PAGE_BYTES) || 1 });
  const view = (k: number) => new Float32Array(memory.buffer, k * stride, pixels);
  const out = view(count);
  let run: Run | undefined;
  return {
    layers: Array.from({ length: count }, (_, k) => view(k)),
    out,
    run() {
      run ??= new wasm.Instance(moduleFor(count), { env: { memory } }).exports['run'] as Run;
      if (pixels > 0) run(0, stride, count * stride, (count + 1) * stride);
      return out;
    },
  };
}

function moduleFor(count: number): object {
  let module = modules.get(count);
  if (!module) modules.set(count, (module = new wasm.Module(medianModule(count))));
  return module;
}
