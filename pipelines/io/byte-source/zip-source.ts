/**
 * Entries of zip archives as byte sources. Stored entries (how Sentinel products are packed) are read in place, by
 * range; deflated ones are unpacked into memory, never beyond the size that the archive states and the limit below.
 */
import { Readable } from 'node:stream';
import { createInflateRaw, inflateRaw } from 'node:zlib';
import { promisify } from 'node:util';
import { fromRandomAccessReader, RandomAccessReader } from 'yauzl';
import type { Entry } from 'yauzl';
import { isPlatformError, PlatformError } from '../../core/errors.ts';
import type { ByteSource } from './byte-source.ts';
import { endsTooEarly, readExactly } from './byte-source.ts';
import { createMemorySource } from './memory-source.ts';
import { openFileSource } from './file-source.ts';

const unpack = promisify(inflateRaw);

const STORED = 0;
const DEFLATED = 8;
/** The largest band of a Sentinel-2 product has 150 MB. */
const MAX_UNPACKED_BYTES = 512 * 1024 * 1024;
const MAX_ENTRIES = 100_000;

/**
 * Names of all files in an archive, as they stand in its directory.
 * @throws {PlatformError} `not-found`, `not-readable`; `format-damaged` where it is no zip or names files outside itself.
 */
export async function listZipEntries(zipPath: string): Promise<string[]> {
  const source = await openFileSource(zipPath);
  try {
    const entries = await readDirectory(source, () => true);
    return entries.map((entry) => entry.fileName).filter((name) => !name.endsWith('/'));
  } finally {
    await source.close();
  }
}

/** The bytes of one entry, named `<archive.zip>!/<entry>`. @throws {PlatformError} as above, and `too-large`. */
export async function openZipSource(zipPath: string, entryName: string): Promise<ByteSource> {
  const source = await openFileSource(zipPath);
  const name = `${zipPath}!/${entryName}`;
  try {
    const [entry] = await readDirectory(source, (e) => e.fileName === entryName);
    if (!entry) throw new PlatformError('not-found', `There is no file ${entryName} in ${zipPath}; check the name`);
    if ((entry.generalPurposeBitFlag & 1) !== 0)
      throw new PlatformError('format-unsupported', `${name} is encrypted, which is not read; unpack it first`);
    const start = await dataStart(source, entry, name);
    if (entry.compressionMethod === STORED) return partOf(source, name, start, entry.compressedSize);
    if (entry.compressionMethod !== DEFLATED)
      throw new PlatformError(
        'format-unsupported',
        `${name} is packed by method ${entry.compressionMethod}, which is not read; unpack the archive first`,
      );
    const bytes = await inflateEntry(source, entry, name, start);
    await source.close();
    return createMemorySource(name, bytes);
  } catch (error) {
    await source.close();
    throw error;
  }
}

const PACKED_CHUNK = 1 << 20;

/** The bytes of one entry from front to back, however large it is. @throws {PlatformError} as `openZipSource` */
export async function* streamZipEntry(zipPath: string, entryName: string): AsyncGenerator<Uint8Array> {
  const source = await openFileSource(zipPath);
  const name = `${zipPath}!/${entryName}`;
  try {
    const [entry] = await readDirectory(source, (e) => e.fileName === entryName);
    if (!entry) throw new PlatformError('not-found', `There is no file ${entryName} in ${zipPath}; check the name`);
    if ((entry.generalPurposeBitFlag & 1) !== 0 || ![STORED, DEFLATED].includes(entry.compressionMethod))
      throw new PlatformError(
        'format-unsupported',
        `${name} is encrypted or packed in an unusual way; unpack it first`,
      );
    const part = partOf(source, name, await dataStart(source, entry, name), entry.compressedSize);
    const packed = Readable.from(chunksOf(part));
    if (entry.compressionMethod === STORED) yield* packed as AsyncIterable<Uint8Array>;
    else yield* inflated(packed, name);
  } finally {
    await source.close();
  }
}

async function* chunksOf(part: ByteSource): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < part.size!; at += PACKED_CHUNK) yield await part.read(at, PACKED_CHUNK);
}

