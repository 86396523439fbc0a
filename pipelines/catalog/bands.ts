/** The spectral bands of Sentinel-2 MSI: ESA's codes beside the names that formulas use. */

/** STAC's common names, the red-edge bands numbered in their order. */
export type SentinelBandName = (typeof SENTINEL2_BANDS)[number]['name'];

/**
 * In the order of ESA's `bandId` (0 is B01): metadata lists offsets by it.
 * @see ESA, Sentinel-2 User Handbook, spectral bands; STAC `eo` extension, common band names
 */
export const SENTINEL2_BANDS = [
  { code: 'B01', name: 'coastal', gsd: 60 },
  { code: 'B02', name: 'blue', gsd: 10 },
  { code: 'B03', name: 'green', gsd: 10 },
  { code: 'B04', name: 'red', gsd: 10 },
  { code: 'B05', name: 'rededge1', gsd: 20 },
  { code: 'B06', name: 'rededge2', gsd: 20 },
  { code: 'B07', name: 'rededge3', gsd: 20 },
  { code: 'B08', name: 'nir', gsd: 10 },
  { code: 'B8A', name: 'nir08', gsd: 20 },
  { code: 'B09', name: 'nir09', gsd: 60 },
  { code: 'B10', name: 'cirrus', gsd: 60 },
  { code: 'B11', name: 'swir16', gsd: 20 },
  { code: 'B12', name: 'swir22', gsd: 20 },
] as const;

export type Sentinel2Band = (typeof SENTINEL2_BANDS)[number];

/** The band of a code or a common name, whatever its case (`B4`, `b04`, `Red`); null where it is neither. */
export function findBand(word: string): Sentinel2Band | null {
  const name = word.toLowerCase();
  const code = /^b\d$/.test(name) ? `b0${name[1]}` : name;
  return SENTINEL2_BANDS.find((band) => band.name === name || band.code.toLowerCase() === code) ?? null;
}
