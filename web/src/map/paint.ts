/** How a layer of values is drawn: the chosen style over the suggested one, and the ramp that its legend shows. */
import type { ColormapId } from '../../../pipelines/core/color/colormaps.ts';
import { COLORMAPS, isFlat } from '../../../pipelines/core/color/colormaps.ts';
import type { LayerSummary } from '../../../pipelines/core/wire.ts';
import type { Range, ShownLayer } from '../state/shown.ts';

const DEFAULT_COLORMAP: ColormapId = 'viridis';
const DEFAULT_RANGE: Range = [0, 1];
/** The legend reaches this share of the suggested range beyond it, so that its ends can be dragged outwards. */
const DOMAIN_MARGIN = 0.25;

export interface ActiveLayer {
  readonly summary: LayerSummary;
  readonly style: ShownLayer;
}

export interface Paint {
  readonly colormap: ColormapId;
  readonly range: Range;
}

/** What is shown and known to the catalogue, topmost first. */
export function activeLayers(
  layers: readonly LayerSummary[],
  styles: readonly ShownLayer[] | null,
): readonly ActiveLayer[] {
  return (styles ?? []).flatMap((style) => {
    const summary = layers.find(({ id }) => id === style.id);
    return summary ? [{ summary, style }] : [];
  });
}

/** The colour map and range that a layer is drawn with: the chosen ones, else those it suggests. */
export function paintOf(summary: LayerSummary, style?: ShownLayer): Paint {
  const wanted = style?.colormap ?? summary.colormap ?? DEFAULT_COLORMAP;
  return {
    colormap: Object.hasOwn(COLORMAPS, wanted) ? (wanted as ColormapId) : DEFAULT_COLORMAP,
    range: style?.range ?? summary.range ?? DEFAULT_RANGE,
  };
}

/** Ends of the legend: the suggested range and something beyond it, and always the range that is shown. */
export function legendDomain(summary: LayerSummary, { range }: Paint): Range {
  const [low, high] = summary.range ?? DEFAULT_RANGE;
  const margin = (high - low) * DOMAIN_MARGIN;
  return [Math.min(low - margin, range[0]), Math.max(high + margin, range[1])];
}

/** A round step of about a two-hundredth of a span, for handles and number fields. */
export function stepOf([low, high]: Range): number {
  const power = 10 ** Math.floor(Math.log10((high - low) / 200));
  const step = [1, 2, 5, 10].find((n) => n * power * 200 >= high - low) ?? 10;
  return +(step * power).toPrecision(1);
}

/** A colour map as a CSS background, from left to right or upwards. */
export function gradientOf(id: ColormapId, degrees: 0 | 90 = 90): string {
  const { kind, stops } = COLORMAPS[id];
  const colours = stops.map((stop, i) => {
    if (!isFlat({ kind })) return `#${stop}`;
    return `#${stop} ${(100 * i) / stops.length}% ${(100 * (i + 1)) / stops.length}%`;
  });
  return `linear-gradient(${degrees}deg, ${colours.join(', ')})`;
}
