/** Encodes, compresses and stores tiles. */
import { setImmediate } from 'node:timers/promises';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { PlatformError } from '../core/errors.ts';
import type { FeatureLayer } from '../core/vector/feature-layer.ts';
import { TileEncoder } from '../core/vector/tile-encoder.ts';
import type { TileNode } from '../core/vector/tile-walk.ts';
import type { ArchiveWriter } from '../io/pmtiles/writer.ts';
import { fitTile, MAX_TILE_BYTES } from '../vector-tiles/fit-tile.ts';
import type { RunControls } from './progress.ts';

/** Up to here a tile is compressed in this thread: the way to another costs 80 µs of CPU, as much as its compression. */
const INLINE_BYTES = 32 << 10;
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
    const tile = fitTile(encoder, node, INLINE_BYTES);
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
