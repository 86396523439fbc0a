/** From physical values to what a file stores, and from a mask to nodata. */
import type { Samples } from './block.ts';

/** Writes `nodata` (0 where there is none) over every sample whose mask is 0. */
export function burnNodata(data: Samples, mask: Uint8Array, nodata: number | null): void {
  const fill = nodata ?? 0;
  for (let i = 0; i < data.length; i++) if (mask[i] === 0) data[i] = fill;
}
