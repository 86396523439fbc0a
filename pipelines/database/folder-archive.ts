/**
 * A folder as one gzipped tar, written and read as a stream: a database of gigabytes must not pass through memory.
 * @see POSIX.1-2017, pax, ustar interchange format
 */
import { createReadStream } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { mkdir, open, readdir, stat } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';
import { PlatformError } from '../core/errors.ts';

const BLOCK = 512;
const MAX_NAME = 100;
const FILE = '0';
const FOLDER = '5';

/** Writes to `output` from its beginning; the folder must not change meanwhile. */
export async function packFolder(folder: string, output: FileHandle): Promise<void> {
  await pipeline(Readable.from(entriesOf(folder)), createGzip(), async (chunks: AsyncIterable<Buffer>) => {
    for await (const chunk of chunks) await output.writeFile(chunk);
  });
}

async function* entriesOf(folder: string): AsyncGenerator<Buffer> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries.map((entry) => join(entry.parentPath, entry.name)).sort();
  for (const path of paths) {
    const name = relative(folder, path).replaceAll('\\', '/');
    const stats = await stat(path);
    if (stats.isDirectory()) yield header(`${name}/`, 0, FOLDER);
    else if (stats.isFile()) {
      yield header(name, stats.size, FILE);
      for await (const chunk of createReadStream(path)) yield chunk as Buffer;
      yield Buffer.alloc(padding(stats.size));
    }
  }
  yield Buffer.alloc(2 * BLOCK);
}

function header(name: string, size: number, type: string): Buffer {
  if (Buffer.byteLength(name) > MAX_NAME) throw new Error(`${name} is longer than a name of a tar may be`);
  const block = Buffer.alloc(BLOCK);
  const put = (text: string, at: number) => void block.write(text, at, 'latin1');
  const octal = (value: number, digits: number) => value.toString(8).padStart(digits, '0');
  block.write(name, 0, 'utf8');
  put(octal(type === FOLDER ? 0o700 : 0o600, 7), 100);
  put(octal(0, 7), 108);
  put(octal(0, 7), 116);
  put(octal(size, 11), 124);
  put(octal(0, 11), 136);
  put(type, 156);
  put('ustar\x0000', 257);
  put(`${octal(checksum(block), 6)}\0 `, 148);
  return block;
}

/** The sum of all bytes of a header, its own field taken as blanks. */
function checksum(block: Buffer): number {
  let sum = 8 * 0x20;
  for (let i = 0; i < BLOCK; i++) if (i < 148 || i >= 156) sum += block[i]!;
  return sum;
}

function padding(size: number): number {
  return (BLOCK - (size % BLOCK)) % BLOCK;
}

/**
 * @param folder  Exists and is empty.
 * @throws {PlatformError} `format-unknown`, `format-damaged` where the archive is none of ours or ends too early
 */
export async function unpackFolder(archive: string, folder: string): Promise<void> {
  const unpacker = new Unpacker(archive, folder);
  try {
    await pipeline(createReadStream(archive), createGunzip(), async (chunks: AsyncIterable<Buffer>) => {
      for await (const chunk of chunks) await unpacker.push(chunk);
    });
  } catch (error) {
    if (error instanceof PlatformError || (error as NodeJS.ErrnoException).syscall !== undefined) throw error;
    throw damaged(archive, (error as Error).message, error);
  } finally {
    await unpacker.close();
  }
  if (!unpacker.isComplete) throw damaged(archive, 'it ends too early');
}

class Unpacker {
  readonly #archive: string;
  readonly #folder: string;
  #pending: Buffer = Buffer.alloc(0);
  #file: FileHandle | null = null;
  /** Bytes of the entry, and of the padding behind it, that are still to come. */
  #left = 0;
  #pad = 0;
  isComplete = false;

  constructor(archive: string, folder: string) {
    this.#archive = archive;
    this.#folder = folder;
  }

  async push(chunk: Buffer): Promise<void> {
    let data = this.#pending.length > 0 ? Buffer.concat([this.#pending, chunk]) : chunk;
    while (data.length > 0 && !this.isComplete) {
      if (this.#left > 0) {
        const part = data.subarray(0, this.#left);
        await this.#file!.writeFile(part);
        this.#left -= part.length;
        data = data.subarray(part.length);
        if (this.#left === 0) await this.close();
      } else if (this.#pad > 0) {
        const skipped = Math.min(this.#pad, data.length);
        this.#pad -= skipped;
        data = data.subarray(skipped);
      } else if (data.length < BLOCK) break;
      else {
        await this.#begin(data.subarray(0, BLOCK));
        data = data.subarray(BLOCK);
      }
    }
    this.#pending = this.isComplete ? Buffer.alloc(0) : Buffer.from(data);
  }

  async close(): Promise<void> {
    const file = this.#file;
    this.#file = null;
    await file?.close();
  }

  async #begin(block: Buffer): Promise<void> {
    if (block.every((byte) => byte === 0)) {
      this.isComplete = true;
      return;
    }
    const text = (at: number, length: number) => block.toString('utf8', at, at + length).replace(/\0.*$/s, '');
    const [name, type, size] = [text(0, MAX_NAME), text(156, 1), parseInt(text(124, 12), 8)];
    if (parseInt(text(148, 7), 8) !== checksum(block) || !(size >= 0) || name.startsWith('/') || name.includes('..'))
      throw damaged(this.#archive, 'it is no archive that was made here');
    const path = join(this.#folder, name);
    if (type === FOLDER) await mkdir(path, { recursive: true, mode: 0o700 });
    else {
      await mkdir(dirname(path), { recursive: true, mode: 0o700 });
      this.#file = await open(path, 'w', 0o600);
      this.#left = size;
      this.#pad = padding(size);
      if (size === 0) await this.close();
    }
  }
}

function damaged(archive: string, why: string, cause?: unknown): PlatformError {
  return new PlatformError('format-damaged', `${archive} cannot be used as a backup: ${why}`, {
    detail: { path: archive },
    cause,
  });
}
