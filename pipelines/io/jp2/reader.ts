/** JPEG 2000 as a raster: only the tiles and the resolution level that a window needs are read and decoded. */
import { PlatformError } from '../../core/errors.ts';
import type { DataType, Samples } from '../../core/raster/block.ts';
import { checkAborted } from '../byte-source/byte-source.ts';
import type { ByteSource } from '../byte-source/byte-source.ts';
import { createMemorySource } from '../byte-source/memory-source.ts';
import type { RasterInfo, RasterSource, ReadLimits, ReadOptions } from '../raster-source.ts';
import { DEFAULT_READ_LIMITS } from '../raster-source.ts';
import type { Jp2Boxes } from './boxes.ts';
import { assembleWindow } from './assemble.ts';
import { readBoxes } from './boxes.ts';
import type { CodestreamHeader, Component } from './codestream.ts';
import { parseHeader } from './codestream.ts';
import { decodeTile } from './decode-tile.ts';
import type { Georeference } from './georeference.ts';
import { readGeoreference } from './georeference.ts';
import { levelsOf } from './levels.ts';
import { TileCache } from './tile-cache.ts';
import { TilePartIndex } from './tile-parts.ts';

export interface Jp2Options {
  readonly limits?: ReadLimits;
  readonly signal?: AbortSignal;
}

const FIRST_READ = 16 * 1024;
const MAX_HEADER_BYTES = 16 * 1024 * 1024;

/**
 * The source is closed with the raster.
 * @throws {PlatformError} `format-unknown`, `format-damaged`; `too-large` for a header beyond 16 MB.
 */
export async function openJp2(source: ByteSource, options: Jp2Options = {}): Promise<RasterSource> {
  const { limits = DEFAULT_READ_LIMITS, signal } = options;
  const boxes = await readBoxes(source, signal);
  const header = await readHeader(source, boxes, signal);
  const place = await readGeoreference(boxes, readGeoTiffBox);
  const info = describe(source, header, place);
  const index = new TilePartIndex(source, header, boxes.codestream);
  const cache = new TileCache<readonly Samples[] | null>(limits.cacheBytes, bytesOf);

  // Null where the codestream has no data for the tile. One decode serves all who ask, so none of them can abort it.
  const tileAt = (tile: number, level: number) =>
    cache.get(`${level}/${tile}`, async () => {
      const parts = await index.partsOf(tile);
      return parts.length === 0 ? null : decodeTile(source, header, tile, parts, level, limits);
    });

  return {
    info,
    async read(window, { bands, level = 0, signal: abort }: ReadOptions = {}) {
      checkReadable(source.name, header);
      const wanted = bands ?? info.bands.map((_, b) => b);
      if (!info.levels[level]) throw outOfRange(source.name, 'Level', level, info.levels.length);
      for (const band of wanted)
        if (!info.bands[band]) throw outOfRange(source.name, 'Band index', band, info.bands.length);
      return assembleWindow({ header, level, window, bands: wanted, dtype: info.bands[0]!.dtype }, async (tile) => {
        checkAborted(abort);
        return tileAt(tile, level);
      });
    },
    async close() {
      cache.clear();
      await source.close();
    },
  };
}

async function readHeader(source: ByteSource, boxes: Jp2Boxes, signal?: AbortSignal): Promise<CodestreamHeader> {
  for (let length = FIRST_READ; length <= MAX_HEADER_BYTES; length *= 8) {
    const bytes = await source.read(boxes.codestream.start, length, signal);
    const header = parseHeader(bytes, source.name);
    if (header) return header;
    if (bytes.length < length)
      throw new PlatformError(
        'format-damaged',
        `${source.name} ends within its JPEG 2000 header: it is truncated; copy or download it again`,
      );
  }
  throw new PlatformError('too-large', `${source.name} has a JPEG 2000 header of more than 16 MB`);
}

/** The degenerate GeoTIFF of a GeoJP2 box holds one pixel and the place of the whole image. */
async function readGeoTiffBox(bytes: Uint8Array): Promise<Georeference> {
  const { openTiff } = await import('../tiff/read/open-tiff.ts');
  const { info } = await openTiff(createMemorySource('GeoJP2 box', bytes), {});
  return { transform: info.transform, epsg: info.epsg, crsText: info.crsText };
}

function describe(source: ByteSource, header: CodestreamHeader, place: Georeference): RasterInfo {
  const levels = levelsOf(header);
  const [{ width, height }] = levels as [(typeof levels)[number]];
  return {
    name: source.name,
    driver: 'JP2',
    width,
    height,
    bands: header.components.map((c) => ({
      name: null,
      dtype: dtypeOf(c),
      nodata: null,
      scale: 1,
      offset: 0,
      unit: null,
    })),
    ...place,
    levels,
    compression: 'jpeg2000',
    cog: false,
    sizeBytes: source.size,
  };
}

function dtypeOf({ bits, signed }: Component): DataType {
  if (bits <= 8) return signed ? 'int8' : 'uint8';
  if (bits <= 16) return signed ? 'int16' : 'uint16';
  return signed ? 'int32' : 'uint32';
}

/** What the codec cannot give back is refused when pixels are asked for; the description is true all the same. */
function checkReadable(name: string, header: CodestreamHeader): void {
  const { components } = header;
  const [first] = components as [Component];
  const refuse = (what: string) =>
    new PlatformError('format-unsupported', `${name} ${what}; convert it to a GeoTIFF (gdal_translate)`);
  if (header.packedHeaders)
    throw refuse('packs the headers of all its JPEG 2000 tiles together (PPM), so that no tile can be read alone');
  if (components.some((c) => c.stepX !== 1 || c.stepY !== 1))
    throw refuse('has subsampled JPEG 2000 components, which are not read');
  if (components.some((c) => c.bits !== first.bits || c.signed !== first.signed))
    throw refuse('has JPEG 2000 components of different depth, which are not read');
  if (first.bits > 16) throw refuse(`has JPEG 2000 samples of ${first.bits} bits; at most 16 are read`);
  const readable = components.length === 1 || (components.length === 3 && first.bits <= 8);
  if (!readable)
    throw refuse(
      `has ${components.length} JPEG 2000 components of ${first.bits} bits; 1 component, or 3 of at most 8 bits, are read`,
    );
}

function bytesOf(tile: readonly Samples[] | null): number {
  return tile === null ? 0 : tile.reduce((sum, samples) => sum + samples.byteLength, 0);
}

function outOfRange(name: string, what: string, asked: number, count: number): PlatformError {
  return new PlatformError('parameter-invalid', `${what} ${asked} is out of range for the ${count} of ${name}`);
}
