/** What a flagger knows, as text: JSON has no NaN and no Infinity. */
import type { FlaggerState } from './flagger.ts';
import type { FlagLimits } from './limits.ts';

export interface KeptFlagger {
  readonly limits: FlagLimits;
  readonly state: FlaggerState;
}

const WORDS: ReadonlyMap<unknown, number> = new Map([
  ['NaN', NaN],
  ['Infinity', Infinity],
  ['-Infinity', -Infinity],
]);

export function packFlagger(kept: KeptFlagger): string {
  return JSON.stringify(kept, (_, value: unknown) =>
    typeof value === 'number' && !Number.isFinite(value) ? String(value) : value,
  );
}

/** @param text  Of `packFlagger`. */
export function unpackFlagger(text: string): KeptFlagger {
  return JSON.parse(text, (_, value: unknown) => WORDS.get(value) ?? value) as KeptFlagger;
}
