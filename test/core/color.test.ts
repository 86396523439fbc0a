import { describe, expect, it } from 'vitest';
import { COLORMAP_IDS, COLORMAPS } from '../../pipelines/core/color/colormaps.ts';
import type { Colormap } from '../../pipelines/core/color/colormaps.ts';
import { colorAt, findColormap, paletteOf } from '../../pipelines/core/color/ramp.ts';
import type { Rgb } from '../../pipelines/core/color/ramp.ts';
import { paletteIndex, parseRescale } from '../../pipelines/core/color/rescale.ts';

/** CIE L*, 0 to 100, of an sRGB colour. */
function lightness(rgb: Rgb): number {
  const [r, g, b] = rgb.map((v) => (v <= 10.31 ? v / 3294.6 : ((v / 255 + 0.055) / 1.055) ** 2.4));
  const y = 0.2126 * r! + 0.7152 * g! + 0.0722 * b!;
  return y > 0.008856 ? 116 * Math.cbrt(y) - 16 : 903.3 * y;
}

const along = (map: Colormap, n = 100) => Array.from({ length: n + 1 }, (_, i) => lightness(colorAt(map, i / n)));

describe('colour maps', () => {
  it('are these', () => {
    expect(COLORMAP_IDS).toMatchInlineSnapshot(`
      [
        "viridis",
        "magma",
        "inferno",
        "plasma",
        "cividis",
        "greys",
        "vegetation",
        "moisture",
        "heat",
        "difference",
        "condition",
        "blues",
        "ylgn",
        "rdylgn",
        "rdbu",
        "brbg",
        "turbo",
        "terrain",
        "greens",
        "reds",
        "oranges",
        "purples",
        "ylorrd",
        "ylgnbu",
        "spectral",
        "rdylbu",
        "puor",
        "piyg",
        "paired",
      ]
    `);
  });

  for (const id of COLORMAP_IDS) {
    const map: Colormap = COLORMAPS[id];
    it(`${id} consists of colours`, () => {
      for (const stop of map.stops) expect(stop).toMatch(/^[0-9a-f]{6}$/);
    });

    if (map.kind === 'sequential')
      it(`${id} becomes only lighter or only darker`, () => {
        const l = along(map);
        const direction = Math.sign(l.at(-1)! - l[0]!);
        for (let i = 1; i < l.length; i++) expect((l[i]! - l[i - 1]!) * direction).toBeGreaterThan(-0.35);
      });

    if (map.kind === 'diverging')
      it(`${id} is lightest in the middle`, () => {
        const l = along(map);
        expect(l.indexOf(Math.max(...l))).toBeCloseTo(50, -1);
      });

    if (map.kind === 'steps')
      it(`${id} has steps that differ in lightness`, () => {
        const l = map.stops.map((_, i) => lightness(colorAt(map, (i + 0.5) / map.stops.length)));
        for (let i = 1; i < l.length; i++) expect(l[i - 1]! - l[i]!).toBeGreaterThan(8);
      });
  }

  it('viridis has the published colours', () => {
    // Matplotlib's viridis at 0, 1/8 … 1
    const published = ['440154', '472d7b', '3b528b', '2c728e', '21918c', '28ae80', '5ec962', 'addc30', 'fde725'];
    const hex = (c: Rgb) => c.map((v) => v.toString(16).padStart(2, '0')).join('');
    expect(published.map((_, i) => hex(colorAt(COLORMAPS.viridis, i / 8)))).toEqual(published);
  });

  it('difference is white at zero', () => {
    expect(colorAt(COLORMAPS.difference, 0.5)).toEqual([255, 255, 255]);
  });

  it('are found in any case, and an unknown one is refused with the list', () => {
    expect(findColormap('RdYlGn').id).toBe('rdylgn');
    expect(() => findColormap('jet')).toThrow(/"jet".*viridis.*rdylgn/);
  });
});

describe('palette', () => {
  it('keeps entry 0 transparent and the others opaque', () => {
    const palette = paletteOf(COLORMAPS.viridis);
    expect([...palette.subarray(0, 4)]).toEqual([0, 0, 0, 0]);
    for (let i = 1; i < 256; i++) expect(palette[i * 4 + 3]).toBe(255);
    expect([...palette.subarray(4, 7)]).toEqual([0x44, 0x01, 0x54]);
    expect([...palette.subarray(1020, 1023)]).toEqual([0xfd, 0xe7, 0x25]);
  });

  it('spreads a range over entries 1 to 255 and clamps beyond it', () => {
    const range = { min: -0.2, max: 0.9 };
    expect([-5, -0.2, 0.35, 0.9, 7].map((v) => paletteIndex(v, range))).toEqual([1, 1, 128, 255, 255]);
  });
});

describe('parseRescale', () => {
  it('reads MIN,MAX', () => expect(parseRescale('-0.2, 9e-1')).toEqual({ min: -0.2, max: 0.9 }));

  for (const text of ['', '1', '1,', '2,1', '1,1', 'a,b', '1,2,3', '0,Infinity'])
    it(`refuses "${text}"`, () => expect(() => parseRescale(text)).toThrow(/MIN,MAX/));
});
