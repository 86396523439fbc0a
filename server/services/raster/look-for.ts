/** How the values that a wish asks for are shown, with what it leaves open chosen so that it looks right. */
import { COLORMAPS, isFlat } from '../../../pipelines/core/color/colormaps.ts';
import type { ColormapId } from '../../../pipelines/core/color/colormaps.ts';
import type { Rescale } from '../../../pipelines/core/color/rescale.ts';
import type { IndexDomain } from '../../../pipelines/core/indices/definition.ts';
import { findIndex } from '../../../pipelines/core/indices/registry.ts';
import type { TileCoding } from '../../../pipelines/core/raster/value-code.ts';
import type { Look } from '../../../pipelines/render/look.ts';
import type { Relief } from '../../../pipelines/render/render-input.ts';
import type { PlaneSample } from '../../../pipelines/tasks/render-sample.ts';
import { AUTOMATIC } from './range.ts';
import type { Range } from './range.ts';
import { SCL_COLORS } from './scl-colors.ts';
import type { Wish } from './wish.ts';

/** The ramp of an index by what it is about. */
const RAMPS: Readonly<Partial<Record<IndexDomain, ColormapId>>> = {
  vegetation: 'vegetation',
  kernel: 'vegetation',
  water: 'moisture',
  snow: 'moisture',
  burn: 'heat',
};

/** What is known of the values: their distribution is asked for only where it is needed. */
export type AskSample = () => Promise<readonly PlaneSample[]>;

/** @param bandNames  Of the planes, where there is no formula. */
export async function lookFor(wish: Wish, bandNames: readonly string[], sample: AskSample): Promise<Look> {
  const { colors, precision, formula, relief = null } = wish;
  const range = wish.range ?? reliefRange(relief);
  if (relief?.kind === 'contours' && !colors && precision === null)
    return { kind: 'ramp', colors: LINES, rescale: { min: 0, max: 1 } };
  const isColor = !formula && bandNames.length === 3;
  if (precision !== null) return { kind: 'value', coding: codingOf(await valueRange(wish, range, sample), precision) };
  if (colors?.kind === 'classes') return colors;
  if (isColor) {
    const [red, green, blue] = await rangesOf(range ?? AUTOMATIC, 3, sample);
    return { kind: 'color', rescales: [red!, green!, blue!] };
  }
  if (!colors && bandNames[0] === 'scl' && !formula) return { kind: 'classes', classes: SCL_COLORS };
  if (colors?.kind === 'stops') {
    const ends = { min: colors.stops[0]![0], max: colors.stops.at(-1)![0] };
    const rescale = range ? (await rangesOf(range, 1, sample))[0]! : ends;
    return { kind: 'ramp', colors: colors.stops, rescale };
  }
  const id = colors?.id ?? usualRamp(formula?.id ?? null, relief);
  const { kind, stops } = COLORMAPS[id];
  const rescale =
    !range && isFlat({ kind })
      ? { min: 0.5, max: stops.length + 0.5 }
      : (await rangesOf(range ?? AUTOMATIC, 1, sample))[0]!;
  return { kind: 'ramp', colors: id, rescale };
}

/** The brown of contour lines on topographic maps, whatever the height. */
const LINES = [
  [0, '#8a5a2b'],
  [1, '#8a5a2b'],
] as const;

/** Slopes to 45 degrees, brightness as it is. */
function reliefRange(relief: Relief | null): Range | null {
  if (!relief || relief.kind === 'contours') return null; // those of heights
  return { kind: 'fixed', ranges: [{ min: 0, max: relief.kind === 'slope' ? 45 : 1 }] };
}

function usualRamp(index: string | null, relief: Relief | null): ColormapId {
  if (relief) return relief.kind === 'contours' ? 'terrain' : 'greys';
  const domain = index === null ? null : findIndex(index)?.domain;
  return (domain && RAMPS[domain]) ?? 'viridis';
}

async function rangesOf(range: Range, planes: number, sample: AskSample): Promise<Rescale[]> {
  if (range.kind === 'fixed') return Array.from({ length: planes }, (_, p) => range.ranges[p] ?? range.ranges[0]!);
  const samples = await sample();
  return Array.from({ length: planes }, (_, p) => rangeOf(samples[p], range.low, range.high));
}

function rangeOf(sample: PlaneSample | undefined, low: number, high: number): Rescale {
  if (!sample || sample.count === 0) return { min: 0, max: 1 };
  const [min, max] = [percentile(sample, low), percentile(sample, high)];
  return max > min ? { min, max } : { min: min - 0.5, max: min + 0.5 };
}

function percentile({ percentiles }: PlaneSample, percent: number): number {
  const below = Math.min(99, Math.floor(percent));
  const [a, b] = [percentiles[below]!, percentiles[below + 1]!];
  return a + (b - a) * (percent - below);
}

/** Of value tiles: what was asked for, what the index is known to span, else all that was seen. */
async function valueRange({ formula }: Wish, range: Range | null, sample: AskSample): Promise<Rescale> {
  if (!range && formula?.range) return { min: formula.range[0], max: formula.range[1] };
  return (await rangesOf(range ?? { kind: 'percent', low: 0, high: 100 }, 1, sample))[0]!;
}

/** value = offset + scale · code; code 0 is nodata. */
function codingOf({ min, max }: Rescale, precision: 8 | 16): TileCoding {
  const scale = (max - min) / (precision === 8 ? 254 : 65534);
  return { precision, scale, offset: min - scale };
}
