/** What an archive of raster tiles says about itself: flat keys of its JSON metadata. */
import type { Distribution } from '../core/raster/distribution.ts';
import { toStatistics } from '../core/raster/distribution.ts';
import type { Resampling } from '../core/raster/resample.ts';
import type { TilePlan } from '../core/raster/tile-plan.ts';
import type { ImageFormatId } from '../io/encode/registry.ts';
import type { TileStyle } from '../io/encode/tile-style.ts';
import type { BandInfo } from '../io/raster-source.ts';

export interface TileDescription {
  readonly name: string;
  readonly description?: string | undefined;
  readonly attribution?: string | undefined;
  readonly format: ImageFormatId;
  readonly resampling: Resampling;
}

/**
 * Value tiles carry `precision`, `scale`, `offset` (value = offset + scale · code, code 0 is nodata), `unit` and
 * `statistics`; pictures `colormap` and `rescale`.
 * @see https://github.com/protomaps/PMTiles/blob/main/spec/v3/spec.md, section 5: name, description, attribution, type, version
 */
export function tileMetadata(
  { name, description = '', attribution = '', format, resampling }: TileDescription,
  plan: TilePlan,
  style: TileStyle,
  band: BandInfo,
  distribution: Distribution | null,
): Readonly<Record<string, unknown>> {
  const common = {
    name,
    description,
    attribution,
    version: '1.0.0',
    type: 'overlay',
    format,
    tileSize: plan.tileSize,
    minzoom: plan.minZoom,
    maxzoom: plan.maxZoom,
    resampling,
  };
  const { unit, scale, offset } = band;
  const statistics = distribution && toStatistics(distribution, scale, offset);
  switch (style.kind) {
    case 'color':
      return { ...common, kind: 'picture' };
    case 'colormap': {
      const { colormap, rescale } = style;
      const measured = statistics ? { statistics } : {};
      return { ...common, kind: 'picture', colormap, rescale: [rescale.min, rescale.max], unit, ...measured };
    }
    case 'value':
      return { ...common, kind: 'value', ...style.tile, unit, statistics };
  }
}
