import { describe, expect, it } from 'vitest';
import { compileKernel } from '../../../pipelines/core/expression/compile.ts';
import { parseExpression } from '../../../pipelines/core/expression/parse.ts';
import { simdLoop } from '../../../pipelines/core/expression/simd-loop.ts';
import { createRandom } from '../../support/random.ts';

const FORMULAS = [
  '(nir - red) / (nir + red)',
  '2.5 * (nir - red) / (nir + 6 * red - 7.5 * blue + 1)',
  'sqrt(nir - red)',
  '1 / (1 / (nir - red))', // a fault that would vanish
  'abs(-nir / red) - nir * nir * 1e300 * 1e10',
  'red',
  'nir ^ 3 - red ^ -2 + blue ^ 0.5',
] as const;

/** 32-bit integers hold the same numbers and are no business of the vectors. */
describe.each(FORMULAS)('%s in vectors', (formula) => {
  it.each([
    [
      'uint16',
      [
        { scale: 1e-4, offset: -0.1 },
        { scale: 1e-4, offset: -0.1 },
        { scale: 1e-4, offset: -0.1 },
      ],
    ],
    [
      'int16',
      [
        { scale: 1e-4, offset: 0 },
        { scale: 2e-4, offset: 0.05 },
        { scale: 1, offset: 3 },
      ],
    ],
  ] as const)('of %s is to the last bit what it is one by one', (type, all) => {
    const random = createRandom(5);
    const names = parseExpression(formula).bandNames;
    const calibration = all.slice(0, names.length);
    const output = { kind: 'float32' } as const;
    for (const pixels of [0, 1, 3, 4, 5, 8191, 8192, 8193, 20_001])
      for (const masked of [0, 1, 2]) {
        const wide = names.map(() =>
          Int32Array.from({ length: pixels }, () => random() * 40 + (random() < 0.3 ? 1000 : 990)),
        );
        const short = wide.map((band) => (type === 'uint16' ? Uint16Array.from(band) : Int16Array.from(band)));
        const masks = names.map((_, b) =>
          b < masked ? Uint8Array.from({ length: pixels }, () => (random() < 0.7 ? 1 : 0)) : null,
        );
        const kernel = compileKernel(formula, { calibration, output });
        const [want, got] = [new Float32Array(pixels), new Float32Array(pixels)];
        const count = kernel.run(wide, masks, want);
        expect(kernel.run(short, masks, got)).toBe(count);
        expect(Buffer.compare(Buffer.from(got.buffer), Buffer.from(want.buffer))).toBe(0);
      }
  });
});

it('vectors are for arithmetic over 16-bit numbers alone', () => {
  const calibration = [{ scale: 1, offset: 0 }];
  const loop = (text: string, band: Uint16Array | Uint8Array | Float32Array, kind: 'float32' | 'int16' = 'float32') => {
    const output = kind === 'int16' ? ({ kind, factor: 1, nodata: -32768 } as const) : ({ kind } as const);
    return simdLoop(parseExpression(text), calibration, output, [band], 0);
  };
  expect(loop('red + 1', new Uint16Array(1))).not.toBeNull();
  expect(loop('log(red)', new Uint16Array(1))).toBeNull();
  expect(loop('where(red > 3, red, 1)', new Uint16Array(1))).toBeNull();
  expect(loop('red + 1', new Float32Array(1))).toBeNull();
  expect(loop('red + 1', new Uint8Array(1))).toBeNull();
  expect(loop('red + 1', new Uint16Array(1), 'int16')).toBeNull();
});
