import type { LonLatBox } from '../../core/grid/bounds.ts';
import type { Compression, TileType } from './header.ts';
import { openArchive } from './reader.ts';

/** What `landmeter info` tells of an archive. */
export interface ArchiveSummary {
  readonly format: 'PMTiles';
  readonly version: 3;
  readonly tileType: TileType;
  readonly tileCompression: Compression;
  readonly minZoom: number;
  readonly maxZoom: number;
  /** Degrees, WGS 84. */
  readonly bounds: LonLatBox;
  readonly center: readonly [lon: number, lat: number, zoom: number];
  readonly tiles: number;
  readonly entries: number;
  readonly contents: number;
  readonly clustered: boolean;
  readonly metadata: Readonly<Record<string, unknown>>;
}

/** @throws {PlatformError} as `openArchive` */
export async function summariseArchive(path: string): Promise<ArchiveSummary> {
  const archive = await openArchive(path);
  await archive.close();
  const { tileType, tileCompression, minZoom, maxZoom, bounds, center, tiles, entries, contents, clustered } =
    archive.header;
  return {
    format: 'PMTiles',
    version: 3,
    tileType,
    tileCompression,
    minZoom,
    maxZoom,
    bounds,
    center,
    tiles,
    entries,
    contents,
    clustered,
    metadata: archive.metadata,
  };
}
