/** Digital numbers → physical values, at the door through which rasters come in. */
import { PlatformError } from '../errors.ts';

/** ρ = (DN + addOffset) / quantification. */
export interface Calibration {
  readonly quantification: number;
  readonly addOffset: number;
}

/**
 * Reflectance from Sentinel-2 digital numbers, as the scale and offset that files and kernels work with.
 *
 *     ρ = (DN + addOffset) / quantification = DN · scale + offset
 *
 * @param calibration  From the product metadata: `quantification` (10000) and `addOffset` (−1000 from processing
 *   baseline 04.00, 0 before it).
 * @returns Factors for unitless reflectance, which is not clamped: dark water falls below 0. Where a digital number is
 *   nodata the value means nothing; the block's mask decides.
 * @throws {PlatformError} `calibration-invalid` when `quantification` is not positive.
 * @see ESA, Sentinel-2 Products Specification Document, `BOA_ADD_OFFSET`, `RADIO_ADD_OFFSET`
 */
export function toScaleOffset({ quantification, addOffset }: Calibration): { scale: number; offset: number } {
  if (!(quantification > 0 && Number.isFinite(quantification) && Number.isFinite(addOffset)))
    throw new PlatformError(
      'calibration-invalid',
      `Reflectance is (DN + offset) / scale: scale must be a positive number and offset a number, not ${quantification} and ${addOffset}`,
      { detail: { quantification, addOffset } },
    );
  return { scale: 1 / quantification, offset: addOffset / quantification };
}

/**
 * Clears the mask where a digital number is one of a product's special values.
 * @param mask  1 = valid, same length as `dn`; changed in place.
 * @param special  Sentinel-2: `nodata` 0, `saturated` 65535. Null: there is none.
 */
export function maskSpecialValues(
  dn: ArrayLike<number>,
  mask: Uint8Array,
  special: { readonly nodata: number | null; readonly saturated: number | null },
): void {
  const { nodata, saturated } = special;
  if (nodata === null && saturated === null) return;
  const a = nodata ?? saturated!;
  const b = saturated ?? a;
  for (let i = 0; i < mask.length; i++) if (dn[i] === a || dn[i] === b) mask[i] = 0;
}
