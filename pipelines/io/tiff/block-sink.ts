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

/** Collects compressed blocks. */
export function createBlockSink(spec: CogSpec): BlockSink {
  const size = blockSizeOf(spec);
  const predictor = predictorOf(spec);
  const tiles: EncodedTile[] = [];
  const parts: Uint8Array[] = [];
  const compress = createCompressor(spec.compression ?? 'deflate');
  return {
    add(bands, level, col, row) {
      bands.forEach((band, b) => {
        for (let y = 0; y < band.height; y += size)
          for (let x = 0; x < band.width; x += size) {
            const bytes = predictBlock(band, x, y, size, predictor);
            const part = compress(bytes);
            parts.push(part);
            tiles.push({ level, band: b, col: (col + x) / size, row: (row + y) / size, sizeBytes: part.length });
          }
      });
    },
    finish() {
      const bytes = new Uint8Array(parts.reduce((n, p) => n + p.length, 0));
      let at = 0;
      for (const part of parts) {
        bytes.set(part, at);
        at += part.length;
      }
      return { bytes, tiles };
    },
  };
}
