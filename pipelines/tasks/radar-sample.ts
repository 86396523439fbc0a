/** Looks at some windows of a band of backscatter: what its numbers look like, and how many looks they have. */
import type { Window } from '../core/grid/window.ts';
import type { LooksHistogram } from '../core/radar/looks.ts';
import { addLooks, emptyLooks } from '../core/radar/looks.ts';
import type { RadarUnit, ValueSummary } from '../core/radar/units.ts';
import { guessUnit, toPower } from '../core/radar/units.ts';
import { checkAborted } from '../io/byte-source/byte-source.ts';
import type { TaskContext } from '../runner.ts';
import type { Layer } from './layer.ts';
import { frameOf, readValues } from './radar-layer.ts';

export interface RadarSampleInput {
  readonly layer: Layer;
  readonly windows: readonly Window[];
  /** Null: guessed from the numbers. */
  readonly unit: RadarUnit | null;
  /** See `ValueSummary`. */
  readonly isInteger: boolean;
}

export interface RadarSampleOutput {
  readonly summary: ValueSummary;
  readonly unit: RadarUnit;
  readonly looks: LooksHistogram;
}

export async function run(
  { layer, windows, unit, isInteger }: RadarSampleInput,
  { signal }: TaskContext,
): Promise<RadarSampleOutput> {
  const parts: Float32Array[] = [];
  for (const window of windows) {
    checkAborted(signal);
    parts.push(await readValues(layer, frameOf(window, 0)));
  }
  const summary = summarise(parts, isInteger);
  const known = unit ?? guessUnit(summary);
  const looks = emptyLooks();
  for (const [k, values] of parts.entries()) {
    toPower(values, known);
    addLooks(looks, values, windows[k]!);
  }
  return { summary, unit: known, looks };
}

function summarise(parts: readonly Float32Array[], isInteger: boolean): ValueSummary {
  const values = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let count = 0;
  let negative = 0;
  let zeros = 0;
  for (const part of parts)
    for (let i = 0; i < part.length; i++) {
      const v = part[i]!;
      // 0 is what products hold beyond their swath, declared or not
      if (v === 0) zeros++;
      if (v !== v || v === 0) continue;
      values[count++] = v;
      if (v < 0) negative++;
    }
  const sorted = values.subarray(0, count).sort();
  const median = count === 0 ? NaN : sorted[count >> 1]!;
  const share = (n: number, of: number) => (of === 0 ? 0 : n / of);
  return { count, negative: share(negative, count), median, zeros: share(zeros, zeros + count), isInteger };
}
