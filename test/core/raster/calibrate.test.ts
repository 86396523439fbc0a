import { describe, expect, it } from 'vitest';
import { maskSpecialValues, toReflectance, toScaleOffset } from '../../../pipelines/core/raster/calibrate.ts';

describe('toReflectance', () => {
  it('adds the offset before it divides, and does not clamp', () => {
    const dn = Uint16Array.from([1000, 1500, 900, 11000]);
    const reflectance = toReflectance(dn, { quantification: 10000, addOffset: -1000 });
    [0, 0.05, -0.01, 1].forEach((want, i) => expect(reflectance[i]).toBeCloseTo(want, 7));
  });

  it.each([0, -1, Number.NaN, Infinity])('refuses a quantification of %d', (quantification) => {
    expect(() => toReflectance(new Uint16Array(1), { quantification, addOffset: 0 })).toThrow(/positive/);
  });

  it('is GDAL’s scale and offset in other words', () => {
    expect(toScaleOffset({ quantification: 10000, addOffset: -1000 })).toEqual({ scale: 0.0001, offset: -0.1 });
  });
});

describe('maskSpecialValues', () => {
  const dn = Uint16Array.from([0, 1, 65535, 65534]);
  it.each([
    [{ nodata: 0, saturated: 65535 }, [0, 1, 0, 1]],
    [{ nodata: 0, saturated: null }, [0, 1, 1, 1]],
    [{ nodata: null, saturated: 65535 }, [1, 1, 0, 1]],
    [{ nodata: null, saturated: null }, [1, 1, 1, 1]],
  ])('%j', (special, want) => {
    const mask = new Uint8Array(4).fill(1);
    maskSpecialValues(dn, mask, special);
    expect([...mask]).toEqual(want);
  });

  it('never makes a pixel valid', () => {
    const mask = new Uint8Array(4);
    maskSpecialValues(dn, mask, { nodata: 0, saturated: null });
    expect([...mask]).toEqual([0, 0, 0, 0]);
  });
});
