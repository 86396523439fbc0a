/** Small archives for tests, made by the project's own writer. */
import { mkdtempSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Tile } from '../../pipelines/core/grid/tile-matrix-set.ts';
import { ArchiveWriter } from '../../pipelines/io/pmtiles/writer.ts';

export interface TestTile extends Tile {
  readonly bytes: Uint8Array;
}

export function temporaryFolder(label: string): string {
  return mkdtempSync(join(tmpdir(), `landmeter-${label}-`));
}

/** Writes `archives/<name>.pmtiles` in a workspace. */
export async function putArchive(
  workspace: string,
  name: string,
  tiles: readonly TestTile[],
  options: {
    readonly type?: 'png' | 'mvt';
    readonly compression?: 'none' | 'gzip';
    readonly metadata?: Record<string, unknown>;
  } = {},
): Promise<string> {
  const { type = 'png', compression = 'none', metadata = {} } = options;
  await mkdir(join(workspace, 'archives'), { recursive: true });
  const path = join(workspace, 'archives', `${name}.pmtiles`);
  const writer = await ArchiveWriter.create(path, { tileType: type, tileCompression: compression });
  for (const { bytes, ...tile } of tiles) await writer.put(tile, bytes);
  const zooms = tiles.map((t) => t.z);
  await writer.finish({
    minZoom: Math.min(...zooms),
    maxZoom: Math.max(...zooms),
    bounds: [5, 52, 5.3, 52.2],
    metadata: { name, attribution: 'Test', ...metadata },
  });
  return path;
}
