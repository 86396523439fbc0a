/**
 * A picture or numbers to be made of rasters, as a plain record: everything that the pixels depend on is in it, so its
 * digest names the result, and whoever asks with the same record gets the same bytes.
 */
import type { Light } from '../core/raster/relief.ts';
import type { RasterGrid } from '../core/raster/warp-plan.ts';
import type { Resampling } from '../core/raster/resample.ts';
import type { SourceRef } from '../io/source-cache.ts';
import type { RenderFormat } from './formats.ts';
import type { Look } from './look.ts';

/** Counts up with every change that gives other pixels for the same record. */
export const RENDERER_VERSION = 2;

export interface RenderBand extends SourceRef {
  /** From 0. */
  readonly band: number;
  /** value = dn · scale + offset */
  readonly scale: number;
  readonly offset: number;
  /** Digital numbers that are no measurement although the file does not say so. */
  readonly nodata: number | null;
  readonly saturated: number | null;
}

export interface RenderMask extends SourceRef {
  /** Numbers of the scene classification that become invalid. */
  readonly excluded: readonly number[];
}

/** What one date or tile brings. */
export interface RenderScene {
  /** In the order in which the expression first names them; without one: the planes of the picture. */
  readonly bands: readonly RenderBand[];
  readonly mask: RenderMask | null;
}

/** How several scenes become one: the first that is valid, or a statistic of all that are. */
export const MOSAIC_RULES = ['first', 'mean', 'min', 'max', 'median'] as const;
export type MosaicRule = (typeof MOSAIC_RULES)[number];

/** The numbers under a picture. */
export interface RenderValues {
  /** In order of preference; one at least. */
  readonly scenes: readonly RenderScene[];
  readonly rule: MosaicRule;
  /** Null: the bands as they are, a plane each. */
  readonly expression: string | null;
  readonly resampling: Resampling;
}

/** What heights become before they are shown. */
export type Relief =
  | { readonly kind: 'slope' }
  | ({ readonly kind: 'hillshade' } & Light)
  /** Lines at whole multiples of the interval; between them nothing. */
  | { readonly kind: 'contours'; readonly interval: number };

export interface RenderTileInput extends RenderValues {
  readonly version: typeof RENDERER_VERSION;
  /** The pixels of the picture, in any CRS. */
  readonly target: RasterGrid;
  /** Null: the values themselves. */
  readonly relief: Relief | null;
  readonly look: Look;
  readonly format: RenderFormat;
}

export interface RenderTileOutput {
  /** Null: nothing there has a value. */
  readonly bytes: Uint8Array | null;
  /** Milliseconds of the stages, for whoever measures. */
  readonly timing: { readonly compute: number; readonly encode: number };
}
