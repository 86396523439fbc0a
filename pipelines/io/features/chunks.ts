import { checkAborted } from '../byte-source/byte-source.ts';
import type { ByteSource } from '../byte-source/byte-source.ts';

export interface ChunkOptions {
  readonly signal?: AbortSignal;
  readonly advance?: (bytes: number) => void;
}

/** Small enough that the objects parsed out of one die young, large enough that a read costs nothing. */
const CHUNK_BYTES = 256 << 10;

/** The bytes of a source from front to back, a byte order mark left out. */
export async function* readChunks(source: ByteSource, options: ChunkOptions): AsyncGenerator<Uint8Array> {
  for (let offset = 0; ; offset += CHUNK_BYTES) {
    checkAborted(options.signal);
    const bytes = await source.read(offset, CHUNK_BYTES, options.signal); // lets Ctrl-C in between
    if (bytes.length === 0) return;
    options.advance?.(bytes.length);
    const hasMark = offset === 0 && bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
    yield hasMark ? bytes.subarray(3) : bytes;
    if (bytes.length < CHUNK_BYTES) return;
  }
}

export function joined(a: Uint8Array, b: Uint8Array): Uint8Array {
  if (a.length === 0) return b;
  const both = new Uint8Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}
