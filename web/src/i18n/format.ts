/** Figures, dates and places as people write them. */
import type { TileJson } from '../../../pipelines/core/wire.ts';
import type { LonLat } from '../state/shown.ts';
import type { Language } from './language.ts';

const LOCALE: Readonly<Record<Language, string>> = { nl: 'nl-NL', en: 'en-GB' };
const formats = new Map<string, Intl.NumberFormat>();

/** With exactly `decimals` places and a true minus sign. */
export function formatNumber(value: number, decimals: number, language: Language): string {
  const key = `${language} ${decimals}`;
  let format = formats.get(key);
  if (!format) {
    format = new Intl.NumberFormat(LOCALE[language], {
      minimumFractionDigits: decimals,
      maximumFractionDigits: decimals,
    });
    formats.set(key, format);
  }
  return format.format(value).replace('-', '−');
}

/** A value and its unit, with a space that does not break. */
export function formatValue(value: number, decimals: number, unit: string | null, language: Language): string {
  const text = formatNumber(value, decimals, language);
  return unit && unit !== '1' ? `${text}\u00a0${unit}` : text;
}

export function formatShare(share: number, language: Language): string {
  return `${formatNumber(share * 100, 0, language)}%`;
}

/** A day in UTC, in which scenes are dated: `14 June 2025`, short `14 Jun 2025`. */
export function formatDate(datetime: string, language: Language, month: 'long' | 'short' = 'long'): string {
  const options = { day: 'numeric', month, year: 'numeric', timeZone: 'UTC' } as const;
  return new Intl.DateTimeFormat(LOCALE[language], options).format(Date.parse(datetime));
}

/** `52.09123° N, 5.12345° E`: about a metre. */
export function formatLonLat({ lon, lat }: LonLat, language: Language): string {
  const east = language === 'nl' ? 'O' : 'E';
  const [northing, easting] = [lat < 0 ? (language === 'nl' ? 'Z' : 'S') : 'N', lon < 0 ? 'W' : east];
  return `${formatNumber(Math.abs(lat), 5, language)}° ${northing}, ${formatNumber(Math.abs(lon), 5, language)}° ${easting}`;
}

/** Decimals that a layer's code step can support: a step of 0.0079 gives 2. */
export function decimalsOf({ scale = 1, statistics }: TileJson): number {
  const span = statistics ? statistics.max - statistics.min : 0;
  const step = Math.max(Math.abs(scale), span / 1000) || 1;
  return Math.min(4, Math.max(0, Math.ceil(-Math.log10(step) - 0.5)));
}

/** The longest round length of 1, 2 or 5 that fits in `maxPixels`. */
export function scaleBar(metresPerPixel: number, maxPixels: number): { pixels: number; text: string } {
  const most = metresPerPixel * maxPixels;
  const power = 10 ** Math.floor(Math.log10(most));
  const metres = power * ([5, 2, 1].find((n) => n * power <= most) ?? 1);
  return {
    pixels: metres / metresPerPixel,
    text: metres >= 1000 ? `${metres / 1000} km` : `${+metres.toPrecision(3)} m`,
  };
}
