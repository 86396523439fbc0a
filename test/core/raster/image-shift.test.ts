import { describe, expect, it } from 'vitest';
import { measureShift } from '../../../pipelines/core/raster/image-shift.ts';
import { createRandom } from '../../support/random.ts';

const SIZE = 256;

/** A landscape of fields and hedges: boxes of different brightness, sampled at a shift by area, as a sensor does. */
function landscape(dx: number, dy: number, seed = 1, gain = 1, noise = 0): Float32Array {
  const random = createRandom(seed);
  const image = new Float32Array(SIZE * SIZE).fill(0.1);
  for (let k = 0; k < 400; k++) {
    const [x, y, w, h] = [random() * SIZE, random() * SIZE, 3 + random() * 25, 3 + random() * 25];
    const value = random() * 0.4;
    for (let row = Math.max(0, Math.floor(y + dy)); row < Math.min(SIZE, y + dy + h); row++)
      for (let col = Math.max(0, Math.floor(x + dx)); col < Math.min(SIZE, x + dx + w); col++) {
        const share = overlap(col, x + dx, x + dx + w) * overlap(row, y + dy, y + dy + h);
        const i = row * SIZE + col;
        image[i] = image[i]! * (1 - share) + value * share;
      }
  }
  const shaken = createRandom(seed + 1000 + Math.round(100 * dx));
  return image.map((value) => value * gain + noise * (shaken() - 0.5));
}

function overlap(cell: number, from: number, to: number): number {
  return Math.max(0, Math.min(cell + 1, to) - Math.max(cell, from));
}

const ALL = new Uint8Array(SIZE * SIZE).fill(1);

describe('measureShift', () => {
  it.each([
    [0, 0],
    [0.5, -0.25],
    [-0.1, 0.73],
    [3.4, -7.2],
    [-12, 5],
  ])('finds a shift of %f, %f pixels to a twentieth', (dx, dy) => {
    const found = measureShift(landscape(0, 0), landscape(dx, dy), ALL, SIZE);
    expect(Math.abs(found.dx - dx)).toBeLessThan(0.05);
    expect(Math.abs(found.dy - dy)).toBeLessThan(0.05);
    expect(found.strength).toBeGreaterThan(0.5);
  });

  it('is not led astray by brightness, noise, and a corner without data', () => {
    const valid = ALL.slice();
    for (let row = 0; row < 120; row++) valid.fill(0, row * SIZE, row * SIZE + 120 - row);
    const second = landscape(1.3, 0.4, 1, 1.6, 0.05);
    const found = measureShift(landscape(0, 0, 1, 1, 0.05), second, valid, SIZE);
    expect(Math.abs(found.dx - 1.3)).toBeLessThan(0.1);
    expect(Math.abs(found.dy - 0.4)).toBeLessThan(0.1);
  });

  it('says of two landscapes that have nothing in common that there is no shift to be found', () => {
    expect(measureShift(landscape(0, 0, 1), landscape(0, 0, 99), ALL, SIZE).strength).toBeLessThan(0.15);
    expect(measureShift(new Float32Array(SIZE * SIZE), landscape(0, 0), ALL, SIZE).strength).toBe(0);
  });
});
