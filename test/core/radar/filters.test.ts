import { describe, expect, it } from 'vitest';
import { eachRowOfMoments } from '../../../pipelines/core/radar/box-moments.ts';
import type { Frame } from '../../../pipelines/core/radar/frame.ts';
import { leeFilter } from '../../../pipelines/core/radar/lee.ts';
import { multitemporalFilter } from '../../../pipelines/core/radar/multitemporal.ts';
import { refinedLeeFilter } from '../../../pipelines/core/radar/refined-lee.ts';
import { checkLooks, checkSide } from '../../../pipelines/core/radar/speckle.ts';
import { toDecibels } from '../../../pipelines/core/radar/units.ts';
import { createRandom } from '../../support/random.ts';
import reference from './reference/filters.json' with { type: 'json' };
import { createSpeckle, cutFrame, looksOf, meanOf, simulate } from './simulate.ts';

const { rows, cols, looks } = reference;
const floats = (values: readonly (number | null)[]) => Float32Array.from(values, (v) => v ?? NaN);
const images = reference.images.map(floats);

type Kernel = (values: Float32Array, frame: Frame, out: Float32Array) => void;

/** A filter over a whole raster, in windows of at most `size` pixels a side. */
function filter(values: Float32Array, width: number, halo: number, kernel: Kernel, size = Infinity, origin = 0) {
  const height = values.length / width;
  const result = new Float32Array(values.length);
  for (let row = 0; row < height; row += size)
    for (let col = 0; col < width; col += size) {
      const part = { width: Math.min(size, width - col), height: Math.min(size, height - row), halo };
      const out = new Float32Array(part.width * part.height);
      const input = cutFrame(values, width, { ...part, col, row });
      kernel(input, { ...part, col: col + origin, row: row + origin }, out);
      for (let y = 0; y < part.height; y++)
        result.set(out.subarray(y * part.width, (y + 1) * part.width), (row + y) * width + col);
    }
  return result;
}

const lee =
  (side: number, L = looks): Kernel =>
  (values, frame, out) =>
    leeFilter(values, frame, { side, looks: L }, out);
const refined =
  (L = looks): Kernel =>
  (values, frame, out) =>
    refinedLeeFilter(values, frame, L, out);

function expectClose(actual: Float32Array, expected: readonly (number | null)[]): void {
  expect(actual.length).toBe(expected.length);
  for (const [i, v] of actual.entries()) {
    const want = expected[i] ?? NaN;
    if (Number.isNaN(want)) expect(v, `pixel ${i}`).toBeNaN();
    else expect(Math.abs(v / want - 1), `pixel ${i}: ${v} for ${want}`).toBeLessThan(1e-5);
  }
}

describe('sums over windows', () => {
  const random = createRandom(7);
  const values = Float32Array.from({ length: 23 * 17 }, () => (random() < 0.1 ? NaN : random()));

  it('are those of adding up each window', () => {
    for (const side of [1, 3, 5, 9, 13]) {
      const half = (side - 1) / 2;
      const frame = { width: 23, height: 17, halo: half + 1, col: 5, row: 11 };
      const input = cutFrame(values, 23, { ...frame, col: 0, row: 0 });
      eachRowOfMoments(input, frame, side, (row, { count, sum, squares }) => {
        for (let col = 0; col < 23; col++) {
          const window = [
            ...cutFrame(values, 23, { width: side, height: side, halo: 0, col: col - half, row: row - half }),
          ];
          const valid = window.filter((v) => v === v);
          expect(count[col]).toBe(valid.length);
          expect(sum[col]).toBeCloseTo(
            valid.reduce((a, b) => a + b, 0),
            10,
          );
          expect(squares[col]).toBeCloseTo(
            valid.reduce((a, b) => a + b * b, 0),
            10,
          );
        }
      });
    }
  });
});

