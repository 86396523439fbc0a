import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Shown } from '../../web/src/state/shown.ts';
import { NOTHING_SHOWN } from '../../web/src/state/shown.ts';
import { parseHash, toHash } from '../../web/src/state/url.ts';

const FULL: Shown = {
  view: { lat: 52.09123, lon: 5.12345, zoom: 11.25 },
  layers: [
    { id: 'ndvi', opacity: 0.5, colormap: 'viridis', range: [-0.2, 0.85] },
    { id: 'true colour; 2025~b', opacity: 1, colormap: null, range: null },
    { id: 'lst', opacity: 1, colormap: null, range: [5, 40] },
  ],
  datetime: '2025-06-19T10:40:31Z',
  page: 'inspect',
  selection: { lat: 52.1, lon: 5.2 },
  basemap: 'grey',
  run: '20260101-120000-4f3a',
  starting: 'ndvi-composite',
  scene: 'S2A_31UFT_20250813',
  zones: {
    set: 'parcels & more',
    series: 'ndvi ~ 10 m',
    statistic: 'p90',
    lines: ['smooth', 'trend'],
    ids: ['B 12', 'a~b', '7;8'],
  },
};

describe('the address of the page', () => {
  it('brings back everything that was shown', () => {
    expect(parseHash(toHash(FULL))).toEqual(FULL);
  });

  it('is short for a first look', () => {
    const layers = [{ id: 'ndvi', opacity: 1, colormap: null, range: null }];
    const first = { ...NOTHING_SHOWN, layers, view: { lat: 52.08562, lon: 5.2, zoom: 9.5 } };
    expect(toHash(first)).toBe('#v=52.08562,5.20000,9.5&l=ndvi');
  });

  it('tells no layers at all from layers not yet chosen', () => {
    expect(parseHash('#l=').layers).toEqual([]);
    expect(parseHash('').layers).toBeNull();
  });

  it('places the view to a tenth of a pixel', () => {
    const zoom = 9.515182;
    const read = parseHash(toHash({ ...NOTHING_SHOWN, view: { lat: 52.0856231, lon: 5.2000017, zoom } })).view!;
    const worldPixels = 512 * 2 ** zoom;
    expect((Math.abs(read.lon - 5.2000017) / 360) * worldPixels).toBeLessThan(0.1);
    // At 1,000 pixels from the centre, what the rounding of the zoom moves.
    expect(1000 * Math.abs(2 ** (read.zoom - zoom) - 1)).toBeLessThan(0.1);
  });

  it.each([
    ['#v=91,5,10', 'view'],
    ['#v=52,5', 'view'],
    ['#v=52,5,x', 'view'],
    ['#v=52,5,99', 'view'],
    ['#s=52,181', 'selection'],
    ['#d=yesterday', 'datetime'],
    ['#p=secret', 'page'],
    ['#b=satellite', 'basemap'],
    ['#r=', 'run'],
    ['#c=%E0%A4%A', 'scene'],
    ['#z=~ndvi~mean', 'zones'],
  ] as const)('leaves %s at its default', (hash, key) => {
    expect(parseHash(hash)[key]).toEqual(NOTHING_SHOWN[key]);
  });

  it('drops what a layer cannot have, and keeps the layer', () => {
    expect(parseHash('#l=ndvi~7~<b>~5,1').layers).toEqual([{ id: 'ndvi', opacity: 1, colormap: null, range: null }]);
    expect(parseHash('#l=%E0%A4%A;ndvi;ndvi').layers).toHaveLength(1);
  });

  it('tells a pipeline that is still to be chosen from none', () => {
    expect(parseHash('#p=runs&n=').starting).toBe('');
    expect(toHash({ ...NOTHING_SHOWN, page: 'runs', starting: '' })).toBe('#p=runs&n=');
  });

  it('compares no more zones than a chart can show, each once', () => {
    expect(parseHash('#z=parcels~~~spline.trend~a~a~b~c~d').zones).toEqual({
      set: 'parcels',
      series: null,
      statistic: null,
      lines: ['trend'],
      ids: ['a', 'b', 'c'],
    });
  });

  it('survives any text', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 80 }), (text) => void parseHash(`#${text}`)),
      { seed: 7 },
    );
  });
});
