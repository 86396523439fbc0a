import { describe, expect, it } from 'vitest';
import type { TileJson } from '../../pipelines/core/wire.ts';
import { en } from '../../web/src/i18n/en.ts';
import {
  decimalsOf,
  formatDate,
  formatLonLat,
  formatNumber,
  formatValue,
  scaleBar,
} from '../../web/src/i18n/format.ts';
import { nl } from '../../web/src/i18n/nl.ts';
import { axisLabels } from '../../web/src/panels/time-axis.ts';

describe('figures', () => {
  it('follow the language', () => {
    expect(formatNumber(-1234.5, 2, 'nl')).toBe('−1.234,50');
    expect(formatNumber(-1234.5, 2, 'en')).toBe('−1,234.50');
  });

  it('carry their unit unless they have none', () => {
    expect(formatValue(21.34, 1, '°C', 'nl')).toBe('21,3\u00a0°C');
    expect(formatValue(0.634, 2, null, 'en')).toBe('0.63');
    expect(formatValue(0.634, 2, '1', 'en')).toBe('0.63');
  });

  it('show as many decimals as a code can carry', () => {
    const decimals = (scale: number, min: number, max: number) =>
      decimalsOf({ scale, offset: 0, statistics: { min, max } } as unknown as TileJson);
    expect(decimals(2 / 254, -0.2, 0.9)).toBe(2);
    expect(decimals(0.01, 5, 45)).toBe(1);
    expect(decimals(1, 0, 255)).toBe(0);
    expect(decimals(0.0001, -0.2, 0.9)).toBe(3);
  });

  it('name the hemispheres', () => {
    expect(formatLonLat({ lon: 5.12345, lat: 52.09 }, 'nl')).toBe('52,09000° N, 5,12345° O');
    expect(formatLonLat({ lon: -70.5, lat: -12 }, 'en')).toBe('12.00000° S, 70.50000° W');
    expect(formatLonLat({ lon: -70.5, lat: -12 }, 'nl')).toBe('12,00000° Z, 70,50000° W');
  });
});

describe('dates', () => {
  it('are days in UTC', () => {
    expect(formatDate('2025-06-14T23:59:00Z', 'nl')).toBe('14 juni 2025');
    expect(formatDate('2025-06-14T00:01:00Z', 'en')).toBe('14 June 2025');
  });

  it('label an axis with few months, the year in January', () => {
    const labels = axisLabels(Date.UTC(2024, 2, 9), Date.UTC(2025, 9, 6), 9, 'en').map(({ text }) => text);
    expect(labels).toEqual(['Apr', 'Jul', 'Oct', '2025', 'Apr', 'Jul', 'Oct']);
  });

  it.each([1, 40, 400, 4000])('label %i days with no more than was asked for', (days) => {
    const start = Date.UTC(2015, 5, 23);
    const labels = axisLabels(start, start + days * 86_400_000, 6, 'nl');
    expect(labels.length).toBeLessThanOrEqual(7);
    for (const { time } of labels) expect(time).toBeGreaterThan(start);
  });
});

describe('the scale bar', () => {
  it.each([
    [38.2, '2 km'],
    [100, '10 km'],
    [0.6, '50 m'],
    [4.2, '500 m'],
  ])('at %f m a pixel is %s', (metresPerPixel, text) => {
    const bar = scaleBar(metresPerPixel, 120);
    expect(bar.text).toBe(text);
    expect(bar.pixels).toBeLessThanOrEqual(120);
    expect(bar.pixels).toBeGreaterThan(120 / 2.5);
  });
});

describe('the texts', () => {
  /** Names such as WGS 84 are the same in both languages. */
  const NAMES = new Set(['appName', 'wgs84', 'rd', 'minimum', 'maximum']);

  it('are translated, each of them', () => {
    const same = Object.keys(en).filter((key) => {
      const [a, b] = [en[key as keyof typeof en], nl[key as keyof typeof nl]];
      return typeof a === 'string' && a === b;
    });
    expect(same.filter((key) => !NAMES.has(key))).toEqual([]);
  });
});
