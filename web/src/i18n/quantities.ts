/** Bytes, durations and moments as people write them. */
import { formatNumber } from './format.ts';
import type { Language } from './language.ts';

const BYTES = ['B', 'kB', 'MB', 'GB', 'TB'];

/** In steps of a thousand: `5.9 MB`. */
export function formatBytes(bytes: number, language: Language): string {
  const power = bytes < 1 ? 0 : Math.min(BYTES.length - 1, Math.floor(Math.log10(bytes) / 3));
  const value = bytes / 1000 ** power;
  return `${formatNumber(value, power > 0 && value < 9.95 ? 1 : 0, language)}\u00a0${BYTES[power]}`;
}

/** `0.4 s`, `12 s`, `3 min 20 s`, `2 h 5 min`. */
export function formatSeconds(seconds: number, language: Language): string {
  if (seconds < 9.95) return `${formatNumber(seconds, 1, language)}\u00a0s`;
  if (seconds < 59.5) return `${Math.round(seconds)}\u00a0s`;
  const minutes = Math.round(seconds / 60);
  if (seconds < 600) return parts(Math.floor(seconds / 60), 'min', Math.round(seconds % 60), 's');
  const hour = language === 'nl' ? 'u' : 'h';
  return minutes < 60 ? `${minutes}\u00a0min` : parts(Math.floor(minutes / 60), hour, minutes % 60, 'min');
}

function parts(large: number, largeUnit: string, small: number, smallUnit: string): string {
  return `${large}\u00a0${largeUnit}${small > 0 ? ` ${small}\u00a0${smallUnit}` : ''}`;
}

/** A moment in the reader's own time: `25 Nov, 01:24`, with the year where it is another. */
export function formatMoment(datetime: string, language: Language, now = new Date()): string {
  const time = new Date(datetime);
  const isThisYear = time.getFullYear() === now.getFullYear();
  return new Intl.DateTimeFormat(language === 'nl' ? 'nl-NL' : 'en-GB', {
    day: 'numeric',
    month: 'short',
    hour: '2-digit',
    minute: '2-digit',
    ...(!isThisYear && { year: 'numeric' }),
  }).format(time);
}
