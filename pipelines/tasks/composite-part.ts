/** What a composite is made of, and what a part of it comes to. */
import type { Floats, CompositeMethod } from '../core/raster/composite.ts';
import type { PixelSize } from '../core/raster/dilate.ts';
import type { Layer } from './layer.ts';

/** Bands that stand behind the values: how many dates are valid, and the day of the one that was taken. */
export const EXTRA_BANDS = ['count', 'date'] as const;
export type ExtraBand = (typeof EXTRA_BANDS)[number];

/** What the best pixel is judged by, of one date. */
export interface DateScore {
  /** The weighted score of its day. */
  readonly day: number;
  /** Null: there are no classes, and no cloud is near. */
  readonly clouds: {
    /** Classes to keep away from. */
    readonly codes: readonly number[];
    /** Metres of a pixel of the class band. */
    readonly pixel: PixelSize;
    /** The classes are those of SCL, of which some are trusted less. */
    readonly isScl: boolean;
  } | null;
}

export interface CompositeLayers {
  /** For each band of the result, its layers in order. */
  readonly bands: readonly (readonly Layer[])[];
  readonly method: CompositeMethod;
  readonly precision: 'single' | 'double';
  readonly extras: readonly ExtraBand[];
  /** One per layer, for `best`. */
  readonly scores: readonly DateScore[] | null;
}

/** A part of a composite; its arrays live in scratch memory. */
export interface ComposedPart {
  /** One per band. */
  readonly values: readonly Floats[];
  /** Where `date` is asked for: the number of the layer taken, or `NO_PICK`. */
  readonly picks: Uint16Array | null;
  /** Where `count` is asked for. */
  readonly counts: Uint16Array | null;
}

/** Is no pixel valid, so that bands need not be read? */
export function isEmpty(mask: Uint8Array): boolean {
  return mask.indexOf(1) < 0;
}
