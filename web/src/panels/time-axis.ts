import type { Language } from '../i18n/messages.ts';

const DAY_MS = 86_400_000;
const MOST_LABELS = 9;

export interface AxisLabel {
  /** Milliseconds since 1970. */
  readonly time: number;
  readonly text: string;
}

/** First days of months between two times, as many as are read at ease; Januaries carry the year. */
export function axisLabels(start: number, end: number, language: Language): readonly AxisLabel[] {
  const months = (end - start) / (30.44 * DAY_MS);
  const step = [1, 2, 3, 6, 12, 24, 60].find((n) => months / n <= MOST_LABELS) ?? 120;
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
