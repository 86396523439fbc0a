/** SHA-256 of what a path or URL names, read in large pieces. */
import { createHash } from 'node:crypto';
import { checkAborted } from '../io/byte-source/byte-source.ts';
import { openByteSource } from '../io/byte-source/open.ts';

export interface Digest {
  readonly bytes: number;
  /** Hexadecimal. */
  readonly sha256: string;
}

/** Of a local file: small enough to stay in the processor's cache between reading and hashing. */
const LOCAL_BYTES = 256 << 10;
const REMOTE_BYTES = 4 << 20;

/**
 * @param path  File, http(s) URL (which is downloaded), or `<archive.zip>!/<entry>`.
 * @throws {PlatformError} as `openByteSource` and reading it; `aborted`
 */
export async function digestOf(path: string, signal?: AbortSignal): Promise<Digest> {
  const source = await openByteSource(path, signal ? { signal } : {});
  try {
    const hash = createHash('sha256');
    const buffer = source.readIntoSync ? new Uint8Array(LOCAL_BYTES) : null;
    const pieceBytes = buffer?.length ?? REMOTE_BYTES;
    for (let bytes = 0; ;) {
      checkAborted(signal);
      const piece = buffer
        ? buffer.subarray(0, source.readIntoSync!(bytes, buffer))
        : await source.read(bytes, pieceBytes, signal);
      hash.update(piece);
      bytes += piece.length;
      if (piece.length < pieceBytes) return { bytes, sha256: hash.digest('hex') };
    }
  } finally {
    await source.close();
  }
}
