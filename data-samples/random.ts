/** Deterministic chance: the same seed gives the same region on every machine. */

/** A well-mixed 32-bit hash of up to three integers (finaliser of MurmurHash3). */
export function hash(a: number, b = 0, c = 0): number {
  let h = Math.imul(a | 0, 0x9e3779b1) ^ Math.imul(b | 0, 0x85ebca77) ^ Math.imul(c | 0, 0xc2b2ae3d);
  h ^= h >>> 16;
  h = Math.imul(h, 0x85ebca6b);
  h ^= h >>> 13;
  h = Math.imul(h, 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/** The hash as a number in [0, 1). */
export function unit(a: number, b = 0, c = 0): number {
  return hash(a, b, c) / 4294967296;
}

export interface NoiseOptions {
  readonly seed: number;
  /** Length of the largest waves in pixels of 10 m. */
  readonly wavelength: number;
  readonly octaves: number;
  /** Amplitude of each octave relative to the one before. Default 0.5. */
  readonly persistence?: number;
}

export interface Noise {
  /** Writes the values, about −1 to 1, of pixels `(x0 … x0 + out.length − 1, y)`. */
  row(out: Float32Array, x0: number, y: number): void;
  at(x: number, y: number): number;
}

/**
 * Fractal value noise over the plane. It depends on absolute positions alone, so that a part of the region equals the
 * same part of the whole scene; rows are made one at a time, so that memory stays flat.
 */
export function createNoise({ seed, wavelength, octaves, persistence = 0.5 }: NoiseOptions): Noise {
  let norm = 0;
  for (let k = 0; k < octaves; k++) norm += persistence ** k;
  const single = new Float32Array(1);

  function addOctave(out: Float32Array, x0: number, y: number, length: number, amplitude: number, salt: number): void {
    const gy = y / length;
    const iy = Math.floor(gy);
    const ty = smooth(gy - iy);
    let ix = Math.floor(x0 / length);
    const knot = (i: number) => {
      const a = unit(i, iy, salt);
      return (a + (unit(i, iy + 1, salt) - a) * ty) * 2 - 1;
    };
    let left = knot(ix);
    let right = knot(ix + 1);
    for (let col = 0; col < out.length; col++) {
      const gx = (x0 + col) / length;
      if (gx >= ix + 1) {
        ix = Math.floor(gx);
        left = right;
        right = knot(ix + 1);
      }
      const t = gx - ix;
      out[col]! += amplitude * (left + (right - left) * t * t * (3 - 2 * t));
    }
  }

  function row(out: Float32Array, x0: number, y: number): void {
    out.fill(0);
    let amplitude = 1 / norm;
    let length = wavelength;
    for (let k = 0; k < octaves; k++) {
      addOctave(out, x0, y, length, amplitude, seed + k * 7919);
      amplitude *= persistence;
      length /= 2;
    }
  }

  return {
    row,
    at(x, y) {
      row(single, x, y);
      return single[0]!;
    },
  };
}

function smooth(t: number): number {
  return t * t * (3 - 2 * t);
}
