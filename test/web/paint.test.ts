import { describe, expect, it } from 'vitest';
import { COLORMAP_IDS } from '../../pipelines/core/color/colormaps.ts';
import type { LayerSummary, TileJson } from '../../pipelines/core/wire.ts';
import { inksOf } from '../../web/src/map/inks.ts';
import { activeLayers, gradientOf, legendDomain, paintOf, stepOf } from '../../web/src/map/paint.ts';
import { basemapStyle, BASEMAP_SOURCE, DATA_BELOW, graticule } from '../../web/src/map/style.ts';
import { newLayer } from '../../web/src/state/shown.ts';

const NDVI = { id: 'ndvi', range: [0, 0.8], colormap: 'vegetation' } as unknown as LayerSummary;
const SOURCE = { tiles: ['t'], minzoom: 5, maxzoom: 14, bounds: [5, 52, 6, 53] } as unknown as TileJson;

describe('the paint of a layer', () => {
  it('is the suggested one until another is chosen', () => {
    expect(paintOf(NDVI, newLayer('ndvi'))).toEqual({ colormap: 'vegetation', range: [0, 0.8] });
    const styled = { ...newLayer('ndvi'), colormap: 'magma', range: [0.1, 0.4] as const };
    expect(paintOf(NDVI, styled)).toEqual({ colormap: 'magma', range: [0.1, 0.4] });
  });

  it('falls back where an address names a colour map that does not exist', () => {
    expect(paintOf(NDVI, { ...newLayer('ndvi'), colormap: 'constructor' }).colormap).toBe('viridis');
    const bare = { ...NDVI, range: null, colormap: null } as LayerSummary;
    expect(paintOf(bare)).toEqual({ colormap: 'viridis', range: [0, 1] });
  });

  it('has a legend that reaches beyond the suggestion and holds what is chosen', () => {
    const domain = (range: readonly [number, number]) => legendDomain(NDVI, { colormap: 'viridis', range });
    expect(domain([0.1, 0.4])).toEqual([-0.2, 1]);
    expect(domain([-3, 0.4])).toEqual([-3, 1]);
  });

  it('is set in round steps', () => {
    expect([stepOf([-0.2, 1]), stepOf([0, 50]), stepOf([0, 20000])]).toEqual([0.01, 0.5, 100]);
  });

  it('only counts layers that the catalogue knows', () => {
    expect(activeLayers([NDVI], [newLayer('gone'), newLayer('ndvi')]).map(({ summary }) => summary.id)).toEqual([
      'ndvi',
    ]);
    expect(activeLayers([NDVI], null)).toEqual([]);
  });

  it.each(COLORMAP_IDS)('shows %s as a gradient of its colours', (id) => {
    expect(gradientOf(id)).toMatch(/^linear-gradient\(90deg, (#[0-9a-f]{6}( [\d.]+% [\d.]+%)?(, )?){2,}\)$/);
  });
});

describe('the basemap', () => {
  const style = (basemap: 'standard' | 'grey' | 'none', source: TileJson | null = SOURCE) =>
    basemapStyle({ basemap, dark: false, source, bounds: [5, 52, 6, 53] });

  it('lays data over land and water, under roads and names', () => {
    const ids = style('standard').layers.map(({ id }) => id);
    const data = ids.indexOf(DATA_BELOW);
    expect(ids.indexOf('water')).toBeLessThan(data);
    for (const id of ['road-main', 'boundary-province', 'place-city']) expect(ids.indexOf(id)).toBeGreaterThan(data);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('is a graticule where there is none, or where none is wanted', () => {
    for (const plain of [style('none'), style('standard', null)]) {
      const drawn = plain.layers.filter((layer) => 'source' in layer).map((layer) => layer.source);
      expect(new Set(drawn)).toEqual(new Set(['graticule']));
    }
    expect(style('standard', null).sources).not.toHaveProperty(BASEMAP_SOURCE);
  });

  it('has lines every tenth of a degree', () => {
    const { features } = graticule([5, 52, 6, 53]);
    expect(features.filter(({ properties }) => properties.name === '52.1°')).toHaveLength(1);
    expect(features).toHaveLength(31 + 31);
  });

  it.each([
    [false, false],
    [false, true],
    [true, false],
    [true, true],
  ])('keeps names readable on its grounds (grey %s, dark %s)', (grey, dark) => {
    const { label, waterLabel, paper, built, forest, water } = inksOf(grey, dark);
    for (const ground of [paper, built, forest]) expect(contrast(label, ground)).toBeGreaterThan(5.2);
    expect(contrast(waterLabel, water)).toBeGreaterThan(4.5);
  });
});

/** @see WCAG 2.2, contrast ratio */
function contrast(a: string, b: string): number {
  const [light, dark] = [luminance(a), luminance(b)].sort((x, y) => y - x) as [number, number];
  return (light + 0.05) / (dark + 0.05);
}

function luminance(hex: string): number {
  const [r, g, b] = [1, 3, 5].map((at) => {
    const c = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}
