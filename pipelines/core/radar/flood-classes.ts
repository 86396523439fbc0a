/** Classes of a flood map. */

export const FLOOD_CLASSES = { dry: 0, flood: 1, permanent: 2, nodata: 255 } as const;

export interface FloodRule {
  /** Decibels: below it is water. */
  readonly threshold: number;
  /** Decibels above the threshold up to which pixels may belong to water that they touch; 0: none. */
  readonly grow: number;
}

/**
 * What each pixel may be; `grow` makes pixels flood that stay so only where they touch a seed (`seeds`, 1 where below
 * the threshold).
 *
 * @param values  Decibels, NaN where invalid.
 * @param before  Decibels before the flood, or null. Dark then and now is permanent water.
 * @param permanent  1 where a map has permanent water, or null. It stays so even where it looks dry today.
 */
export function classifyFlood(
  values: Float32Array,
  before: Float32Array | null,
  permanent: Uint8Array | null,
  { threshold, grow }: FloodRule,
): { classes: Uint8Array; seeds: Uint8Array } {
  const { dry, flood, permanent: lasting, nodata } = FLOOD_CLASSES;
  const classes = new Uint8Array(values.length);
  const seeds = new Uint8Array(values.length);
  const limit = threshold + grow;
  for (let i = 0; i < values.length; i++) {
    const v = values[i]!;
    if (v !== v) classes[i] = nodata;
    else if (permanent !== null && permanent[i] === 1) classes[i] = lasting;
    else if (!(v < limit)) classes[i] = dry;
    else if (before !== null && before[i]! < threshold) classes[i] = lasting;
    else {
      classes[i] = flood;
      if (v < threshold) seeds[i] = 1;
    }
  }
  return { classes, seeds };
}