describe('speckle filters', () => {
  it('Lee is that of the paper, computed pixel by pixel', () => {
    const { side, result } = reference.lee;
    expectClose(filter(images[0]!, cols, 2, lee(side)), result);
  });

  it('refined Lee likewise', () => {
    expectClose(filter(images[0]!, cols, 3, refined()), reference.refined_lee);
  });

  it('multi-temporal likewise', () => {
    const { side, results } = reference.multitemporal;
    const frame = { width: cols, height: rows, halo: 3, col: 0, row: 0 };
    const filtered = multitemporalFilter(
      images.map((image) => cutFrame(image, cols, frame)),
      frame,
      side,
    );
    for (const [k, result] of filtered.entries()) expectClose(result, results[k]!);
  });

  it('give the same numbers in windows as over the whole, to the last bit', () => {
    const speckle = createSpeckle(1, 3);
    const random = createRandom(4);
    const width = 61;
    const image = simulate(
      width,
      47,
      (col, row) => (random() < 0.03 ? NaN : col * 0.01 + (row > 20 ? 1 : 0.001)),
      speckle,
    );
    for (const [halo, kernel] of [
      [3, lee(7)],
      [5, lee(11)],
      [3, refined()],
      [6, refined()],
    ] as const)
      for (const [size, origin] of [
        [16, 0],
        [13, 64],
        [1, 5],
      ] as const)
        expect(filter(image, width, halo, kernel, size, origin)).toEqual(
          filter(image, width, halo, kernel, Infinity, origin),
        );
    const parts: Kernel = (values, frame, out) =>
      out.set(multitemporalFilter([values, values.map((v) => v * v)], frame, 7)[1]!);
    expect(filter(image, width, 3, parts, 10)).toEqual(filter(image, width, 3, parts));
  });

  it('leave a pixel alone that has no neighbours, and what is invalid invalid', () => {
    const alone = new Float32Array(81).fill(NaN);
    alone[40] = 0.25;
    for (const kernel of [lee(7), refined()]) expect(filter(alone, 9, 3, kernel)).toEqual(alone);
  });

  it('give back an image without speckle as it is', () => {
    const flat = new Float32Array(15 * 15).fill(0.125);
    for (const kernel of [lee(7), refined()]) expect(filter(flat, 15, 3, kernel)).toEqual(flat);
  });

  it('refuse windows and looks that there cannot be', () => {
    for (const side of [1, 4, 65, 5.5, NaN]) expect(() => checkSide('lee', side)).toThrow(/--window is/);
    expect(() => checkSide('refined-lee', 9)).toThrow('defined for 7');
    for (const L of [0, -1, NaN, Infinity]) expect(() => checkLooks(L)).toThrow(/--looks is/);
  });
});

describe('on simulated speckle', () => {
  const size = 160;
  const L = 4.4;
  const even = simulate(size, size, () => 0.05, createSpeckle(L, 11));

  it.each([
    ['lee', lee(7, L), 6],
    ['refined lee', refined(L), 3],
  ] as const)('%s raises the looks of even ground and keeps its mean within 0.1 dB', (_, kernel, gain) => {
    const filtered = filter(even, size, 3, kernel);
    expect(looksOf(even)).toBeCloseTo(L, 0);
    expect(looksOf(filtered) / L).toBeGreaterThan(gain);
    expect(Math.abs(toDecibels(meanOf(filtered) / 0.05))).toBeLessThan(0.1);
  });

  it('ten dates together raise them about tenfold', () => {
    const dates = Array.from({ length: 10 }, (_, k) =>
      simulate(size, size, () => 0.05 * (k + 1), createSpeckle(L, 20 + k)),
    );
    const frame = { width: size, height: size, halo: 5, col: 0, row: 0 };
    const filtered = multitemporalFilter(
      dates.map((date) => cutFrame(date, size, frame)),
      frame,
      11,
    );
    for (const [k, date] of filtered.entries()) {
      expect(looksOf(date) / L).toBeGreaterThan(7);
      expect(Math.abs(toDecibels(meanOf(date) / (0.05 * (k + 1))))).toBeLessThan(0.1);
    }
  });

  it('refined Lee keeps an edge of 10 dB that a mean of the same window blurs', () => {
    const edge = simulate(size, size, (col) => (col < 80 ? 0.01 : 0.1), createSpeckle(20, 31));
    const column = (values: Float32Array, col: number) =>
      meanOf(Array.from({ length: size }, (_, row) => values[row * size + col]!));
    const filtered = filter(edge, size, 3, refined(20));
    const blurred = filter(edge, size, 3, lee(7, 0.5)); // with so few looks all is speckle: the mean
    for (const [col, truth] of [
      [79, 0.01],
      [78, 0.01],
      [80, 0.1],
      [81, 0.1],
    ] as const)
      expect(Math.abs(toDecibels(column(filtered, col) / truth))).toBeLessThan(1);
    expect(toDecibels(column(blurred, 79) / 0.01)).toBeGreaterThan(5);
  });
});
