import { describe, expect, it } from 'vitest';
import type { Samples } from '../../../pipelines/core/raster/block.ts';
import { createSamples } from '../../../pipelines/core/raster/block.ts';
import type { Reduction } from '../../../pipelines/core/raster/overview.ts';
import { reduceAgain, reduceBand, toStored } from '../../../pipelines/core/raster/overview.ts';
import type { CogDataType } from '../../../pipelines/io/tiff/cog-layout.ts';
import { createRandom } from '../../support/random.ts';

const TYPES: readonly CogDataType[] = ['uint8', 'int8', 'uint16', 'int16', 'uint32', 'int32', 'float32', 'float64'];

/** The mean of the valid pixels below each overview pixel, straight from the definition; null where there is none. */
function meansOf(data: Samples, width: number, height: number, factor: number, nodata: number): (number | null)[] {
  const means: (number | null)[] = [];
  for (let top = 0; top < height; top += factor)
    for (let left = 0; left < width; left += factor) {
      const values: number[] = [];
      for (let row = top; row < Math.min(height, top + factor); row++)
        for (let col = left; col < Math.min(width, left + factor); col++) {
          const v = data[row * width + col]!;
          if (!Object.is(v, nodata)) values.push(v);
        }
      means.push(values.length === 0 ? null : values.reduce((a, b) => a + b, 0) / values.length);
    }
  return means;
}

function randomBand(dtype: CogDataType, n: number, nodata: number, seed: number): Samples {
  const random = createRandom(seed);
  const data = createSamples(dtype, n);
  for (let i = 0; i < n; i++) data[i] = random() < 0.4 ? nodata : dtype.startsWith('float') ? random() : random() * 90;
  return data;
}

describe('averages', () => {
  for (const dtype of TYPES)
    for (const [width, height] of [
      [16, 16],
      [13, 7],
      [1, 9],
      [31, 1],
    ] as const)
      it(`are the mean of all valid pixels below, on every level (${dtype}, ${width} × ${height})`, () => {
        const isFloat = dtype.startsWith('float');
        const nodata = isFloat ? NaN : 101;
        const data = randomBand(dtype, width * height, nodata, width);
        let reduction: Reduction = reduceBand({ width, height, data, nodata }, 'average');
        for (let factor = 2; factor <= 16; factor *= 2) {
          const stored = toStored(reduction, dtype, nodata);
          const means = meansOf(data, width, height, factor, nodata);
          expect(stored).toHaveLength(means.length);
          for (const [i, mean] of means.entries())
            if (mean === null) expect(stored[i]).toBe(nodata);
            else expect(Math.abs(stored[i]! - mean)).toBeLessThanOrEqual(isFloat ? 1e-6 : 0.5);
          reduction = reduceAgain(reduction, 'average', nodata);
        }
      });

  it('stay valid where the mean equals nodata', () => {
    const data = Int16Array.of(-1, 1, 1, -1);
    const stored = (nodata: number) =>
      toStored(reduceBand({ width: 2, height: 2, data, nodata }, 'average'), 'int16', nodata)[0];
    expect(stored(-32768)).toBe(0);
    expect(stored(0)).toBe(1);
  });

  it('count every pixel where there is no nodata', () => {
    const reduction = reduceBand({ width: 2, height: 2, data: Uint8Array.of(0, 0, 0, 4), nodata: null }, 'average');
    expect(toStored(reduction, 'uint8', null)[0]).toBe(1);
  });

  it('do not overflow over many levels of large numbers', () => {
    const side = 256;
    const data = new Uint16Array(side * side).fill(65535);
    let reduction = reduceBand({ width: side, height: side, data, nodata: null }, 'average');
    for (let factor = 4; factor <= 128; factor *= 2) reduction = reduceAgain(reduction, 'average', null);
    expect([...toStored(reduction, 'uint16', null)]).toEqual([65535, 65535, 65535, 65535]);
  });
});

describe('modes', () => {
  it('are the most frequent valid class, the first of equally frequent ones', () => {
    const rows = [
      [4, 4, 0, 0, 7],
      [4, 9, 0, 3, 8],
      [1, 2, 0, 0, 0],
    ];
    const band = { width: 5, height: 3, data: Uint8Array.from(rows.flat()), nodata: 0 };
    const reduction = reduceBand(band, 'mode');
    expect([...toStored(reduction, 'uint8', 0)]).toEqual([4, 3, 7, 1, 0, 0]);
  });
});
