import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { refinementHalo, refineMask } from '../../../pipelines/core/raster/cloud-mask.ts';
import type { MaskRefinement } from '../../../pipelines/core/raster/cloud-mask.ts';
import {
  categoryOf,
  categoryTable,
  MASK_CATEGORIES,
  parseClassRule,
} from '../../../pipelines/core/raster/mask-category.ts';
import { findMaskPreset, MASK_PRESETS } from '../../../pipelines/core/raster/mask-preset.ts';
import type { MaskPresetName } from '../../../pipelines/core/raster/mask-preset.ts';
import { projectShadows } from '../../../pipelines/core/raster/shadow.ts';
import { createRandom } from '../../support/random.ts';

const NAMES = new Map<number, string>([
  ...Object.entries(MASK_CATEGORIES).map(([name, { code }]) => [code, name] as const),
  [255, 'nodata'],
]);

describe('a rule', () => {
  it.each([
    ['values', '3,8-10', 'cloud', [3, 8, 9, 10], [0, 2, 4, 7, 11]],
    ['values', 'Snow: 11', 'snow', [11], [1, 110]],
    ['bits', '10=1,11=1', 'cloud', [1024, 2048, 3072, 65535], [0, 1, 512, 4096]],
    ['bits', 'shadow:8-9=3', 'shadow', [768, 769], [256, 512, 0, 3]],
    ['bits', 'cirrus:14-15>=2', 'cirrus', [32768, 49152], [16384, 2]],
  ] as const)('of %s %s finds %s', (kind, text, name, found, others) => {
    const rule = parseClassRule(kind, text);
    for (const value of found) expect(NAMES.get(categoryOf(value, [rule]))).toBe(name);
    for (const value of others) expect(categoryOf(value, [rule])).toBe(0);
  });

  it.each([
    ['values', 'clouds:3'],
    ['values', '9-3'],
    ['values', '3,,4'],
    ['bits', '10'],
    ['bits', '10=2'],
    ['bits', '40=1'],
    ['bits', 'x=1'],
  ] as const)('of %s "%s" is refused with an example', (kind, text) =>
    expect(() => parseClassRule(kind, text)).toThrow(/accepted is such as cloud:/),
  );

  it('reads signed numbers as they are, and their bits as they lie', () => {
    const values = categoryTable([parseClassRule('values', 'cloud:-2')], true);
    expect([values[65534], values[2]]).toEqual([1, 0]);
    expect(categoryTable([parseClassRule('bits', 'cloud:15=1')], true)[0x8000]).toBe(1);
  });
});

describe('a preset', () => {
  // numbers out of the products' own tables of example values
  const EXAMPLES: Readonly<Record<MaskPresetName, Readonly<Record<number, string>>>> = {
    scl: {
      0: 'nodata',
      2: 'dark',
      3: 'shadow',
      4: 'clear',
      6: 'water',
      7: 'unclassified',
      9: 'cloud',
      10: 'cirrus',
      11: 'snow',
    },
    qa60: { 0: 'clear', 1024: 'cloud', 2048: 'cirrus' },
    // LSDS-1619: fill, clear, water, dilated cloud, mid confidence (not called cloud), cloud, shadow, snow, cirrus, both
    'landsat-qa-pixel': {
      1: 'nodata',
      21824: 'clear',
      21888: 'water',
      21826: 'cloud',
      22080: 'clear',
      22280: 'cloud',
      23888: 'shadow',
      30048: 'snow',
      54596: 'cirrus',
      54852: 'cirrus',
      55052: 'cloud',
    },
    // bits 3-5 = 1: land
    'modis-state-1km': {
      8: 'clear',
      9: 'cloud',
      10: 'cloud',
      12: 'shadow',
      520: 'cirrus',
      4104: 'snow',
      0: 'water',
      40: 'water',
      16: 'clear',
    },
    'hls-fmask': {
      255: 'nodata',
      64: 'clear',
      2: 'cloud',
      8: 'shadow',
      1: 'cirrus',
      16: 'snow',
      32: 'water',
      4: 'clear',
    },
  };
  for (const [name, examples] of Object.entries(EXAMPLES))
    it(`${name} names what its product's guide names`, () => {
      const { rules } = findMaskPreset(name);
      for (const [value, category] of Object.entries(examples))
        expect(`${value} ${NAMES.get(categoryOf(Number(value), rules))}`).toBe(`${value} ${category}`);
    });

  it('is found by its name alone', () => {
    expect(Object.keys(EXAMPLES).sort()).toEqual(Object.keys(MASK_PRESETS).sort());
    expect(() => findMaskPreset('toString')).toThrow(/scl, qa60/);
  });
});

const PIXEL = { width: 20, height: 20 };

