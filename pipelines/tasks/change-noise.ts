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

export async function run(
  { before, after, window, step }: ChangeNoiseInput,
  { signal }: TaskContext,
): Promise<ChangeNoiseSample> {
  const differences: number[] = [];
  const sigmas: number[] = [];
  const unknown = {
    noise: { kind: 'scene', median: 0, sigma: 1 },
    rule: { threshold: null, significance: null },
  } as const;
  await compareParts({ before, after, ...unknown }, window, signal, (part, { bands, sigma }) => {
    for (let row = 0; row < part.height; row += step)
      for (let i = row * part.width, end = i + part.width; i < end; i += step) {
        const [difference, noise] = [bands.difference[i]!, sigma?.[i] ?? NaN];
        if (difference === difference) differences.push(difference);
        if (noise === noise) sigmas.push(noise);
      }
  });
  return { differences: Float32Array.from(differences), sigmas: Float32Array.from(sigmas) };
}
