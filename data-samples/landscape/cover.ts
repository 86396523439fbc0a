/** What grows or stands on a pixel, and how it reflects: the vocabulary of the simulation. */

export const COVERS = [
  'river',
  'lake',
  'grass',
  'maize',
  'wheat',
  'roots',
  'deciduous',
  'conifer',
  'heath',
  'city',
  'suburb',
  'park',
  'road',
  'sand',
  'building-site',
  'burnt',
] as const;
export type Cover = (typeof COVERS)[number];

export const COVER = Object.fromEntries(COVERS.map((name, code) => [name, code])) as Record<Cover, number>;

/** Bands that are simulated, with the pixel size in metres. */
export const BANDS = [
  { code: 'B02', common: 'blue', gsd: 10 },
  { code: 'B03', common: 'green', gsd: 10 },
  { code: 'B04', common: 'red', gsd: 10 },
  { code: 'B08', common: 'nir', gsd: 10 },
  { code: 'B05', common: 'rededge1', gsd: 20 },
  { code: 'B8A', common: 'nir08', gsd: 20 },
  { code: 'B11', common: 'swir16', gsd: 20 },
  { code: 'B12', common: 'swir22', gsd: 20 },
] as const;
export type BandCode = (typeof BANDS)[number]['code'];

/** Surface reflectance in the order of `BANDS`. Plausible round numbers for each material, not a measurement. */
type Spectrum = readonly [number, number, number, number, number, number, number, number];

const MATERIALS = {
  clay: [0.055, 0.075, 0.095, 0.16, 0.12, 0.175, 0.24, 0.2],
  peat: [0.04, 0.055, 0.065, 0.12, 0.085, 0.13, 0.18, 0.14],
  sand: [0.1, 0.14, 0.18, 0.27, 0.21, 0.29, 0.38, 0.34],
  water: [0.045, 0.05, 0.034, 0.018, 0.03, 0.014, 0.006, 0.004],
  lake: [0.03, 0.046, 0.026, 0.014, 0.026, 0.012, 0.005, 0.003],
  grass: [0.026, 0.062, 0.03, 0.44, 0.095, 0.465, 0.2, 0.095],
  straw: [0.065, 0.095, 0.115, 0.25, 0.15, 0.27, 0.33, 0.25],
  crop: [0.022, 0.056, 0.026, 0.48, 0.085, 0.5, 0.19, 0.085],
  leaf: [0.017, 0.037, 0.019, 0.38, 0.065, 0.4, 0.15, 0.06],
  twig: [0.038, 0.05, 0.058, 0.17, 0.085, 0.185, 0.19, 0.125],
  needle: [0.016, 0.027, 0.018, 0.25, 0.045, 0.265, 0.11, 0.05],
  heather: [0.032, 0.045, 0.05, 0.21, 0.08, 0.225, 0.2, 0.13],
  roof: [0.1, 0.115, 0.13, 0.175, 0.145, 0.185, 0.22, 0.2],
  asphalt: [0.085, 0.09, 0.096, 0.115, 0.1, 0.12, 0.145, 0.135],
  ash: [0.035, 0.04, 0.045, 0.06, 0.05, 0.065, 0.12, 0.14],
} as const satisfies Record<string, Spectrum>;

/** Each cover mixes a bare and a green material by its fraction of living leaf; `texture` is the share of unevenness. */
export interface CoverOptics {
  readonly bare: Spectrum;
  readonly green: Spectrum;
  readonly texture: number;
}

export const OPTICS: Readonly<Record<Cover, CoverOptics>> = {
  river: { bare: MATERIALS.water, green: MATERIALS.water, texture: 0.05 },
  lake: { bare: MATERIALS.lake, green: MATERIALS.lake, texture: 0.04 },
  grass: { bare: MATERIALS.straw, green: MATERIALS.grass, texture: 0.07 },
  maize: { bare: MATERIALS.clay, green: MATERIALS.crop, texture: 0.06 },
  wheat: { bare: MATERIALS.clay, green: MATERIALS.crop, texture: 0.05 },
  roots: { bare: MATERIALS.peat, green: MATERIALS.crop, texture: 0.07 },
  deciduous: { bare: MATERIALS.twig, green: MATERIALS.leaf, texture: 0.16 },
  conifer: { bare: MATERIALS.needle, green: MATERIALS.needle, texture: 0.14 },
  heath: { bare: MATERIALS.straw, green: MATERIALS.heather, texture: 0.12 },
  city: { bare: MATERIALS.roof, green: MATERIALS.leaf, texture: 0.24 },
  suburb: { bare: MATERIALS.roof, green: MATERIALS.grass, texture: 0.22 },
  park: { bare: MATERIALS.twig, green: MATERIALS.grass, texture: 0.12 },
  road: { bare: MATERIALS.asphalt, green: MATERIALS.grass, texture: 0.08 },
  sand: { bare: MATERIALS.sand, green: MATERIALS.heather, texture: 0.06 },
  'building-site': { bare: MATERIALS.sand, green: MATERIALS.grass, texture: 0.12 },
  burnt: { bare: MATERIALS.ash, green: MATERIALS.heather, texture: 0.12 },
};
