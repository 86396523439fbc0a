/**
 * Reads PMTiles version 3 to serve tiles from it: directories are kept decoded, the root for good and the leaves that
 * were asked for last, so that a tile costs a search and one read.
 */
import type { Tile } from '../../core/grid/tile-matrix-set.ts';
import { isTile } from '../../core/grid/tile-matrix-set.ts';
import { isPlatformError } from '../../core/errors.ts';
import type { ByteSource } from '../byte-source/byte-source.ts';
import { endsTooEarly, readExactly } from '../byte-source/byte-source.ts';
import { openByteSource } from '../byte-source/open.ts';
import { decompress } from './compression.ts';
import { decodeDirectory, findEntry } from './directory.ts';
import type { Directory } from './directory.ts';
import { checkSections, damagedArchive, decodeHeader, HEADER_BYTES } from './header.ts';
import type { ArchiveHeader, Section } from './header.ts';
import { tileId } from './tile-id.ts';

export interface Archive {
  readonly path: string;
  readonly header: ArchiveHeader;
  readonly metadata: Readonly<Record<string, unknown>>;
  /**
   * The stored bytes, compressed as `header.tileCompression` says; null where there is no such tile.
   * @throws {PlatformError} `format-damaged` where a directory contradicts itself; `not-readable`.
   */
  getTile(z: number, x: number, y: number): Promise<Uint8Array | null>;
  /** Where in the file a tile's bytes lie, to send them without holding them; null where there is no such tile. */
  locate(z: number, x: number, y: number): Promise<Section | null>;
  /** Every stored run of tiles in the order of their ids: `run` tiles from `id` on with the same content. */
  entries(): AsyncGenerator<{ readonly id: number; readonly run: number } & Section>;
  close(): Promise<void>;
}

/** Leaves kept: at some 4,000 entries of 32 bytes each, 8 MB. */
const LEAVES_KEPT = 64;
/**
 * A local read of this many bytes is waited for in this thread, as nginx does: from the page cache it takes less than
 * the hand-over to another thread (measured: a fifth of the CPU of a request).
 */
const WAITED_BYTES = 128 << 10;
/** Root and leaf are the rule; the format allows more, and a circle must end. */
const MAX_DEPTH = 4;

/**
 * @param path  A file or an http(s) URL.
 * @throws {PlatformError} `not-found`, `not-readable`, `format-unknown`, `format-unsupported` (another version),
 *   `format-damaged`: the file is too short, or header and directories contradict each other.
 */
export async function openArchive(path: string): Promise<Archive> {
  const source = await openByteSource(path);
  try {
    return await readArchive(source);
  } catch (error) {
    await source.close();
    throw error;
  }
}

