/** Speckle as it is: gamma distributed with as many looks as asked, of mean 1. */
import { createRandom } from '../../support/random.ts';

/** Draws from the gamma distribution of shape `looks` and mean 1. @see Marsaglia & Tsang (2000) */
export function createSpeckle(looks: number, seed: number): () => number {
  const random = createRandom(seed);
  const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  const shape = looks < 1 ? looks + 1 : looks;
  const d = shape - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  const draw = (): number => {
    for (;;) {
      const x = normal();
      const v = (1 + c * x) ** 3;
      if (v > 0 && Math.log(1 - random()) < (x * x) / 2 + d - d * v + d * Math.log(v)) return d * v;
    }
  };
  return () => (looks < 1 ? draw() * (1 - random()) ** (1 / looks) : draw()) / looks;
}

/** A raster of `power(col, row)` under speckle. */
export function simulate(
  width: number,
  height: number,
  power: (col: number, row: number) => number,
  speckle: () => number,
): Float32Array {
  return Float32Array.from({ length: width * height }, (_, i) => power(i % width, (i / width) | 0) * speckle());
}

/** A window of a raster with a halo that is NaN beyond the raster. */
export function cutFrame(
  values: Float32Array,
  width: number,
  frame: {
    readonly col: number;
    readonly row: number;
    readonly width: number;
    readonly height: number;
    readonly halo: number;
  },
): Float32Array {
  const height = values.length / width;
  const stride = frame.width + 2 * frame.halo;
  return Float32Array.from({ length: stride * (frame.height + 2 * frame.halo) }, (_, i) => {
    const col = frame.col - frame.halo + (i % stride);
    const row = frame.row - frame.halo + Math.floor(i / stride);
    return col >= 0 && col < width && row >= 0 && row < height ? values[row * width + col]! : NaN;
  });
}

export function meanOf(values: Iterable<number>): number {
  let [sum, n] = [0, 0];
  for (const v of values) if (v === v) [sum, n] = [sum + v, n + 1];
  return sum / n;
}

/** mean² / variance. */
export function looksOf(values: Iterable<number>): number {
  const list = [...values].filter((v) => v === v);
  const mean = meanOf(list);
  return (mean * mean) / meanOf(list.map((v) => (v - mean) ** 2));
}
