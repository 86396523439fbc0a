/** The discrete Fourier transform of square images whose side is a power of two. */

/** Real and imaginary parts, row-major, `size * size` each. */
export interface Spectrum {
  readonly size: number;
  readonly re: Float64Array;
  readonly im: Float64Array;
}

/**
 * Forward transform in place: X[v][u] = Σ x[row][col] · exp(−2πi (u·col + v·row) / size).
 * @see Cooley and Tukey 1965, Mathematics of Computation 19, radix 2, decimation in time
 */
export function transform({ size, re, im }: Spectrum): void {
  const lineRe = new Float64Array(size);
  const lineIm = new Float64Array(size);
  const plan = planOf(size);
  for (let row = 0; row < size; row++)
    transformLine(re.subarray(row * size, (row + 1) * size), im.subarray(row * size, (row + 1) * size), plan);
  for (let col = 0; col < size; col++) {
    for (let row = 0, i = col; row < size; row++, i += size) {
      lineRe[row] = re[i]!;
      lineIm[row] = im[i]!;
    }
    transformLine(lineRe, lineIm, plan);
    for (let row = 0, i = col; row < size; row++, i += size) {
      re[i] = lineRe[row]!;
      im[i] = lineIm[row]!;
    }
  }
}

interface Plan {
  readonly cos: Float64Array;
  readonly sin: Float64Array;
  /** Where each element goes before the butterflies. */
  readonly reversed: Uint32Array;
}

function planOf(size: number): Plan {
  const bits = Math.log2(size);
  if (!Number.isInteger(bits)) throw new RangeError(`${size} is no power of two`);
  const cos = Float64Array.from({ length: size / 2 }, (_, k) => Math.cos((2 * Math.PI * k) / size));
  const sin = Float64Array.from({ length: size / 2 }, (_, k) => Math.sin((2 * Math.PI * k) / size));
  const reversed = new Uint32Array(size);
  for (let i = 1; i < size; i++) reversed[i] = (reversed[i >> 1]! >> 1) | ((i & 1) << (bits - 1));
  return { cos, sin, reversed };
}

function transformLine(re: Float64Array, im: Float64Array, { cos, sin, reversed }: Plan): void {
  const n = re.length;
  for (let i = 0; i < n; i++) {
    const j = reversed[i]!;
    if (j <= i) continue;
    const [r, m] = [re[i]!, im[i]!];
    re[i] = re[j]!;
    im[i] = im[j]!;
    re[j] = r;
    im[j] = m;
  }
  for (let half = 1; half < n; half *= 2) {
    const step = n / (2 * half);
    for (let start = 0; start < n; start += 2 * half)
      for (let k = 0; k < half; k++) {
        const [a, b] = [start + k, start + k + half];
        const [c, s] = [cos[k * step]!, sin[k * step]!];
        const r = re[b]! * c + im[b]! * s;
        const m = im[b]! * c - re[b]! * s;
        re[b] = re[a]! - r;
        im[b] = im[a]! - m;
        re[a] = re[a]! + r;
        im[a] = im[a]! + m;
      }
  }
}
