/** A plane of a cube for those who want numbers and not a file: statistics of zones, values at points. */
import type { Window } from '../core/grid/window.ts';
import type { Scratch } from '../tasks/scratch.ts';
import { PlaneReader } from './evaluate.ts';
import type { CubeProgram, Dimension } from './program.ts';
import type { Label } from '../graph/value.ts';

export interface CubeValues {
  /** Row-major, of the window's size; where the mask is 0 the number means nothing. */
  readonly data: Float32Array;
  /** 1 = valid; null: all are. */
  readonly mask: Uint8Array | null;
}

/** Readers keep what several planes of a window need; one for the program that a thread is at. */
let kept: { readonly program: CubeProgram; readonly signal: AbortSignal; readonly reader: PlaneReader } | undefined;

/**
 * @param program  The same object for all windows of a task, so that what windows share is computed once.
 * @param plane  Which of the program's planes, in the order of `planeLabels`.
 * @param scratch  Lends the memory of the result.
 * @throws {PlatformError} as reading the files does; `aborted`
 */
export async function readCubeValues(
  program: CubeProgram,
  plane: number,
  window: Window,
  scratch: Scratch,
  signal: AbortSignal,
): Promise<CubeValues> {
  if (kept?.program !== program || kept.signal !== signal)
    kept = { program, signal, reader: new PlaneReader(program, signal) };
  const { reader } = kept;
  const pixels = window.width * window.height;
  const data = scratch.samples('float32', pixels) as Float32Array;
  await reader.fill(program.planes[plane]!, window, data);
  return { data, mask: validityOf(data, scratch) };
}

function validityOf(data: Float32Array, scratch: Scratch): Uint8Array | null {
  let invalid = 0;
  for (let i = 0; i < data.length; i++) if (data[i] !== data[i]) invalid++;
  if (invalid === 0) return null;
  const mask = scratch.bytes(data.length);
  for (let i = 0; i < data.length; i++) mask[i] = data[i] === data[i] ? 1 : 0;
  return mask;
}

/** What each plane of a program is: the label of every dimension, in the order of the planes. */
export function planeLabels({ dimensions }: Pick<CubeProgram, 'dimensions'>): Readonly<Record<string, Label>>[] {
  return dimensions.reduce<Readonly<Record<string, Label>>[]>(
    (before, { name, labels }: Dimension) => before.flatMap((at) => labels.map((label) => ({ ...at, [name]: label }))),
    [{}],
  );
}
