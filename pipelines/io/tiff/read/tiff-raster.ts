/** The pixels of an opened TIFF with the validity that travels with them. */
import { PlatformError } from '../../../core/errors.ts';
import { clip } from '../../../core/grid/window.ts';
import type { Window } from '../../../core/grid/window.ts';
import { bytesPerSample, createSamples } from '../../../core/raster/block.ts';
import type { BandBlock, Samples } from '../../../core/raster/block.ts';
import type { RasterInfo, RasterSource, ReadLimits, ReadOptions } from '../../raster-source.ts';
import { BlockCache } from './block-cache.ts';
import { BlockReader } from './block-reader.ts';
import type { TiffFile } from './directories.ts';
import type { TiffImage } from './image.ts';
import type { Level } from './levels.ts';
import { combineMasks, maskOfNodata, maskOutside, toMask } from './validity.ts';
import { readWindow } from './window-reader.ts';

/** More than any job wants in one piece, and more than one typed array of some systems. */
const MAX_READ_BYTES = 4 * 1024 ** 3;

export function createTiffRaster(
  file: TiffFile,
  levels: readonly Level[],
  info: RasterInfo,
  limits: ReadLimits,
): RasterSource {
  const cache = limits.blocks ?? new BlockCache(limits.cacheBytes);
  const readers = new Map<TiffImage, BlockReader>();
  for (const image of levels.flatMap((level) => [level.image, level.mask]))
    if (image) readers.set(image, new BlockReader(file, image, cache));
  const { nodata, dtype } = info.bands[0]!;
  /** What a block that is not stored reads as. */
  const fill = nodata !== null && (Number.isFinite(nodata) || dtype.startsWith('float')) ? nodata : 0;

  const readImage = async (
    image: TiffImage,
    request: Request,
    bands: readonly number[],
    empty: number,
    into: readonly Samples[] = [],
  ): Promise<Samples[]> => {
    const { window, inside, signal } = request;
    const start = (inside.row - window.row) * window.width + (inside.col - window.col);
    const targets = bands.map((band, i) => ({
      band,
      data: into[i] ?? createSamples(image.dtype, window.width * window.height),
      stride: window.width,
      start,
    }));
    await readWindow(readers.get(image)!, image, inside, targets, empty, signal);
    return targets.map(({ data }) => data);
  };

  /** The file's own mask: its mask image, else (where nodata is not declared, as in GDAL) its alpha channel. */
  const readMask = async ({ image, mask }: Level, request: Request): Promise<Uint8Array | null> => {
    if (mask) return toMask((await readImage(mask, request, [0], 0))[0]!);
    if (!image.hasAlpha || nodata !== null) return null;
    return toMask((await readImage(image, request, [image.samples - 1], fill))[0]!);
  };

  return {
    info,
    async read(window, options = {}) {
      const { bands, level, signal } = checkRead(info, window, options);
      const { image, mask } = levels[level]!;
      const { width, height } = window;
      const inside = clip(window, image.width, image.height);
      if (!inside) return bands.map(() => emptyBlock(image, window));
      const request = { window, inside, signal };
      const data = await readImage(image, request, bands, fill, options.into);
      const own = await readMask(levels[level]!, request);
      return data.map((numbers, i): BandBlock => {
        const isAlpha = !mask && image.hasAlpha && bands[i] === image.samples - 1;
        const declared = isAlpha ? null : own;
        const found = maskOfNodata(numbers, dtype, mask || isAlpha ? null : nodata);
        return { width, height, data: numbers, mask: maskOutside(combineMasks(declared, found), window, inside) };
      });
    },
    async close() {
      if (!limits.blocks) cache.clear(); // a shared one forgets what nobody asks for
      await file.bytes.source.close();
    },
  };
}

interface Request {
  readonly window: Window;
  /** The part of it within the image. */
  readonly inside: Window;
  readonly signal: AbortSignal | undefined;
}

function emptyBlock(image: TiffImage, { width, height }: Window): BandBlock {
  return { width, height, data: createSamples(image.dtype, width * height), mask: new Uint8Array(width * height) };
}

function checkRead(info: RasterInfo, window: Window, options: ReadOptions) {
  const { level = 0, bands = info.bands.map((_, band) => band), signal } = options;
  const wrong = bands.find((band) => info.bands[band] === undefined);
  if (wrong !== undefined)
    throw new PlatformError(
      'band-missing',
      `${info.name} has ${info.bands.length} bands; band ${wrong + 1} was asked for`,
    );
  if (!info.levels[level])
    throw new RangeError(`${info.name} has ${info.levels.length} levels; level ${level} was asked for`);
  const bytes = window.width * window.height * bands.length * bytesPerSample(info.bands[0]!.dtype);
  if (bytes > MAX_READ_BYTES)
    throw new PlatformError(
      'too-large',
      `${window.width} × ${window.height} pixels of ${bands.length} bands of ${info.name} do not fit in memory at once; read them in parts`,
    );
  return { bands, level, signal };
}