async function* inflated(packed: Readable, name: string): AsyncGenerator<Uint8Array> {
  const inflate = createInflateRaw({ chunkSize: 256 << 10 });
  packed.on('error', (error) => inflate.destroy(error));
  try {
    for await (const bytes of packed.pipe(inflate)) yield bytes as Uint8Array;
  } catch (error) {
    throw isPlatformError(error) ? error : damaged(name, (error as Error).message);
  } finally {
    packed.destroy();
  }
}

/** The entries that are wanted. Names that lead out of the archive (`..`, absolute, with a drive) refuse it as a whole. */
function readDirectory(source: ByteSource, wanted: (entry: Entry) => boolean): Promise<Entry[]> {
  return new Promise((resolve, reject) => {
    const refuse = (error: Error) => reject(isPlatformError(error) ? error : damaged(source.name, error.message));
    const options = { lazyEntries: true, autoClose: false };
    fromRandomAccessReader(new SourceReader(source), source.size ?? 0, options, (error, zip) => {
      if (error) return refuse(error);
      const found: Entry[] = [];
      let count = 0;
      zip.on('entry', (entry: Entry) => {
        if (wanted(entry)) found.push(entry);
        if (++count <= MAX_ENTRIES) zip.readEntry();
        else reject(new PlatformError('too-large', `${source.name} has more than ${MAX_ENTRIES} files`));
      });
      zip.on('error', refuse);
      zip.on('end', () => resolve(found));
      zip.readEntry();
    });
  });
}

/** yauzl asks for pieces by callback; ours come by promise. */
class SourceReader extends RandomAccessReader {
  readonly #source: ByteSource;

  constructor(source: ByteSource) {
    super();
    this.#source = source;
  }

  override read(
    buffer: Buffer,
    offset: number,
    length: number,
    position: number,
    callback: (error: Error | null) => void,
  ): void {
    readExactly(this.#source, position, length).then((bytes) => {
      buffer.set(bytes, offset);
      callback(null);
    }, callback);
  }
}

/** Position of an entry's data: its local header has a length of its own. */
async function dataStart(source: ByteSource, entry: Entry, name: string): Promise<number> {
  const header = await readExactly(source, entry.relativeOffsetOfLocalHeader, 30);
  const view = new DataView(header.buffer, header.byteOffset, header.byteLength);
  if (view.getUint32(0, true) !== 0x04034b50) throw damaged(name, 'its local header is missing');
  const start = entry.relativeOffsetOfLocalHeader + 30 + view.getUint16(26, true) + view.getUint16(28, true);
  if (start + entry.compressedSize > (source.size ?? Infinity))
    throw endsTooEarly(source, start + entry.compressedSize);
  return start;
}

async function inflateEntry(source: ByteSource, entry: Entry, name: string, start: number): Promise<Uint8Array> {
  if (Math.max(entry.uncompressedSize, entry.compressedSize) > MAX_UNPACKED_BYTES)
    throw new PlatformError(
      'too-large',
      `${name} unpacks to ${entry.uncompressedSize} bytes; at most ${MAX_UNPACKED_BYTES} are unpacked in memory: unpack the archive first`,
    );
  const packed = await readExactly(source, start, entry.compressedSize);
  const bytes = await unpack(packed, { maxOutputLength: Math.max(1, entry.uncompressedSize) }).catch((error: Error) => {
    throw damaged(name, `it does not unpack to the ${entry.uncompressedSize} bytes it states (${error.message})`);
  });
  if (bytes.length !== entry.uncompressedSize)
    throw damaged(name, `it unpacks to ${bytes.length} bytes, not to the ${entry.uncompressedSize} it states`);
  return bytes;
}

/** A range of a source as a source; closing it closes the whole. */
function partOf(source: ByteSource, name: string, start: number, size: number): ByteSource {
  const clipped = (offset: number, length: number) => Math.max(0, Math.min(length, size - offset));
  return {
    name,
    size,
    read: (offset, length, signal) => source.read(start + offset, clipped(offset, length), signal),
    ...(source.readSync && {
      readSync: (offset: number, length: number) => source.readSync!(start + offset, clipped(offset, length)),
    }),
    close: () => source.close(),
  };
}

function damaged(name: string, reason: string): PlatformError {
  return new PlatformError('format-damaged', `${name} is not a sound zip archive: ${reason}`, {
    detail: { path: name },
  });
}
