import type { Language } from '../i18n/language.ts';

const DAY_MS = 86_400_000;

export interface AxisLabel {
  /** Milliseconds since 1970. */
  readonly time: number;
  readonly text: string;
}

/** First days of months between two times, at most about `most` of them; Januaries carry the year. */
export function axisLabels(start: number, end: number, most: number, language: Language): readonly AxisLabel[] {
  const months = (end - start) / (30.44 * DAY_MS);
  const step = [1, 2, 3, 6, 12, 24, 60].find((n) => months / n <= most) ?? 120;
  const first = new Date(start);
  const labels: AxisLabel[] = [];
  for (let i = 0; ; i += 1) {
    const time = Date.UTC(first.getUTCFullYear(), Math.ceil((first.getUTCMonth() + 1) / step) * step + i * step, 1);
    if (time > end) return labels;
    const january = new Date(time).getUTCMonth() === 0;
    const month = new Intl.DateTimeFormat(language, { month: 'short', timeZone: 'UTC' }).format(time);
    labels.push({ time, text: january ? `${new Date(time).getUTCFullYear()}` : month });
  }
}
