/**
 * The rules of `pmtiles verify` (protomaps/go-pmtiles, pmtiles/verify.go), on what the `pmtiles` package reads.
 */
import { readFileSync } from 'node:fs';
import { PMTiles, SharedPromiseCache, tileIdToZxy } from 'pmtiles';
import type { Entry, Header, Source } from 'pmtiles';

export function fileSource(path: string): Source {
  const file = readFileSync(path);
  return {
    getKey: () => path,
    getBytes: async (offset, length) => ({ data: new Uint8Array(file.subarray(offset, offset + length)).buffer }),
  };
}

export interface Verified {
  readonly header: Header;
  readonly entries: readonly Entry[];
  readonly leaves: number;
  /** What `pmtiles verify` would complain of. */
  readonly complaints: readonly string[];
}

export async function verifyArchive(path: string): Promise<Verified> {
  const size = readFileSync(path).length;
  const source = fileSource(path);
  const header = await new PMTiles(source).getHeader();
  const cache = new SharedPromiseCache();
  let leaves = 0;
  const walk = async (offset: number, length: number): Promise<Entry[]> => {
    const own = await cache.getDirectory(source, offset, length, header);
    const all: Entry[] = [];
    for (const entry of own) {
      if (entry.runLength > 0) all.push(entry);
      else {
        leaves++;
        all.push(...(await walk(header.leafDirectoryOffset + entry.offset, entry.length)));
      }
    }
    return all;
  };
  const entries = await walk(header.rootDirectoryOffset, header.rootDirectoryLength);
  const complaints: string[] = [];
  const demand = (holds: boolean, complaint: string) => void (holds || complaints.push(complaint));
  const { jsonMetadataLength, leafDirectoryLength = 0, tileDataLength = 0, rootDirectoryLength } = header;
  demand(rootDirectoryLength + 127 <= 16384, 'the root directory passes the first 16 KiB');
  demand(
    size === 127 + rootDirectoryLength + jsonMetadataLength + leafDirectoryLength + tileDataLength,
    'total length of archive does not match the header',
  );
  demand(header.leafDirectoryOffset !== 0 && header.tileDataOffset !== 0, 'an offset is 0');
  const seen = new Set<number>();
  let end = 0;
  let last = -1;
  for (const { tileId, offset, length, runLength } of entries) {
    demand(tileId > last, `tile id ${tileId} is out of order`);
    last = tileId + runLength - 1;
    demand(offset + length <= tileDataLength, `tile id ${tileId} lies outside of the tile data`);
    if (!seen.has(offset)) {
      demand(offset === end, `tile id ${tileId} is out of order in a clustered archive`);
      end += length;
    }
    seen.add(offset);
  }
  demand(entries.reduce((sum, e) => sum + e.runLength, 0) === header.numAddressedTiles, 'addressed tiles');
  demand(entries.length === header.numTileEntries, 'tile entries');
  demand(seen.size === header.numTileContents, 'tile contents');
  demand(tileIdToZxy(entries[0]!.tileId)[0] === header.minZoom, 'min zoom');
  demand(tileIdToZxy(entries.at(-1)!.tileId)[0] === header.maxZoom, 'max zoom');
  demand(header.centerZoom >= header.minZoom && header.centerZoom <= header.maxZoom, 'centre zoom');
  demand(header.minLon < header.maxLon && header.minLat < header.maxLat, 'bounds have no area');
  return { header, entries, leaves, complaints };
}
