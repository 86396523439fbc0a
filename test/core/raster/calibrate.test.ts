import { describe, expect, it } from 'vitest';
import { maskSpecialValues, toScaleOffset } from '../../../pipelines/core/raster/calibrate.ts';

describe('toScaleOffset', () => {
  it.each([
    [1000, 0],
    [1500, 0.05],
    [900, -0.01],
    [11000, 1],
  ])('DN %i of baseline 04.00 is reflectance %d, not clamped', (dn, reflectance) => {
    const { scale, offset } = toScaleOffset({ quantification: 10000, addOffset: -1000 });
    expect(dn * scale + offset).toBeCloseTo(reflectance, 12);
  });

  it.each([0, -1, Number.NaN, Infinity])('refuses a quantification of %d', (quantification) => {
    expect(() => toScaleOffset({ quantification, addOffset: 0 })).toThrow(/positive/);
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
