/** What the server knows of files without reading pixels: the stamp that tells a replaced one, and the header. */
import { stat } from 'node:fs/promises';
import { openRaster } from '../../../pipelines/io/open-raster.ts';
import type { RasterInfo } from '../../../pipelines/io/raster-source.ts';
import { createKept } from './kept.ts';

export interface Files {
  /** Size and time of change; empty for what lies on a server, whose catalogue entry vouches for it. */
  stampOf(path: string): Promise<string>;
  /** @throws {PlatformError} as `openRaster` */
  headerOf(path: string): Promise<RasterInfo>;
}

/** A map asks for hundreds of tiles in a moment: a file is looked at once for them. */
const STAMP_MS = 2000;

export function createFiles(): Files {
  const stamps = createKept<Promise<string>>({ most: 2000, lifeMs: STAMP_MS });
  const headers = createKept<Promise<RasterInfo>>({ most: 500, lifeMs: Infinity });
  const stampOf = (path: string) => stamps.get(path, () => readStamp(path));
  return {
    stampOf,
    headerOf: async (path) => headers.get(`${await stampOf(path)} ${path}`, () => readHeader(path)),
  };
}

async function readStamp(path: string): Promise<string> {
  if (/^https?:/i.test(path)) return '';
  const stats = await stat(path.replace(/\.zip!\/.*$/i, '.zip')).catch(() => null);
  return stats ? `${stats.size}:${stats.mtimeMs}` : 'gone';
}

async function readHeader(path: string): Promise<RasterInfo> {
  const source = await openRaster(path);
  await source.close();
  return source.info;
}
