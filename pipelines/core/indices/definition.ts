import type { BandName } from '../expression/names.ts';

export const DOMAINS = ['vegetation', 'water', 'burn', 'snow', 'soil', 'urban', 'cloud', 'radar', 'kernel'] as const;

export type IndexDomain = (typeof DOMAINS)[number];

/**
 * A spectral index, complete: what it computes, who published it, what it is good for, and an example to check it by.
 *
 * Ids, names, formulas, default constants and references are those of Awesome Spectral Indices (David Montero and
 * others, https://github.com/awesome-spectral-indices/awesome-spectral-indices, MIT licence). Constants stand in the
 * formula with the list's default; wavelengths (nm) are Sentinel-2A's. Purposes, ranges and examples are ours.
 */
export interface IndexDefinition {
  /** The list's short name, exactly: `BAI` and `BaI` are two indices. */
  readonly id: string;
  readonly title: string;
  /** In the expression language, over common band names; bands are reflectance (0..1) or backscatter (linear power). */
  readonly formula: string;
  /** What most surfaces fall within: the default for a legend and for 8-bit tiles; no limit of the values. */
  readonly range: readonly [min: number, max: number];
  /** DOI or address of the publication. */
  readonly reference: string;
  /** What it is good for, in one sentence. */
  readonly purpose: { readonly en: string; readonly nl: string };
  /** Evaluated from the list's own formula, independently of our code. */
  readonly example: { readonly bands: Readonly<Partial<Record<BandName, number>>>; readonly value: number };
}

/** A definition with what follows from it. */
export interface SpectralIndex extends IndexDefinition {
  readonly domain: IndexDomain;
  /** Bands of the formula, in the order of first use. */
  readonly bands: readonly string[];
}
