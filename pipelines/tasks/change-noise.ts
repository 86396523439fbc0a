/** A sample of what the noise of a whole scene is found from. */
import type { Window } from '../core/grid/window.ts';
import type { TaskContext } from '../runner.ts';
import type { ChangeInput } from './change-values.ts';
import { compareParts } from './change-values.ts';

export interface ChangeNoiseInput extends Pick<ChangeInput, 'before' | 'after'> {
  readonly window: Window;
  /** Every so many pixels of a row, of every so many rows, are taken. */
  readonly step: number;
}

export interface ChangeNoiseSample {
  /** Valid ones. */
  readonly differences: Float32Array;
  /** Noise of the pixels that have a series of their own; none where the period before is too short. */
  readonly sigmas: Float32Array;
}

const UNKNOWN = {
  noise: { kind: 'scene', median: 0, sigma: 1 },
  rule: { threshold: null, significance: null },
} as const;

export async function run(
  { before, after, window, step }: ChangeNoiseInput,
  { signal }: TaskContext,
): Promise<ChangeNoiseSample> {
  const differences: Float32Array[] = [];
  const sigmas: Float32Array[] = [];
  await compareParts({ before, after, ...UNKNOWN }, window, 'noise', signal, (part, { bands, sigma }) => {
    differences.push(thin(bands.difference, part, step));
    if (sigma) sigmas.push(thin(sigma, part, step));
  });
  return { differences: concat(differences), sigmas: concat(sigmas) };
}

/** The valid numbers among those that the step meets. */
function thin(values: Float32Array, { width, height }: Window, step: number): Float32Array {
  const kept = new Float32Array(Math.ceil(width / step) * Math.ceil(height / step));
  let count = 0;
  for (let row = 0; row < height; row += step)
    for (let i = row * width, end = i + width; i < end; i += step) {
      const value = values[i]!;
      if (value === value) kept[count++] = value;
    }
  return kept.slice(0, count);
}

/** Arrays one after the other. */
export function concat(parts: readonly Float32Array[]): Float32Array {
  const all = new Float32Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
