/** Encodes, compresses and stores tiles, and keeps each of them small enough for a map to draw. */
import { setImmediate } from 'node:timers/promises';
import { promisify } from 'node:util';
import { gzip, gzipSync } from 'node:zlib';
import { PlatformError } from '../core/errors.ts';
import type { FeatureLayer } from '../core/vector/feature-layer.ts';
import { TileEncoder } from '../core/vector/tile-encoder.ts';
import type { TileNode } from '../core/vector/tile-walk.ts';
import type { ArchiveWriter } from '../io/pmtiles/writer.ts';
import type { RunControls } from './progress.ts';

/** Limits of a tile, compressed: those of tippecanoe. */
const MAX_TILE_BYTES = 500_000;
const MAX_TILE_FEATURES = 200_000;
/** Compressed size as a part of the size, at the least: what is far too large need not be compressed to know it. */
const LEAST_RATIO = 0.2;
/** Each attempt aims a little below the limit, and none is more than the one before. */
const AIM = 0.95;
const MOST_KEPT = 0.9;
/** Below this share only a single enormous feature can be left; it is stored as it is. */
const LEAST_SHARE = 1e-6;
/** Up to here a tile is compressed in this thread: the way to another costs 80 µs of CPU, as much as its compression. */
const INLINE_BYTES = 32 << 10;
/** The least that zlib takes as the size of its output buffer. */
const MIN_CHUNK = 64;
/** The event loop gets a turn this often. */
const BREATH_MS = 50;
/** Tiles in the hands of Node's threads at a time. */
const IN_FLIGHT = 8;

const compress = promisify(gzip);

/** @returns notes. @throws {PlatformError} `aborted`, `disk-full`, `not-writable` */
export async function writeTiles(
  writer: ArchiveWriter,
  layers: readonly FeatureLayer[],
  nodes: Iterable<TileNode>,
  maxZoom: number,
  { signal, progress }: RunControls,
): Promise<string[]> {
  const encoder = new TileEncoder(layers);
  const pending = new Set<Promise<void>>();
  let thinned = 0;
  let breath = performance.now();
  for (const node of nodes) {
    if (signal?.aborted) throw new PlatformError('aborted', 'Stopped as asked; nothing half-written is left');
    const tile = fit(encoder, node);
    if (tile === null) continue;
    if (tile.share < 1 && node.z === maxZoom) thinned++;
    const { z, x, y } = node;
    if (tile.isCompressed) await writer.put({ z, x, y }, tile.bytes);
    else {
      const stored = compress(tile.bytes).then((bytes) => writer.put({ z, x, y }, bytes));
      pending.add(stored);
      stored.then(
        () => pending.delete(stored),
        () => {}, // stays, and is thrown by the wait below
      );
      if (pending.size >= IN_FLIGHT) await Promise.race(pending);
    }
    if (performance.now() - breath > BREATH_MS) {
      await setImmediate(); // lets Ctrl-C in
      breath = performance.now();
    }
    progress?.advance();
  }
  await Promise.all(pending);
  if (thinned === 0) return [];
  const tiles = thinned === 1 ? '1 tile' : `${thinned} tiles`;
  const hold = thinned === 1 ? 'holds' : 'hold';
  return [
    `${tiles} of zoom ${maxZoom} ${hold} only a part of the features, or coarser shapes, because all would pass ` +
      `${MAX_TILE_BYTES / 1000} kB; a larger --maxzoom keeps them`,
  ];
}

interface FittedTile {
  readonly bytes: Uint8Array;
  readonly isCompressed: boolean;
  readonly share: number;
}

/** Encodes a tile, again with a smaller share until it is within the limits; null where nothing is to be drawn. */
function fit(encoder: TileEncoder, node: TileNode): FittedTile | null {
  let share = 1;
  for (;;) {
    const { bytes, features } = encoder.encode(node, share);
    if (features === 0) return null;
    let excess = features / MAX_TILE_FEATURES;
    if (excess <= 1 && bytes.length > INLINE_BYTES && bytes.length <= MAX_TILE_BYTES)
      return { bytes: bytes.slice(), isCompressed: false, share };
    if (bytes.length * LEAST_RATIO > MAX_TILE_BYTES)
      excess = Math.max(excess, (bytes.length * LEAST_RATIO) / MAX_TILE_BYTES);
    if (excess <= 1 || share < LEAST_SHARE) {
      const compressed = gzipSync(bytes, { chunkSize: Math.max(MIN_CHUNK, bytes.length) });
      excess = compressed.length / MAX_TILE_BYTES;
      if (excess <= 1 || share < LEAST_SHARE) return { bytes: compressed, isCompressed: true, share };
    }
    share *= Math.min(MOST_KEPT, AIM / excess);
  }
}
