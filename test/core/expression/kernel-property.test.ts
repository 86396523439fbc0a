import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { compileKernel } from '../../../pipelines/core/expression/compile.ts';
import type { Careful } from '../../support/careful-evaluation.ts';
import { trees } from '../../support/careful-evaluation.ts';

const BANDS = ['red', 'nir', 'B11'];
const CALIBRATIONS = [
  { scale: 1, offset: 0 },
  { scale: 1e-4, offset: 0 },
  { scale: 1e-4, offset: -0.1 },
  { scale: 2.75e-5, offset: -0.2 },
] as const;

/** More than the loop takes in one turn, and no multiple of it. */
const PIXELS = 19;

const pixel = fc.record({ red: dn(), nir: dn(), B11: dn() });
function dn() {
  return fc.oneof(fc.constantFrom(0, 1, 1000, 3000, 65535), fc.integer({ min: 0, max: 12000 }));
}

test('a kernel gives what a slow evaluation of the same tree gives, for random trees, bands and calibrations', () => {
  let certain = 0;
  let empty = 0;
  const calibrations = fc.oneof(
    fc.constantFrom(...CALIBRATIONS).map((shared) => [shared, shared, shared]),
    fc.array(fc.constantFrom(...CALIBRATIONS), { minLength: 3, maxLength: 3 }),
  );
  const pixels = fc.array(pixel, { minLength: PIXELS, maxLength: PIXELS });
  const mask = fc.array(fc.constantFrom(0, 1, 1), { minLength: PIXELS, maxLength: PIXELS });
  const masks = fc.array(fc.option(mask, { freq: 3 }), { minLength: 3, maxLength: 3 });
  fc.assert(
    fc.property(trees(BANDS), calibrations, pixels, masks, fc.boolean(), (tree, calibration, given, masked, floats) => {
      fc.pre(BANDS.some((name) => tree.text.includes(name)));
      const order = BANDS.filter((name) => tree.text.includes(name)).sort(
        (a, b) => tree.text.indexOf(a) - tree.text.indexOf(b),
      );
      const kernel = compileKernel(tree.text, {
        calibration: order.map((name) => calibration[BANDS.indexOf(name)]!),
      });
      expect(kernel.bandNames).toEqual(order);
      const columns = order.map((name) => given.map((values) => values[name as 'red']));
      const bands = columns.map((column) => (floats ? Float32Array.from(column) : Uint16Array.from(column)));
      const out = new Float32Array(given.length);
      const flags = masked.slice(0, order.length).map((flag) => flag && Uint8Array.from(flag));
      const valid = kernel.run(bands, flags, out);
      expect(valid).toBe(out.filter((value) => Number.isFinite(value)).length);
      for (const [i, values] of given.entries()) {
        const hidden = flags.some((flag) => flag?.[i] === 0);
        const expected = hidden ? 'nodata' : tree.evaluate(calibrated(values, calibration));
        if (expected === 'uncertain') continue;
        if (expected === 'nodata') {
          empty++;
          expect(out[i], tree.text).toBeNaN();
        } else {
          certain++;
          const tolerance = 4 * expected.error + Math.abs(expected.value) * 2 ** -23 + 1e-45;
          expect(Math.abs(out[i]! - expected.value), tree.text).toBeLessThanOrEqual(tolerance);
        }
      }
    }),
    { seed: 20240601, numRuns: 3000 },
  );
  expect(certain).toBeGreaterThan(8000);
  expect(empty).toBeGreaterThan(300);
});

function calibrated(
  values: Readonly<Record<string, number>>,
  calibration: readonly { scale: number; offset: number }[],
): Record<string, Careful> {
  const entries = BANDS.map((name, b): [string, Careful] => {
    const { scale, offset } = calibration[b]!;
    const value = values[name]! * scale + offset;
    const exact = scale === 1 && offset === 0;
    return [name, { value, error: exact ? 0 : 2 ** -51 * (values[name]! * scale + Math.abs(offset)) }];
  });
  return Object.fromEntries(entries);
}
