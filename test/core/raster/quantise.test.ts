import { describe, expect, it } from 'vitest';
import { toIntegers } from '../../../pipelines/core/raster/quantise.ts';
import { createRandom } from '../../support/random.ts';

const random = createRandom(11);

/** Half away from zero, one value at a time. */
function expected(value: number, factor: number, nodata: number, min: number, max: number): number | null {
  const v = value * factor;
  const whole = Math.sign(v) * Math.floor(Math.abs(v) + 0.5);
  if (!(whole >= min && whole <= max)) return null;
  if (whole !== nodata) return whole;
  return nodata < max ? nodata + 1 : nodata - 1;
}

const RANGES = [
  { Type: Int16Array, factor: 10000, nodata: -32768, min: -32767, max: 32767 },
  { Type: Int16Array, factor: 1, nodata: 5, min: -32768, max: 32767 },
  { Type: Uint16Array, factor: 1, nodata: 0, min: 0, max: 65535 },
  { Type: Uint16Array, factor: 10, nodata: 65535, min: 0, max: 65535 },
  { Type: Uint8Array, factor: 1, nodata: 255, min: 0, max: 255 },
  { Type: Int32Array, factor: 1, nodata: -1, min: -(2 ** 31), max: 2 ** 31 - 1 },
];

describe('toIntegers', () => {
  for (const { Type, factor, nodata, min, max } of RANGES)
    for (const Values of [Float32Array, Float64Array])
      it(`rounds ${Values.name} times ${factor} into ${Type.name} with nodata ${nodata}`, () => {
        for (const length of [1, 3, 8, 8192, 8195, 20001]) {
          const values = new Values(length);
          const size = 2.2 * Math.min(max, 70000);
          for (let i = 0; i < length; i++) {
            const whole = Math.round((random() - 0.5) * size);
            values[i] = ([NaN, Infinity, -Infinity, 1e30, nodata, min, max][i % 50] ?? whole + (i & 3) / 4) / factor;
          }
          const out = new Type(length);
          const lost = toIntegers(values, out, { factor, min, max, nodata });
          let wrong = 0;
          let notHeld = 0;
          for (let i = 0; i < length; i++) {
            const whole = expected(values[i]!, factor, nodata, min, max);
            if (whole === null && !Number.isNaN(values[i])) notHeld++;
            if (out[i] !== (whole ?? Type.of(nodata)[0])) wrong++;
          }
          expect([wrong, lost]).toEqual([0, notHeld]);
        }
      });
});
