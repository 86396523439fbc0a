/** The margins and shadows of a mask: what is near a cloud, and what lies in its shadow. */
import { dilate, dilationHalo } from './dilate.ts';
import type { Halo, PixelSize } from './dilate.ts';
import { MASK_CATEGORIES, MASK_NODATA } from './mask-category.ts';
import { projectShadows, shadowHalo } from './shadow.ts';
import type { CloudHeights, Sun } from './shadow.ts';

/** A category that reaches beyond its pixels. */
export interface MaskGuard {
  readonly category: 'cloud' | 'cirrus' | 'shadow';
  readonly metres: number;
}

export interface ShadowProjection {
  readonly sun: Sun;
  readonly heights: CloudHeights;
}

export interface MaskRefinement {
  readonly pixel: PixelSize;
  readonly guards: readonly MaskGuard[];
  /** Null: shadows are those that the classes name. */
  readonly projection: ShadowProjection | null;
}

const { clear, cloud, shadow, dark, unclassified } = MASK_CATEGORIES;

/** How many pixels around a window decide its refined mask. */
export function refinementHalo({ pixel, guards, projection }: MaskRefinement): Halo {
  const margins = guards.map(({ metres }) => dilationHalo(metres, pixel));
  const cast = projection ? shadowHalo(projection.sun, projection.heights, pixel) : { cols: 0, rows: 0 };
  return {
    cols: Math.max(0, ...margins.map(({ cols }) => cols)) + cast.cols,
    rows: Math.max(0, ...margins.map(({ rows }) => rows)) + cast.rows,
  };
}

/**
 * Refines a mask in place: dark ground where a cloud may throw its shadow becomes shadow, then clouds, cirrus and shadows
 * grow over what is none of them, clouds first. Nodata stays.
 * @param codes  Of `MASK_CATEGORIES`, or `MASK_NODATA`; row-major, with a halo of `refinementHalo`.
 * @param origin  Column and row of the first pixel in the raster.
 * @param isDark  1 = too dark for lit ground; null: only what is classed as dark. Water is never taken for shadow.
 */
export function refineMask(
  codes: Uint8Array,
  width: number,
  origin: { readonly col: number; readonly row: number },
  { pixel, guards, projection }: MaskRefinement,
  isDark: Uint8Array | null,
): void {
  if (projection) {
    const cast = projectShadows(membersOf(codes, cloud.code), width, origin, projection.sun, projection.heights, pixel);
    for (let i = 0; i < codes.length; i++) {
      const code = codes[i]!;
      const isGround = code === clear.code || code === unclassified.code;
      if (cast[i] === 1 && (code === dark.code || (isGround && isDark?.[i] === 1))) codes[i] = shadow.code;
    }
  }
  const grown = (['cloud', 'cirrus', 'shadow'] as const).flatMap((category) => {
    const metres = Math.max(0, ...guards.filter((guard) => guard.category === category).map((guard) => guard.metres));
    const { code } = MASK_CATEGORIES[category];
    return metres > 0 ? [{ code, reached: dilate(membersOf(codes, code), width, metres, pixel) }] : [];
  });
  const stays = new Uint8Array(256);
  for (const { code } of [cloud, MASK_CATEGORIES.cirrus, shadow]) stays[code] = 1;
  stays[MASK_NODATA] = 1;
  // the first to be painted last: clouds go before cirrus, and cirrus before shadows
  const own = codes.slice();
  for (const { code, reached } of grown.toReversed())
    for (let i = 0; i < codes.length; i++) if (reached[i] === 1 && stays[own[i]!] === 0) codes[i] = code;
}

function membersOf(codes: Uint8Array, wanted: number): Uint8Array {
  const members = new Uint8Array(codes.length);
  for (let i = 0; i < codes.length; i++) members[i] = codes[i] === wanted ? 1 : 0;
  return members;
}
