import type { Label } from '../value.ts';

type Numbers = readonly (number | null)[];

/**
 * Fills what is missing or NaN between two numbers.
 *
 * @param labels  Places of the values where all are numbers or RFC 3339 dates; else they stand one apart.
 */
export function interpolateLinear(values: Numbers, labels: readonly Label[] = []): Numbers {
  const places = placesOf(values, labels);
  const filled = [...values];
  let before = -1;
  for (const [after, value] of values.entries()) {
    if (isMissing(value)) continue;
    const from = before < 0 ? after : before + 1; // nothing is known before the first
    for (let i = from; i < after; i++) {
      const part = (places[i]! - places[before]!) / (places[after]! - places[before]!);
      // this form keeps an infinite neighbour infinite, where a + (b - a) · part would be NaN
      filled[i] = values[before]! * (1 - part) + value * part;
    }
    before = after;
  }
  return filled;
}

function isMissing(value: number | null): value is null {
  return value === null || Number.isNaN(value);
}

function placesOf(values: Numbers, labels: readonly Label[]): readonly number[] {
  const places = labels.map((label) => (typeof label === 'number' ? label : dateAsNumber(label)));
  return places.length > 0 && places.every(Number.isFinite) ? places : values.map((_, index) => index);
}

function dateAsNumber(label: string): number {
  return /^\d{4}-\d\d-\d\d/.test(label) ? Date.parse(label) : Number.NaN;
}
