import { brotliDecompressSync, gunzipSync, zstdDecompressSync } from 'node:zlib';
import type { Compression } from './header.ts';

/** Far more than a directory or metadata needs: a small file cannot make us allocate without end. */
const MAX_BYTES = 64 << 20;

/** @throws {Error} where the bytes are not compressed this way, or would become too many. */
export function decompress(bytes: Uint8Array, compression: Compression): Uint8Array {
  const options = { maxOutputLength: MAX_BYTES };
  switch (compression) {
    case 'none':
      return bytes;
    case 'gzip':
      return gunzipSync(bytes, options);
    case 'brotli':
      return brotliDecompressSync(bytes, options);
    case 'zstd':
      return zstdDecompressSync(bytes, options);
    case 'unknown':
      throw new RangeError('its compression is not one that the format knows');
  }
}
