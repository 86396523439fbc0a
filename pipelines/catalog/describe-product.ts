/** What `landmeter info` says of a product. */
import { openScene } from './scene.ts';

export interface ProductDescription {
  readonly product: string;
  readonly platform: string;
  readonly level: string;
  readonly baseline: string | null;
  readonly tile: string | null;
  readonly datetime: string;
  readonly crs: string | null;
  /** Added to the digital number before it is divided by `quantification`. */
  readonly offset: number;
  readonly quantification: number;
  readonly calibration: { readonly origin: string; readonly explanation: string };
  readonly cloudCover: number | null;
  readonly bands: readonly { readonly name: string; readonly code: string; readonly resolutions: readonly number[] }[];
  readonly scl: number | null;
}

/** @throws {PlatformError} as `openScene`. */
export async function describeProduct(
  path: string,
  options: { readonly signal?: AbortSignal } = {},
): Promise<ProductDescription> {
  const scene = await openScene(path, options);
  const { addOffset, quantification, origin, explanation } = scene.calibration;
  return {
    product: scene.id,
    platform: scene.platform,
    level: scene.level,
    baseline: scene.baseline,
    tile: scene.tile,
    datetime: scene.datetime,
    crs: scene.epsg === null ? null : `EPSG:${scene.epsg}`,
    offset: addOffset,
    quantification,
    calibration: { origin, explanation },
    cloudCover: scene.cloudCover,
    bands: scene.bands.map(({ name, code }) => ({
      name,
      code,
      resolutions: scene.files.filter((file) => file.code === code).map((file) => file.gsd),
    })),
    scl: scene.scl?.gsd ?? null,
  };
}
