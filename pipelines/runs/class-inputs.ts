/** Classes that a user names for a mask, made ready for the tasks. */
import { PlatformError } from '../core/errors.ts';
import { pixelMetres } from '../core/grid/pixel-size.ts';
import type { Alignment } from '../core/raster/align.ts';
import type { PixelSize } from '../core/raster/dilate.ts';
import type { ClassMask } from '../tasks/class-mask.ts';
import { toAligned } from './align.ts';
import type { OpenedBand } from './align.ts';
import type { ClassInput } from './band-inputs.ts';

/** @throws {PlatformError} `crs-missing`, `crs-unsupported` where a margin in metres is asked of pixels without a size */
export function toClassMask(band: OpenedBand, alignment: Alignment, { excluded, guards }: ClassInput): ClassMask {
  const source = toAligned(band, alignment);
  const reaching = guards?.filter(({ metres }) => metres > 0) ?? [];
  if (reaching.length === 0) return { source, excluded };
  return { source, excluded, margin: { pixel: pixelMetresOf(band), guards: reaching } };
}

/** Metres of a pixel. @throws {PlatformError} `crs-missing`, `crs-unsupported` */
export function pixelMetresOf({ path, raster }: OpenedBand): PixelSize {
  const { transform, epsg, width, height } = raster;
  if (!transform || epsg === null)
    throw new PlatformError(
      'crs-missing',
      `${path} does not say where its pixels lie, so that a distance in metres means nothing there; give it a CRS first`,
      { detail: { path } },
    );
  return pixelMetres(transform, epsg, width, height);
}