/** The source is the caller's to close, or the archive's. @throws {PlatformError} as `openArchive` */
export async function readArchive(source: ByteSource): Promise<Archive> {
  const path = source.name;
  const header = decodeHeader(await source.read(0, HEADER_BYTES), path);
  checkSections(header, source.size ?? Infinity, path);
  const root = await readDirectory(source, header, header.root);
  const metadata = await readMetadata(source, header);
  const leaves = new Map<number, Directory>();

  function keep(leaf: Directory, offset: number): Directory {
    leaves.delete(offset); // the order of the map is the order of use
    leaves.set(offset, leaf);
    if (leaves.size > LEAVES_KEPT) leaves.delete(leaves.keys().next().value!);
    return leaf;
  }

  /** Searches the directories in memory; a leaf that has to be read makes it a promise. */
  function find(id: number, directory: Directory, depth: number): Section | null | Promise<Section | null> {
    const i = findEntry(directory.ids, id);
    if (i < 0) return null;
    const run = directory.runs[i]!;
    if (run > 0) return id < directory.ids[i]! + run ? tileSection(header, directory, i) : null;
    if (depth === MAX_DEPTH) throw damagedArchive(path, 'its directories lead in a circle');
    const offset = directory.offsets[i]!;
    const known = leaves.get(offset);
    if (known) return find(id, keep(known, offset), depth + 1);
    return readLeaf(source, header, directory, i).then((leaf) => find(id, keep(leaf, offset), depth + 1));
  }

  const locate = (z: number, x: number, y: number): Section | null | Promise<Section | null> =>
    z < header.minZoom || z > header.maxZoom || !isTile({ z, x, y } satisfies Tile)
      ? null
      : find(tileId(z, x, y), root, 1);

  async function* walk(directory: Directory, depth: number): ReturnType<Archive['entries']> {
    for (let i = 0; i < directory.ids.length; i++) {
      const run = directory.runs[i]!;
      if (run > 0) yield { id: directory.ids[i]!, run, ...tileSection(header, directory, i) };
      else if (depth === MAX_DEPTH) throw damagedArchive(path, 'its directories lead in a circle');
      else yield* walk(await readLeaf(source, header, directory, i), depth + 1);
    }
  }

  return {
    path,
    header,
    metadata,
    async getTile(z, x, y) {
      const found = locate(z, x, y);
      const section = found instanceof Promise ? await found : found;
      if (section === null) return null;
      if (source.readSync === undefined || section.length > WAITED_BYTES)
        return readExactly(source, section.offset, section.length);
      const bytes = source.readSync(section.offset, section.length);
      if (bytes.length < section.length) throw endsTooEarly(source, section.offset + section.length);
      return bytes;
    },
    locate: async (z, x, y) => locate(z, x, y),
    entries: () => walk(root, 1),
    close: () => source.close(),
  };
}

async function readDirectory(source: ByteSource, header: ArchiveHeader, section: Section): Promise<Directory> {
  const bytes = await readExactly(source, section.offset, section.length);
  try {
    const directory = decodeDirectory(decompress(bytes, header.internalCompression));
    checkEntries(directory, header);
    return directory;
  } catch (error) {
    if (isPlatformError(error)) throw error;
    throw damagedArchive(
      source.name,
      `the directory at byte ${section.offset} cannot be read (${(error as Error).message})`,
      error,
    );
  }
}

/** @throws {PlatformError} `format-damaged` also where the leaf holds tiles that its place in the parent excludes. */
async function readLeaf(source: ByteSource, header: ArchiveHeader, parent: Directory, i: number): Promise<Directory> {
  const section = { offset: header.leaves.offset + parent.offsets[i]!, length: parent.lengths[i]! };
  const leaf = await readDirectory(source, header, section);
  const last = leaf.ids.length - 1;
  const end = last < 0 ? 0 : leaf.ids[last]! + Math.max(1, leaf.runs[last]!);
  if (last < 0 || leaf.ids[0] !== parent.ids[i] || end > (parent.ids[i + 1] ?? Infinity))
    throw damagedArchive(source.name, `the leaf directory at byte ${section.offset} is not the one of its place`);
  return leaf;
}

function checkEntries({ runs, lengths, offsets, ids }: Directory, header: ArchiveHeader): void {
  for (let i = 0; i < ids.length; i++) {
    const within = runs[i] === 0 ? header.leaves.length : header.tileData.length;
    if (offsets[i]! + lengths[i]! > within)
      throw new RangeError(`the entry of tile id ${ids[i]} ends at byte ${offsets[i]! + lengths[i]!} of ${within}`);
  }
}

async function readMetadata(source: ByteSource, header: ArchiveHeader): Promise<Record<string, unknown>> {
  if (header.metadata.length === 0) return {};
  const bytes = await readExactly(source, header.metadata.offset, header.metadata.length);
  let parsed: unknown;
  try {
    parsed = JSON.parse(new TextDecoder().decode(decompress(bytes, header.internalCompression)));
  } catch (error) {
    throw damagedArchive(source.name, `its metadata cannot be read (${(error as Error).message})`, error);
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed))
    throw damagedArchive(source.name, 'its metadata is no JSON object');
  return parsed as Record<string, unknown>;
}

function tileSection(header: ArchiveHeader, { offsets, lengths }: Directory, i: number): Section {
  return { offset: header.tileData.offset + offsets[i]!, length: lengths[i]! };
}
