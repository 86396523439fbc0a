/** GeoTIFF and COG as a `RasterSource`. */
import type { ByteSource } from '../../byte-source/byte-source.ts';
import { DEFAULT_READ_LIMITS } from '../../raster-source.ts';
import type { BandInfo, RasterInfo, RasterSource, ReadLimits } from '../../raster-source.ts';
import { BlockCache } from './block-cache.ts';
import { BlockReader } from './block-reader.ts';
import { isCloudOptimised } from './cog-check.ts';
import { nameOf } from './decompress.ts';
import { readDirectories } from './directories.ts';
import type { TiffFile } from './directories.ts';
import { readText } from './field-values.ts';
import { parseAcquisitionTime, parseGdalMetadata, parseNodata } from './gdal-metadata.ts';
import { readGeoreference } from './georeference.ts';
import { unsupported } from './image.ts';
import type { TiffImage } from './image.ts';
import { readLevels } from './levels.ts';
import type { Level } from './levels.ts';
import { PagedBytes } from './paged-bytes.ts';
import { COMPRESSION, PHOTOMETRIC, TAG } from './tags.ts';
import { createTiffRaster } from './tiff-raster.ts';

/**
 * Reads only headers: the pixels stay where they are until `read`. The source is closed by the raster's `close`.
 * @throws {PlatformError} `format-damaged` for a file that is truncated or contradicts itself, `format-unsupported`,
 *   `too-large` for blocks beyond the limit, `remote-failed`, `aborted`
 */
export async function openTiff(
  source: ByteSource,
  options: { readonly limits?: ReadLimits; readonly signal?: AbortSignal } = {},
): Promise<RasterSource> {
  const { limits = DEFAULT_READ_LIMITS, signal } = options;
  const file = await readDirectories(new PagedBytes(source), signal);
  const levels = await readLevels(file, limits);
  return createTiffRaster(file, levels, await readInfo(file, levels), limits);
}

async function readInfo(file: TiffFile, levels: readonly Level[]): Promise<RasterInfo> {
  const { image } = levels[0]!;
  const { name, size } = file.bytes.source;
  checkColour(image, name);
  const nodata = parseNodata(await readText(file, image.directory, TAG.gdalNodata));
  const xml = await readText(file, image.directory, TAG.gdalMetadata);
  const metadata = parseGdalMetadata(xml, image.samples);
  const acquired = parseAcquisitionTime(xml);
  const bands = metadata.map(({ scale, offset, unit, description }): BandInfo => ({
    name: description,
    dtype: image.dtype,
    nodata,
    scale,
    offset,
    unit,
  }));
  const cache = new BlockCache(0);
  return {
    name,
    driver: 'GTiff',
    width: image.width,
    height: image.height,
    bands,
    ...(await readGeoreference(file, image.directory)),
    levels: levels.map(({ image: { width, height, blockWidth, blockHeight } }) => ({
      width,
      height,
      blockWidth,
      blockHeight,
    })),
    compression: nameOf(image.compression),
    cog: await isCloudOptimised(file, levels, (level) => new BlockReader(file, levels[level]!.image, cache)),
    sizeBytes: size,
    ...(acquired !== undefined && { acquired }),
  };
}

/** GDAL turns these colours into RGB; whoever asks for the bands of such a picture hardly wants the ink. */
function checkColour({ photometric, bits, compression }: TiffImage, name: string): void {
  const isInk = bits === 8 && (photometric === PHOTOMETRIC.cmyk || photometric === PHOTOMETRIC.lab);
  if (isInk || (photometric === PHOTOMETRIC.ycbcr && compression !== COMPRESSION.jpeg))
    throw unsupported(name, 'holds colours that are not RGB (CMYK, Lab or YCbCr); convert it to RGB first');
}
