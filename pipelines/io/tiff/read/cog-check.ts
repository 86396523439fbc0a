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
  if (!(await beginsWithDirectory(file))) return false;
  const firsts: number[] = [];
  for (const level of levels.keys()) {
    const { offset, length } = await readerOf(level).locate(0);
    if (length > 0) firsts.push(offset); // a level whose first block is not stored says nothing
  }
  const directories = file.directories.map((directory) => directory.offset);
  const isOrdered = firsts.every((offset, i) => i === 0 || offset < firsts[i - 1]!);
  return isOrdered && Math.max(...directories) < Math.min(...firsts, Infinity);
}

const GHOST = 'GDAL_STRUCTURAL_METADATA_SIZE=';

/** The main directory follows the header, or the area in which GDAL says how the file is laid out. */
async function beginsWithDirectory(file: TiffFile): Promise<boolean> {
  const start = file.isBigTiff ? 16 : 8;
  if (file.directories[0]!.offset === start) return true;
  const view = await file.bytes.view(start, GHOST.length);
  return new TextDecoder('latin1').decode(view) === GHOST;
}
