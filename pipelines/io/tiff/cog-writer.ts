/**
 * A COG being written. Blocks are appended to a scratch file in whatever order regions finish; at the end the header is
 * known and everything is copied behind it, coarsest overview first. So memory holds one number pair per block.
 */
import type { FileHandle } from 'node:fs/promises';
import { checkAborted } from '../byte-source/byte-source.ts';
import type { EncodedTile } from './block-sink.ts';
import { cogHeader } from './cog-header.ts';
import type { LevelBlocks } from './cog-header.ts';
import type { CogSpec } from './cog-layout.ts';
import { checkSpec, cogLevels } from './cog-layout.ts';

export interface CogWriter {
  /** Appends blocks that lie in `bytes` one after the other in the order of `tiles`, finest level first. */
  append(bytes: Uint8Array, tiles: readonly EncodedTile[]): Promise<void>;
  /** Writes header and blocks to `output`. @returns the file's size in bytes. */
  assemble(output: FileHandle, signal?: AbortSignal): Promise<number>;
}

interface Level extends LevelBlocks {
  total: number;
  /** Pieces of the scratch file that hold this level, in order. */
  readonly pieces: { readonly at: number; size: number }[];
}

const COPY_BYTES = 4 * 1024 * 1024;

/** @throws {PlatformError} `parameter-invalid` or `too-large` for a spec that no TIFF can hold */
export function createCogWriter(spec: CogSpec, scratch: FileHandle): CogWriter {
  checkSpec(spec);
  const levels: Level[] = cogLevels(spec).map((level) => {
    const n = spec.bands * level.blocksAcross * level.blocksDown;
    return { level, starts: new Float64Array(n), sizes: new Uint32Array(n), total: 0, pieces: [] };
  });
  let end = 0;
  return {
    async append(bytes, tiles) {
      let at = end;
      for (const tile of tiles) {
        note(levels[tile.level]!, tile, at);
        at += tile.sizeBytes;
      }
      await writeAll(scratch, bytes, end);
      end += bytes.length;
    },
    async assemble(output, signal) {
      const header = cogHeader(spec, levels);
      await writeAll(output, header, 0);
      let at = header.length;
      const buffer = new Uint8Array(COPY_BYTES);
      for (const { pieces } of levels.toReversed())
        for (const piece of pieces) {
          checkAborted(signal);
          await copy(scratch, piece.at, output, at, piece.size, buffer);
          at += piece.size;
        }
      return at;
    },
  };
}

function note(blocks: Level, { band, col, row, sizeBytes }: EncodedTile, at: number): void {
  const { blocksAcross, blocksDown } = blocks.level;
  const index = (band * blocksDown + row) * blocksAcross + col;
  blocks.starts[index] = blocks.total;
  blocks.sizes[index] = sizeBytes;
  blocks.total += sizeBytes;
  const last = blocks.pieces.at(-1);
  if (last && last.at + last.size === at) last.size += sizeBytes;
  else blocks.pieces.push({ at, size: sizeBytes });
}

async function copy(
  from: FileHandle,
  fromAt: number,
  to: FileHandle,
  toAt: number,
  size: number,
  buffer: Uint8Array,
): Promise<void> {
  for (let done = 0; done < size;) {
    const part = Math.min(buffer.length, size - done);
    const { bytesRead } = await from.read(buffer, 0, part, fromAt + done);
    if (bytesRead === 0) throw new Error(`The scratch file ends ${size - done} bytes early`);
    await writeAll(to, buffer.subarray(0, bytesRead), toAt + done);
    done += bytesRead;
  }
}

/** `write` may take less than it is given; this does not stop before all is written. */
async function writeAll(file: FileHandle, bytes: Uint8Array, position: number): Promise<void> {
  for (let done = 0; done < bytes.length;) {
    const { bytesWritten } = await file.write(bytes, done, bytes.length - done, position + done);
    done += bytesWritten;
  }
}
