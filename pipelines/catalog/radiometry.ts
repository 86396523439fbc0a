/**
 * From stored numbers to reflectance, decided once per scene. Processing baseline 04.00 (25 January 2022) began to add
 * 1000 to every digital number; forgetting it costs an NDVI over vegetation some 0.27. Catalogues differ in whether
 * they have taken it off again, so every decision is written down in words.
 * @see ESA, Sentinel-2 Products Specification Document, `BOA_ADD_OFFSET`, `RADIO_ADD_OFFSET`
 */
import type { Calibration } from '../core/raster/calibrate.ts';

export interface SceneCalibration extends Calibration {
  /** `none`: nothing is known of an offset, and there is none to be expected. */
  readonly origin: 'metadata' | 'baseline' | 'already-applied' | 'none';
  /** One sentence on where the figures come from. */
  readonly explanation: string;
}

const DEFAULT_QUANTIFICATION = 10000;
const BASELINE_ADD_OFFSET = -1000;
/** The first processing baseline that adds an offset. */
const OFFSET_BASELINE = 4;

/** `04.00` → 4; null for what is no baseline. */
function baselineNumber(baseline: string | null): number | null {
  return baseline !== null && /^\d\d\.\d\d$/.test(baseline) ? Number(baseline) : null;
}

/** From the name of a product: `…_N0400_…` → `04.00`. */
export function baselineOfName(name: string): string | null {
  const digits = /_N(\d\d)(\d\d)(?:_|\.|$)/.exec(name);
  return digits ? `${digits[1]}.${digits[2]}` : null;
}

/** What a product or item states; null where it says nothing. */
export interface StatedRadiometry {
  readonly baseline: string | null;
  readonly quantification: number | null;
  readonly addOffset: number | null;
  /** The catalogue says that it has taken the offset off the pixels. */
  readonly alreadyApplied: boolean;
  /** `the product metadata`, `the STAC item`. */
  readonly source: string;
}

/** The rule for all sources: what is applied already wins, then what is stated, then what the baseline implies. */
export function decideCalibration(stated: StatedRadiometry): SceneCalibration {
  const { baseline, source } = stated;
  const quantification = stated.quantification ?? DEFAULT_QUANTIFICATION;
  const number = baselineNumber(baseline);
  const has = number === null ? null : number >= OFFSET_BASELINE;
  const formula = (offset: number) =>
    offset === 0
      ? `reflectance = DN / ${quantification}`
      : `reflectance = (DN ${offset < 0 ? '-' : '+'} ${Math.abs(offset)}) / ${quantification}`;
  if (stated.alreadyApplied)
    return {
      quantification,
      addOffset: 0,
      origin: 'already-applied',
      explanation: `${source} says that the offset${baseline ? ` of baseline ${baseline}` : ''} is already taken off the pixels: ${formula(0)}`,
    };
  // An item of a later baseline that states 0 and not that it was applied contradicts itself; the pixels are ESA's.
  if (stated.addOffset !== null && !(stated.addOffset === 0 && has === true))
    return {
      quantification,
      addOffset: stated.addOffset,
      origin: 'metadata',
      explanation: `${source} states it: ${formula(stated.addOffset)}`,
    };
  if (has === true)
    return {
      quantification,
      addOffset: BASELINE_ADD_OFFSET,
      origin: 'baseline',
      explanation: `${source} states no offset, but baseline ${baseline} has one: ${formula(BASELINE_ADD_OFFSET)}`,
    };
  if (has === false)
    return {
      quantification,
      addOffset: 0,
      origin: stated.quantification === null ? 'baseline' : 'metadata',
      explanation: `Baseline ${baseline} is older than 04.00 and has no offset: ${formula(0)}`,
    };
  return {
    quantification,
    addOffset: 0,
    origin: 'none',
    explanation: `${source} states neither an offset nor a processing baseline: ${formula(0)}`,
  };
}
