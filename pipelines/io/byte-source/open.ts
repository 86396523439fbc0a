import { openFileSource } from './file-source.ts';
import type { ByteSource } from './byte-source.ts';

/** Separates an archive from the entry in it, as in `product.zip!/GRANULE/B04.jp2`. */
const ENTRY = '!/';

/**
 * The bytes behind what a user may name: a file path, an http(s) URL, or `<archive.zip>!/<entry>`.
 * @throws {PlatformError} `not-found`, `not-readable`, `forbidden`, `remote-failed`
 */
export async function openByteSource(
  path: string,
  options: { readonly signal?: AbortSignal } = {},
): Promise<ByteSource> {
  if (/^https?:\/\//i.test(path)) {
    const { openHttpSource } = await import('./http-source.ts');
    return openHttpSource(path, options);
  }
  const at = path.indexOf(ENTRY);
  if (at > 0 && /\.zip$/i.test(path.slice(0, at))) {
    const { openZipSource } = await import('./zip-source.ts');
    return openZipSource(path.slice(0, at), path.slice(at + ENTRY.length));
  }
  return openFileSource(path);
}
