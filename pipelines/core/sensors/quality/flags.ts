/** The flags of a reading as a bit mask, kept beside its value and never instead of it. */

/** In the order of their bits. A new test is appended: masks are stored. */
export const FLAG_NAMES = ['range', 'rate', 'spike', 'stuck', 'gap', 'neighbour', 'duplicate', 'clock'] as const;
export type FlagName = (typeof FLAG_NAMES)[number];

export const FLAG = Object.fromEntries(FLAG_NAMES.map((name, bit) => [name, 1 << bit])) as Readonly<
  Record<FlagName, number>
>;

/**
 * Flags that speak against the value itself. A gap is no fault of the row after it; a duplicate is as right as the first.
 */
export const VALUE_FLAGS = FLAG.range | FLAG.rate | FLAG.spike | FLAG.stuck | FLAG.neighbour | FLAG.clock;

const texts = new Map<number, string>();

/** `spike;rate` of a mask, in the order of bits; empty for 0. */
export function flagNames(mask: number): string {
  let text = texts.get(mask);
  if (text === undefined) {
    text = FLAG_NAMES.filter((_, bit) => (mask & (1 << bit)) !== 0).join(';');
    texts.set(mask, text);
  }
  return text;
}
