/** Collects the compressed blocks of a part of a COG, so that they move between threads as one buffer. */
import type { CogSpec } from './cog-layout.ts';
import { blockSizeOf } from './cog-layout.ts';
import { createCompressor, predictBlock, predictorOf } from './encode-block.ts';
import type { BlockSource } from './encode-block.ts';

/** A compressed block: `band` from 0, `col` and `row` in blocks of its level. */
export interface EncodedTile {
  readonly level: number;
  readonly band: number;
  readonly col: number;
  readonly row: number;
  readonly sizeBytes: number;
}

export interface BlockSink {
  /** Encodes all blocks of one level of a part whose upper left pixel is (col, row) of that level. */
  add(bands: readonly BlockSource[], level: number, col: number, row: number): void;
  finish(): { bytes: Uint8Array; tiles: EncodedTile[] };
}

const FIRST_BYTES = 1024 * 1024;
/** Where the last sink of this thread collected its blocks. */
let spare: Uint8Array | undefined;

/** Collects compressed blocks. */
export function createBlockSink(spec: CogSpec): BlockSink {
  const size = blockSizeOf(spec);
  const predictor = predictorOf(spec);
  const tiles: EncodedTile[] = [];
  let bytes = spare ?? new Uint8Array(FIRST_BYTES);
  let end = 0;
  spare = undefined;
  const compress = createCompressor(spec.compression ?? 'deflate');
  return {
    add(bands, level, col, row) {
      bands.forEach((band, b) => {
        for (let y = 0; y < band.height; y += size)
          for (let x = 0; x < band.width; x += size) {
            const part = compress(predictBlock(band, x, y, size, predictor));
            if (end + part.length > bytes.length) bytes = grown(bytes, end + part.length);
            bytes.set(part, end);
            end += part.length;
            tiles.push({ level, band: b, col: (col + x) / size, row: (row + y) / size, sizeBytes: part.length });
          }
      });
    },
    finish() {
      spare = bytes;
      return { bytes: bytes.slice(0, end), tiles };
    },
  };
}

function grown(bytes: Uint8Array, least: number): Uint8Array {
  const larger = new Uint8Array(Math.max(least, 2 * bytes.length));
  larger.set(bytes);
  return larger;
}
