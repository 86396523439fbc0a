/** Opens a raster by what is in it, never by its name: a GeoTIFF called `B11.jp2` is a GeoTIFF. */
import { PlatformError } from '../core/errors.ts';
import type { ByteSource } from './byte-source/byte-source.ts';
import { openByteSource } from './byte-source/open.ts';
import type { RasterSource, ReadLimits } from './raster-source.ts';

export interface OpenOptions {
  readonly limits?: ReadLimits;
  readonly signal?: AbortSignal;
}

/** A format: how it begins, and its reader, loaded only when a file is of it. The reader closes the source. */
interface RasterFormat {
  readonly matches: (head: Uint8Array) => boolean;
  readonly open: (source: ByteSource, options: OpenOptions) => Promise<RasterSource>;
}

const HEAD_BYTES = 512;

const FORMATS: readonly RasterFormat[] = [
  {
    // TIFF 6.0 and BigTIFF, `II` little-endian or `MM` big-endian
    matches: (head) => /^(II[*+]\0|MM\0[*+])/.test(latin(head, 4)),
    open: async (source, options) => (await import('./tiff/read/open-tiff.ts')).openTiff(source, options),
  },
  {
    // JPEG 2000 signature box, or a bare codestream (SOC followed by SIZ)
    matches: (head) => latin(head, 8) === '\0\0\0\fjP  ' || latin(head, 4) === '\xff\x4f\xff\x51',
    open: async (source, options) => (await import('./jp2/reader.ts')).openJp2(source, options),
  },
  {
    // PMTiles version 3
    matches: (head) => latin(head, 8) === 'PMTiles\x03',
    open: async (source, options) => (await import('./pmtiles/archive-raster.ts')).openArchiveRaster(source, options),
  },
];

/**
 * @param path  File path, http(s) URL, or `<archive.zip>!/<entry>`.
 * @throws {PlatformError} `not-found`, `not-readable`, `remote-failed`; `format-unknown` for what is no raster we read;
 *   `format-damaged`, `format-unsupported`, `too-large` from the format's reader.
 */
export async function openRaster(path: string, options: OpenOptions = {}): Promise<RasterSource> {
  const source = await openByteSource(path, options.signal ? { signal: options.signal } : {});
  try {
    const head = await source.read(0, HEAD_BYTES, options.signal);
    const format = FORMATS.find(({ matches }) => matches(head));
    if (!format) throw unknownFormat(path, head);
    return await format.open(source, options);
  } catch (error) {
    await source.close();
    throw error;
  }
}

function unknownFormat(path: string, head: Uint8Array): PlatformError {
  const accepted =
    'a GeoTIFF (also cloud-optimised), a JPEG 2000 file or an archive of picture tiles (PMTiles) is needed';
  return new PlatformError('format-unknown', `${path} ${describe(head)}; ${accepted}`, { detail: { path } });
}

function describe(head: Uint8Array): string {
  const text = latin(head, HEAD_BYTES);
  if (head.length === 0) return 'is empty';
  if (/^\s*<(!doctype html|html|head|body)/i.test(text)) return 'is a web page saved under this name, not a raster';
  if (/^\s*<(\?xml|Error)/.test(text)) return 'is XML, not a raster (perhaps a server’s error message)';
  if (text.startsWith('PK\x03\x04'))
    return 'is a zip archive, not a raster; name the file in it as <archive.zip>!/<entry>';
  if (/^\s*[{[]/.test(text)) return 'is JSON, not a raster';
  if (text.startsWith('version https://git-lfs'))
    return 'is only a Git LFS pointer; fetch the file itself (git lfs pull)';
  if (text.startsWith('PMTiles')) return 'is an archive of another version of PMTiles than 3';
  return 'is not a raster of a kind that is read here';
}

function latin(bytes: Uint8Array, length: number): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(length, bytes.length)).toString('latin1');
}
