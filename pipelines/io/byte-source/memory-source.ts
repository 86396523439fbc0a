import { checkAborted } from './byte-source.ts';
import type { ByteSource } from './byte-source.ts';

/** Bytes that are already there: an unpacked archive entry, a file within a file. */
export function createMemorySource(name: string, bytes: Uint8Array): ByteSource {
  // A Buffer's own `slice` shares memory; callers may change what they get.
  const plain = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const part = (offset: number, length: number) => plain.slice(Math.max(0, offset), Math.max(0, offset + length));
  return {
    name,
    size: bytes.length,
    read: async (offset, length, signal) => {
      checkAborted(signal);
      return part(offset, length);
    },
    readSync: part,
    readIntoSync(offset, target) {
      const from = plain.subarray(offset, offset + target.length);
      target.set(from);
      return from.length;
    },
    close: async () => {},
  };
}
