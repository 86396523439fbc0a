/** NSGI's grid files of RDNAPTRANS2018 as numbers: GeoTIFFs of several pages, the coarser of the North Sea and a finer of the land. */
import { PlatformError } from '../core/errors.ts';
import type { RdGrid, RdGridPart } from '../core/grid/rd-grid.ts';
import { openByteSource } from './byte-source/open.ts';
import { DEFAULT_READ_LIMITS } from './raster-source.ts';
import { RD_GRID_FILES } from './rd-grid.ts';
import { BlockCache } from './tiff/read/block-cache.ts';
import { BlockReader } from './tiff/read/block-reader.ts';
import { readDirectories } from './tiff/read/directories.ts';
import type { Directory, TiffFile } from './tiff/read/directories.ts';
import { readText } from './tiff/read/field-values.ts';
import { readGeoreference } from './tiff/read/georeference.ts';
import { readImage } from './tiff/read/image.ts';
import { PagedBytes } from './tiff/read/paged-bytes.ts';
import { TAG } from './tiff/read/tags.ts';
import { readWindow } from './tiff/read/window-reader.ts';

const ARC_SECONDS = 3600;

/**
 * @throws {PlatformError} `format-unsupported` for a GeoTIFF that is not one of NSGI's two grids; what reading it throws
 */
export async function readRdGrid(path: string): Promise<RdGrid> {
  const source = await openByteSource(path);
  try {
    const file = await readDirectories(new PagedBytes(source));
    const parts: RdGridPart[] = [];
    for (const directory of file.directories) parts.push(await readPart(file, directory));
    const metadata = (await readText(file, file.directories[0]!, TAG.gdalMetadata)) ?? '';
    if (!metadata.includes('latitude_offset') || !metadata.includes('arc-second'))
      throw new PlatformError(
        'format-unsupported',
        `${path} is not a correction grid of RD New; put NSGI's ${RD_GRID_FILES.join(' or ')} there`,
        { detail: { path } },
      );
    const kind = metadata.includes('Pseudo Amersfoort') ? 'correction' : 'transformation';
    return { kind, parts: parts.sort((a, b) => a.lonStep - b.lonStep) };
  } finally {
    await source.close();
  }
}

async function readPart(file: TiffFile, directory: Directory): Promise<RdGridPart> {
  const image = await readImage(file, directory, DEFAULT_READ_LIMITS);
  const { transform } = await readGeoreference(file, directory);
  const { width, height, samples } = image;
  if (!transform || samples < 2)
    throw new PlatformError('format-unsupported', `${file.bytes.source.name} is not a correction grid of RD New`);
  const [latShift, lonShift] = [new Float64Array(width * height), new Float64Array(width * height)];
  const targets = [latShift, lonShift].map((data, band) => ({ band, data, stride: width, start: 0 }));
  const reader = new BlockReader(file, image, new BlockCache(0));
  await readWindow(reader, image, { col: 0, row: 0, width, height }, targets, 0);
  for (let i = 0; i < latShift.length; i++) {
    latShift[i]! /= ARC_SECONDS;
    lonShift[i]! /= ARC_SECONDS;
  }
  const [lonStep, , west, , latStep, north] = transform;
  // Nodes lie at the pixels' centres.
  return {
    west: west + lonStep / 2,
    north: north + latStep / 2,
    lonStep,
    latStep: -latStep,
    width,
    height,
    lonShift,
    latShift,
  };
}
