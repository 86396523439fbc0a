/** Which directory of a TIFF is what: the image, its overviews, and their masks. */
import type { ReadLimits } from '../../raster-source.ts';
import type { Directory, TiffFile } from './directories.ts';
import { readNumber } from './field-values.ts';
import { readImage } from './image.ts';
import type { TiffImage } from './image.ts';
import { PHOTOMETRIC, TAG } from './tags.ts';

export interface Level {
  readonly image: TiffImage;
  /** 0 where a pixel is not valid; null where the level has no mask. */
  readonly mask: TiffImage | null;
}

/** Bits of NewSubfileType. */
const REDUCED = 1;
const MASK = 4;

/**
 * @returns the full image first, then overviews from fine to coarse. Other pages of the file are left aside.
 * @throws {PlatformError} `format-damaged`, `format-unsupported`, `too-large`
 */
export async function readLevels(file: TiffFile, limits: ReadLimits): Promise<Level[]> {
  const images: TiffImage[] = [];
  const masks: TiffImage[] = [];
  for (const [index, directory] of file.directories.entries()) {
    const { isReduced, isMask } = await readKind(file, directory);
    if (index > 0 && !isReduced && !isMask) continue;
    (isMask && index > 0 ? masks : images).push(await readImage(file, directory, limits));
  }
  const [full, ...rest] = images as [TiffImage, ...TiffImage[]];
  const overviews = rest
    .filter(
      (o) => o.width < full.width && o.samples === full.samples && o.dtype === full.dtype && o.height <= full.height,
    )
    .sort((a, b) => b.width - a.width || b.height - a.height);
  return [full, ...overviews].map((image) => ({
    image,
    mask: masks.find((m) => m.width === image.width && m.height === image.height && m.samples === 1) ?? null,
  }));
}

async function readKind(file: TiffFile, directory: Directory): Promise<{ isReduced: boolean; isMask: boolean }> {
  const kind = await readNumber(file, directory, TAG.newSubfileType, -1);
  if (kind < 0) return { isReduced: (await readNumber(file, directory, TAG.subfileType, 1)) === 2, isMask: false };
  const isTransparency = (await readNumber(file, directory, TAG.photometric, 1)) === PHOTOMETRIC.transparencyMask;
  return { isReduced: (kind & REDUCED) !== 0, isMask: (kind & MASK) !== 0 || isTransparency };
}
