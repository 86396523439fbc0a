/** Which pixels stay by the class of a scene, with what clouds and shadows are given as a margin. */
import type { Window } from '../core/grid/window.ts';
import { sourceWindow } from '../core/raster/align.ts';
import type { Samples } from '../core/raster/block.ts';
import { dilate, dilationHalo } from '../core/raster/dilate.ts';
import type { Halo, PixelSize } from '../core/raster/dilate.ts';
import { withSource } from '../io/source-cache.ts';
import type { AlignedBand } from './aligned-band.ts';
import { alignTo, readPixels } from './aligned-band.ts';
import type { Scratch } from './scratch.ts';

/** Scene classes of which some are invalid. */
export interface ClassMask {
  readonly source: AlignedBand;
  /** Codes of classes whose pixels are invalid; where the class band itself has no data the code is 0. */
  readonly excluded: readonly number[];
  /** What reaches beyond the pixels of its class; absent: nothing. */
  readonly margin?: ClassMargin;
}

export interface ClassMargin {
  /** Of the class band. */
  readonly pixel: PixelSize;
  readonly guards: readonly ClassGuard[];
}

/** Pixels within so many metres of one of these classes are invalid. */
export interface ClassGuard {
  readonly codes: readonly number[];
  readonly metres: number;
}

/**
 * 1 where the class of a pixel stays, for a window of the run's grid. Looked up, and grown, where the classes lie,
 * before they are repeated on a finer grid.
 */
export async function readClassMask(classes: ClassMask, window: Window, scratch: Scratch): Promise<Uint8Array> {
  const own = sourceWindow(classes.source.alignment, window);
  const valid = await readOwnClassMask(classes, own, scratch);
  const block = { width: own.width, height: own.height, data: valid, mask: null };
  return alignTo(window, classes.source, block, 'uint8', scratch).data as Uint8Array;
}

/** The same for a window of the class band's own grid. */
export async function readOwnClassMask(classes: ClassMask, own: Window, scratch: Scratch): Promise<Uint8Array> {
  const { source: band, excluded, margin } = classes;
  const stays = new Uint8Array(256).fill(1);
  for (const code of excluded) stays[code] = 0;
  const halo = margin ? haloOf(margin) : { cols: 0, rows: 0 };
  return withSource(band, async (source) => {
    const wide = widen(own, halo);
    const { data, mask } = await readPixels(source, band, wide, scratch);
    const valid = scratch.bytes(data.length);
    lookUp(stays, data, valid);
    if (mask) for (let i = 0; i < valid.length; i++) if (mask[i] === 0) valid[i] = stays[0]!;
    if (!margin) return valid;
    for (const guard of margin.guards) {
      const reached = dilate(membersOf(guard.codes, data, mask, scratch), wide.width, guard.metres, margin.pixel);
      for (let i = 0; i < valid.length; i++) valid[i]! &= reached[i]! ^ 1;
    }
    return cutOut(valid, wide, own, scratch.bytes(own.width * own.height));
  });
}

/** 1 where the class is one of these; what lies beyond the raster, or has no data, is none. */
export function membersOf(
  codes: readonly number[],
  data: Samples,
  mask: Uint8Array | null,
  scratch: Scratch,
): Uint8Array {
  const isMember = new Uint8Array(256);
  for (const code of codes) isMember[code] = 1;
  const members = scratch.bytes(data.length);
  lookUp(isMember, data, members);
  if (mask) for (let i = 0; i < members.length; i++) members[i]! &= mask[i]!;
  return members;
}

function haloOf({ pixel, guards }: ClassMargin): Halo {
  const halos = guards.map(({ metres }) => dilationHalo(metres, pixel));
  return { cols: Math.max(0, ...halos.map((h) => h.cols)), rows: Math.max(0, ...halos.map((h) => h.rows)) };
}

export function widen({ col, row, width, height }: Window, { cols, rows }: Halo): Window {
  return { col: col - cols, row: row - rows, width: width + 2 * cols, height: height + 2 * rows };
}

/** A window out of a wider one. */
export function cutOut<T extends Samples>(from: T, wide: Window, window: Window, into: T): T {
  const left = window.col - wide.col;
  const top = window.row - wide.row;
  for (let row = 0; row < window.height; row++) {
    const start = (top + row) * wide.width + left;
    into.set(from.subarray(start, start + window.width), row * window.width);
  }
  return into;
}

/** A function of its own: inside another's closure V8 leaves such a loop slow. */
function lookUp(table: Uint8Array, codes: Samples, out: Uint8Array): void {
  for (let i = 0; i < out.length; i++) out[i] = table[codes[i]! & 255]!;
}