describe('projected shadows', () => {
  const shadowsOf = (azimuth: number, elevation: number, low: number, high: number) => {
    const [width, height] = [41, 41];
    const clouds = new Uint8Array(width * height);
    clouds[20 * width + 20] = 1;
    const cast = projectShadows(clouds, width, { col: 0, row: 0 }, { azimuth, elevation }, { low, high }, PIXEL);
    return [...cast.keys()].filter((i) => cast[i] === 1).map((i) => [(i % width) - 20, Math.floor(i / width) - 20]);
  };

  it('lie opposite the sun, as far as height over the tangent of its elevation', () => {
    expect(shadowsOf(180, 45, 100, 160)).toEqual([
      [0, -8],
      [0, -7],
      [0, -6],
      [0, -5],
    ]); // sun in the south: shadow to the north
    expect(shadowsOf(90, 45, 100, 120)).toEqual([
      [-6, 0],
      [-5, 0],
    ]);
    expect(shadowsOf(270, 45, 100, 120)).toEqual([
      [5, 0],
      [6, 0],
    ]);
    expect(shadowsOf(0, 45, 40, 40)).toEqual([[0, 2]]);
    // elevation atan(1/2): twice as far; azimuth 135: to the north-west, 100·2/20 = 10 pixels long
    const [only] = shadowsOf(135, (Math.atan(0.5) * 180) / Math.PI, 100, 100);
    expect(only).toEqual([-7, -7]);
  });

  it('keep to the line of the sun within half a pixel', () => {
    for (const azimuth of [10, 80, 100, 155.5, 200, 260, 300, 350]) {
      const found = shadowsOf(azimuth, 40, 0, 300);
      expect(found.length).toBeGreaterThan(10);
      const [x, y] = [-Math.sin((azimuth * Math.PI) / 180), Math.cos((azimuth * Math.PI) / 180)];
      for (const [col, row] of found) {
        expect(Math.abs(col! * y - row! * x)).toBeLessThanOrEqual(1);
        expect(col! * x + row! * y).toBeGreaterThanOrEqual(-0.5);
      }
    }
  });
});

describe('a refined mask', () => {
  const { cloud, cirrus, shadow, water, dark } = MASK_CATEGORIES;
  const refine = (codes: readonly number[], refinement: Omit<MaskRefinement, 'pixel'>, isDark: Uint8Array | null) => {
    const out = Uint8Array.from(codes);
    refineMask(out, codes.length, { col: 0, row: 0 }, { pixel: PIXEL, ...refinement }, isDark);
    return [...out];
  };

  it('grows clouds over shadows that grow, and nothing over nodata or what is masked already', () => {
    const guards = [
      { category: 'cloud', metres: 40 },
      { category: 'shadow', metres: 60 },
    ] as const;
    const codes = [0, 0, cloud.code, 0, 0, shadow.code, water.code, 255, cirrus.code, 0];
    expect(refine(codes, { guards, projection: null }, null)).toEqual([1, 1, 1, 1, 1, 2, 2, 255, 3, 0]);
  });

  it('makes shadow of dark ground below a cloud, and of nothing else', () => {
    const projection = { sun: { azimuth: 270, elevation: 45 }, heights: { low: 20, high: 120 } };
    const codes = [cloud.code, 0, 0, water.code, dark.code, 0, 255, 0];
    const isDark = Uint8Array.of(1, 0, 1, 1, 0, 1, 1, 1);
    expect(refine(codes, { guards: [], projection }, isDark)).toEqual([1, 0, 2, 5, 2, 2, 255, 0]);
    expect(refine(codes, { guards: [], projection }, null)).toEqual([1, 0, 0, 5, 2, 0, 255, 0]);
  });

  it('of a window with its halo is that of the whole', () => {
    const cases = fc.record({
      azimuth: fc.double({ min: 0, max: 360, noNaN: true }),
      elevation: fc.double({ min: 20, max: 80, noNaN: true }),
      high: fc.integer({ min: 0, max: 250 }),
      cloudMetres: fc.integer({ min: 0, max: 60 }),
      shadowMetres: fc.integer({ min: 0, max: 60 }),
      seed: fc.integer({ min: 1 }),
    });
    fc.assert(
      fc.property(cases, ({ azimuth, elevation, high, cloudMetres, shadowMetres, seed }) => {
        const [width, height] = [26, 22];
        const random = createRandom(seed);
        const codes = Uint8Array.from({ length: width * height }, () => (random() < 0.05 ? 1 : random() < 0.1 ? 6 : 0));
        const isDark = Uint8Array.from({ length: width * height }, () => (random() < 0.5 ? 1 : 0));
        const refinement: MaskRefinement = {
          pixel: PIXEL,
          guards: [
            { category: 'cloud', metres: cloudMetres },
            { category: 'shadow', metres: shadowMetres },
          ],
          projection: { sun: { azimuth, elevation }, heights: { low: 0, high } },
        };
        const whole = codes.slice();
        refineMask(whole, width, { col: 0, row: 0 }, refinement, isDark);
        const halo = refinementHalo(refinement);
        const window = { col: 9, row: 8, width: 7, height: 6 };
        const wide = {
          col: window.col - halo.cols,
          row: window.row - halo.rows,
          width: window.width + 2 * halo.cols,
          height: window.height + 2 * halo.rows,
        };
        const cut = (from: Uint8Array, outside: number) =>
          Uint8Array.from({ length: wide.width * wide.height }, (_, i) => {
            const [col, row] = [wide.col + (i % wide.width), wide.row + Math.floor(i / wide.width)];
            return col < 0 || col >= width || row < 0 || row >= height ? outside : from[row * width + col]!;
          });
        const part = cut(codes, 255);
        refineMask(part, wide.width, wide, refinement, cut(isDark, 0));
        for (let row = 0; row < window.height; row++)
          for (let col = 0; col < window.width; col++)
            expect(part[(row + halo.rows) * wide.width + col + halo.cols]).toBe(
              whole[(row + window.row) * width + col + window.col],
            );
      }),
      { seed: 3, numRuns: 150 },
    );
  });
});
