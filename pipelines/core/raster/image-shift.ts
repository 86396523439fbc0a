/** How far one image lies beside another, to a fraction of a pixel. */
import type { Spectrum } from './fourier.ts';
import { transform } from './fourier.ts';

export interface ImageShift {
  /** Pixels by which what is seen lies further right in the second image. */
  readonly dx: number;
  /** Pixels by which it lies further down. */
  readonly dy: number;
  /** 1: the images differ by nothing but a shift; near 0: they have nothing in common, and the shift means nothing. */
  readonly strength: number;
}

/** Frequencies (cycles per pixel) beyond this are noise and aliasing rather than landscape; their weight falls as a Gaussian. */
const SIGMA_FREQUENCY = 0.12;
/** The peak is refined in steps that become ten times finer. */
const REFINEMENTS = [0.1, 0.01] as const;
const STEPS = 10;

/**
 * Phase correlation: the phases of the cross spectrum alone, so that neither brightness nor contrast matters.
 * @param first  Row-major, `size * size`; `size` a power of two.
 * @param valid  1 where both images are valid; elsewhere both are taken as their mean.
 * @see Kuglin and Hines 1975; refinement in the manner of Guizar-Sicairos et al. 2008, https://doi.org/10.1364/OL.33.000156
 */
export function measureShift(first: Float32Array, second: Float32Array, valid: Uint8Array, size: number): ImageShift {
  const a = spectrumOf(first, valid, size);
  const b = spectrumOf(second, valid, size);
  const { cross, weightSum } = crossPhases(a, b);
  if (weightSum === 0) return { dx: 0, dy: 0, strength: 0 };
  let [dx, dy] = coarsePeak(cross);
  let strength = 0;
  for (const step of REFINEMENTS) ({ dx, dy, strength } = refine(cross, dx, dy, step));
  return { dx, dy, strength: Math.max(0, strength / weightSum) };
}

/** Less the mean, faded out towards the edges (Hann), so that these are no structure. */
function spectrumOf(image: Float32Array, valid: Uint8Array, size: number): Spectrum {
  let sum = 0;
  let count = 0;
  for (let i = 0; i < image.length; i++)
    if (valid[i] === 1) {
      sum += image[i]!;
      count++;
    }
  const mean = count > 0 ? sum / count : 0;
  const fade = Float64Array.from({ length: size }, (_, k) => 0.5 - 0.5 * Math.cos((2 * Math.PI * (k + 0.5)) / size));
  const re = new Float64Array(size * size);
  for (let row = 0, i = 0; row < size; row++)
    for (let col = 0; col < size; col++, i++) if (valid[i] === 1) re[i] = (image[i]! - mean) * fade[row]! * fade[col]!;
  const spectrum = { size, re, im: new Float64Array(size * size) };
  transform(spectrum);
  return spectrum;
}

/** conj(A)·B without its length, weighted by frequency. */
function crossPhases(a: Spectrum, b: Spectrum): { cross: Spectrum; weightSum: number } {
  const { size } = a;
  const re = new Float64Array(size * size);
  const im = new Float64Array(size * size);
  let weightSum = 0;
  for (let v = 0, i = 0; v < size; v++)
    for (let u = 0; u < size; u++, i++) {
      const [fx, fy] = [frequency(u, size), frequency(v, size)];
      const weight = Math.exp(-(fx * fx + fy * fy) / (2 * SIGMA_FREQUENCY * SIGMA_FREQUENCY));
      const r = a.re[i]! * b.re[i]! + a.im[i]! * b.im[i]!;
      const m = a.re[i]! * b.im[i]! - a.im[i]! * b.re[i]!;
      const length = Math.sqrt(r * r + m * m);
      if (i === 0 || length < 1e-12) continue; // the mean says nothing of a place
      re[i] = (weight * r) / length;
      im[i] = (weight * m) / length;
      weightSum += weight;
    }
  return { cross: { size, re, im }, weightSum };
}

function frequency(k: number, size: number): number {
  return (k < size / 2 ? k : k - size) / size;
}

/** The whole pixel where the images agree best. */
function coarsePeak({ size, re, im }: Spectrum): [dx: number, dy: number] {
  // The forward transform of the conjugate is the inverse transform, conjugated: its real part is the same.
  const back = { size, re: re.slice(), im: im.map((value) => -value) };
  transform(back);
  let best = 0;
  for (let i = 1; i < back.re.length; i++) if (back.re[i]! > back.re[best]!) best = i;
  const signed = (k: number) => (k < size / 2 ? k : k - size);
  // B = A · exp(−iωd), so that conj(A)·B back-transformed peaks at d.
  return [signed(best % size), signed((best / size) | 0)];
}

/** The correlation at places around a peak, `step` pixels apart, straight from its definition. */
function refine(cross: Spectrum, atX: number, atY: number, step: number): { dx: number; dy: number; strength: number } {
  const { size, re, im } = cross;
  const count = 2 * STEPS + 1;
  let best = { dx: atX, dy: atY, strength: -Infinity };
  const sumRe = new Float64Array(size);
  const sumIm = new Float64Array(size);
  for (let ix = 0; ix < count; ix++) {
    const dx = atX + (ix - STEPS) * step;
    // Along u once for every dx, then along v for every dy.
    const alongU = turns(size, dx);
    for (let v = 0; v < size; v++) {
      let [r, m] = [0, 0];
      for (let u = 0, i = v * size; u < size; u++, i++) {
        r += re[i]! * alongU.cos[u]! - im[i]! * alongU.sin[u]!;
        m += re[i]! * alongU.sin[u]! + im[i]! * alongU.cos[u]!;
      }
      sumRe[v] = r;
      sumIm[v] = m;
    }
    for (let iy = 0; iy < count; iy++) {
      const dy = atY + (iy - STEPS) * step;
      const alongV = turns(size, dy);
      let strength = 0;
      for (let v = 0; v < size; v++) strength += sumRe[v]! * alongV.cos[v]! - sumIm[v]! * alongV.sin[v]!;
      if (strength > best.strength) best = { dx, dy, strength };
    }
  }
  return best;
}

/** exp(2πi f · distance) for every frequency. */
function turns(size: number, distance: number): { readonly cos: Float64Array; readonly sin: Float64Array } {
  const angle = (k: number) => 2 * Math.PI * frequency(k, size) * distance;
  return {
    cos: Float64Array.from({ length: size }, (_, k) => Math.cos(angle(k))),
    sin: Float64Array.from({ length: size }, (_, k) => Math.sin(angle(k))),
  };
}
