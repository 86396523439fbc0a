import { describe, expect, it } from 'vitest';
import type { KernelOptions } from '../../../pipelines/core/expression/compile.ts';
import { compileKernel } from '../../../pipelines/core/expression/compile.ts';
import type { Samples } from '../../../pipelines/core/raster/block.ts';

const INT16 = { kind: 'int16', factor: 10000, nodata: -32768 } as const;
const S2 = { scale: 1e-4, offset: -0.1 };

function run(text: string, bands: readonly Samples[], options: KernelOptions = {}, masks: (Uint8Array | null)[] = []) {
  const kernel = compileKernel(text, options);
  const length = bands[0]!.length;
  const out = options.output?.kind === 'int16' ? new Int16Array(length) : new Float32Array(length);
  const valid = kernel.run(bands, masks, out);
  return { out: [...out], valid };
}

describe('a kernel', () => {
  it('computes from calibrated values', () => {
    const { out, valid } = run('nir * 2', [Uint16Array.of(1000, 2000, 0)], { calibration: [S2] });
    expect(out).toEqual([0, 0.2, -0.2].map(Math.fround));
    expect(valid).toBe(3);
  });

  it('finds a zero sum of offset bands to be zero', () => {
    // 0.05 + -0.05: with dn * 0.0001 - 0.1 the sum would be -7e-18, and the index a large number
    const bands = [Uint16Array.of(1500, 3000), Uint16Array.of(500, 1000)];
    expect(run('(nir - red) / (nir + red)', bands, { calibration: [S2, S2] })).toEqual({ out: [NaN, 1], valid: 1 });
    expect(run('1 / (nir + red + 0)', bands, { calibration: [S2, S2] })).toEqual({ out: [NaN, 5], valid: 1 });
    const mixed = { calibration: [S2, { scale: 2e-4, offset: -0.1 }] };
    expect(run('1 / (nir + red)', [Uint16Array.of(1500), Uint16Array.of(250)], mixed)).toEqual({
      out: [NaN],
      valid: 0,
    });
  });

  it('compares decimals as they are written', () => {
    const dns = Uint16Array.from({ length: 10001 }, (_, dn) => dn);
    for (const limit of ['0.3', '0.0003', '0.07', '0.57']) {
      const { out } = run(`red == ${limit}`, [dns], { calibration: [{ scale: 1e-4, offset: 0 }] });
      expect(out.indexOf(1), limit).toBe(Math.round(Number(limit) * 10000));
      expect(out.reduce((sum, one) => sum + one, 0)).toBe(1);
    }
    expect(run('scl == 4', [Uint8Array.of(3, 4, 5)]).out).toEqual([0, 1, 0]);
  });

  it('rounds int16 half away from zero, and has no value beyond', () => {
    const given = [
      0.5, -0.5, 1.5, -1.5, 2.4, -2.6, 0.49999999999999994, 32767, 32767.4, 32767.5, -32767, -32767.5, 1e300,
    ];
    const { out, valid } = run('red', [Float64Array.from(given)], {
      output: { ...INT16, factor: 10000 },
      calibration: [{ scale: 1e-4, offset: 0 }],
    });
    expect(out).toEqual([1, -1, 2, -2, 2, -3, 0, 32767, 32767, -32768, -32767, -32768, -32768]);
    expect(valid).toBe(10);
  });

  it.each([
    ['1 / red', [NaN, 1, 0.5]],
    ['1 / (1 / red)', [NaN, 1, 2]],
    ['max(1 / red, 7)', [NaN, 7, 7]],
    ['1 / red > 0.7', [NaN, 1, 0]],
    ['exp(-1 / red)', [NaN, Math.exp(-1), Math.exp(-0.5)]],
    ['red ^ -2', [NaN, 1, 0.25]],
    ['log(red - 1) > -5', [NaN, NaN, 1]],
    ['sqrt(red - 1) < 9', [NaN, 1, 1]],
    ['(red - 1) ^ 0.3 != 3', [NaN, 1, 1]],
    ['where(red > 0, 1 / red, 9)', [9, 1, 0.5]],
    ['where(1 / red, 1, 2)', [NaN, 1, 1]],
    ['where(1 / 0, red, red)', [NaN, NaN, NaN]],
    ['red + (1 / 0 > 3)', [NaN, NaN, NaN]],
    ['exp(1000 * red)', [1, NaN, NaN]],
    ['1 / exp(1000 * red)', [1, 0, 0]],
    ['3e38 * (red + 0.2)', [3e38 * 0.2, NaN, NaN]],
  ])('%s has no value where it divides by zero or is not finite', (text, expected) => {
    const { out, valid } = run(text, [Uint8Array.of(0, 1, 2)]);
    expect(out).toEqual(expected.map(Math.fround));
    expect(valid).toBe(expected.filter(Number.isFinite).length);
  });

  it('has no value where a float band holds NaN or infinity', () => {
    const bands = [Float32Array.of(NaN, Infinity, 1)];
    expect(run('red + 1', bands).out).toEqual([NaN, NaN, 2]);
    expect(run('where(red > 0, 1, 2)', bands).out).toEqual([NaN, NaN, 1]);
    expect(run('red ^ 0', bands).out).toEqual([NaN, NaN, 1]);
  });

  it('has no value where any mask is 0', () => {
    const bands = [Uint8Array.of(1, 2, 3, 4), Uint8Array.of(1, 1, 1, 1)];
    const a = Uint8Array.of(1, 0, 1, 0);
    const b = Uint8Array.of(1, 1, 0, 0);
    const none = { valid: 4, out: [2, 3, 4, 5] };
    expect(run('red + nir', bands, {}, [null, null])).toEqual(none);
    expect(run('red + nir', bands, {}, [a, null])).toEqual({ valid: 2, out: [2, NaN, 4, NaN] });
    expect(run('red + nir', bands, {}, [null, b])).toEqual({ valid: 2, out: [2, 3, NaN, NaN] });
    expect(run('red + nir', bands, {}, [a, b])).toEqual({ valid: 1, out: [2, NaN, NaN, NaN] });
    expect(run('red + nir', bands, {}, [b, b])).toEqual({ valid: 2, out: [2, 3, NaN, NaN] });
    const int16 = run('(red + nir) / 10', bands, { output: INT16 }, [a, b]);
    expect(int16).toEqual({ valid: 1, out: [2000, -32768, -32768, -32768] });
  });

  it('gives the same for every type of samples', () => {
    const kernel = compileKernel('(nir - red) / (nir + red)', { calibration: [S2, S2] });
    const types = [Uint8Array, Int8Array, Uint16Array, Int16Array, Uint32Array, Int32Array, Float32Array, Float64Array];
    const results = types.map((Type) => {
      const out = new Float32Array(3);
      kernel.run([Type.of(120, 7, 0), Type.of(15, 7, 0)], [], out);
      return [...out];
    });
    for (const result of results) expect(result).toEqual(results[0]);
  });

  it('refuses arrays that do not belong together', () => {
    const kernel = compileKernel('nir - red');
    const two = new Uint8Array(2);
    expect(() => kernel.run([two], [], new Float32Array(2))).toThrow(/reads 2 bands, not 1/);
    expect(() => kernel.run([two, new Uint8Array(3)], [], new Float32Array(2))).toThrow(/3 pixels/);
    expect(() => kernel.run([two, two], [new Uint8Array(1), null], new Float32Array(2))).toThrow(/1 pixels/);
    expect(() => kernel.run([two, two], [], new Int16Array(2))).toThrow(/float32 cannot write to Int16Array/);
    expect(() => compileKernel('red', { calibration: [{ scale: 0, offset: 0 }] })).toThrow(/Band red has scale 0/);
    expect(() => compileKernel('red', { calibration: [] })).toThrow(/reads 1 bands/);
  });
});
