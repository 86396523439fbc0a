import type { BlockReader } from './block-reader.ts';
import type { TiffFile } from './directories.ts';
import type { Level } from './levels.ts';

/** Images up to this side may be untiled and without overviews. */
const SMALL = 512;

/**
 * Whether a file can be read well from afar, by the main rules of GDAL's `validate_cloud_optimized_geotiff`: tiled, with
 * overviews, all directories before the pixels, and the pixels of coarse levels before those of finer ones.
 */
export async function isCloudOptimised(
  file: TiffFile,
  levels: readonly Level[],
  readerOf: (level: number) => BlockReader,
): Promise<boolean> {
  const { image } = levels[0]!;
  const isSmall = image.width <= SMALL && image.height <= SMALL;
  if (!isSmall && (levels.length < 2 || levels.some((level) => !level.image.isTiled && level.image.width > SMALL)))
    return false;
  const firsts: number[] = [];
  for (const level of levels.keys()) {
    const { offset, length } = await readerOf(level).locate(0);
    if (length > 0) firsts.push(offset); // a level whose first block is not stored says nothing
  }
  const directories = file.directories.map((directory) => directory.offset);
  const isOrdered = firsts.every((offset, i) => i === 0 || offset < firsts[i - 1]!);
  return isOrdered && Math.max(...directories) < Math.min(...firsts, Infinity);
}
