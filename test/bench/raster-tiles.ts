/**
 * Tiles drawn on demand, over HTTP: NDVI of a scene as PNG and WebP, each tile asked for the first time, in turn with
 * TiTiler where it is installed (a Python with `titiler.core` and `uvicorn`, named by LANDMETER_BENCH_TITILER).
 */
import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { lonLatToMercator, tileRange } from '../../pipelines/core/grid/tile-matrix-set.ts';
import type { Tile } from '../../pipelines/core/grid/tile-matrix-set.ts';
import { openRaster } from '../../pipelines/io/open-raster.ts';
import { boundsOfRaster } from '../../pipelines/core/grid/bounds.ts';
import { lonLatBoxOf } from '../../pipelines/core/grid/reproject-bounds.ts';
import { LANDMETER, landmeter } from './inputs.ts';
import type { Scene } from './inputs.ts';
import { ask, residentMb, startServer } from './load.ts';
import type { Load, Served } from './load.ts';
import { run } from './measure.ts';

export interface TileLoad {
  readonly what: string;
  readonly clients: number;
  readonly ours: Load;
  /** Null where TiTiler is not installed. */
  readonly peer: Load | null;
}

export interface RasterTilesResult {
  readonly loads: readonly TileLoad[];
  /** Resident MB of the server after 500 requests and after 3,000. */
  readonly memory: readonly [at500: number, at3000: number];
  /** Median milliseconds. */
  readonly unchangedMs: number;
  readonly keptMs: number;
}

const PORT = 8973;
const PEER_PORT = 8974;
const ZOOMS = [8, 11, 14];
const TILES_A_ZOOM = 60;
const MEMORY_REQUESTS = 3000;
type Urls = (tiles: readonly Tile[], format: string) => string[];

export async function measureRasterTiles(
  scene: Scene,
  work: string,
  titiler: string | null,
): Promise<RasterTilesResult> {
  const date = scene.dates[1]!;
  const workspace = join(work, `raster-workspace-${scene.size}`);
  if (!existsSync(workspace)) {
    mkdirSync(workspace, { recursive: true });
    await run(landmeter('ingest', date, '--workspace', workspace, '--quiet'));
  }
  const box = await boxOf(join(date, 'B08.tif'));
  const serve = ['serve', '--workspace', workspace, '--port', String(PORT), '--quiet'];
  const server = await startServer([process.execPath, LANDMETER, ...serve], PORT, '/readyz');
  const peer = titiler === null ? null : await startTitiler(titiler, date);
  try {
    const urls = ourUrls(basename(date));
    const tilesAt = new Map(ZOOMS.map((z) => [z, tilesOver(box, z, TILES_A_ZOOM)]));
    const all = [...tilesAt.values()].flat();
    const inTurn = async (
      what: string,
      tiles: readonly Tile[],
      format: string,
      clients: number,
    ): Promise<TileLoad> => ({
      what: `${what}, ${format === 'png' ? 'PNG' : 'WebP'}`,
      clients,
      ours: await ask(server, urls(tiles, format), clients),
      peer: peer && (await ask(peer.served, peer.urls(tiles, format), clients)),
    });
    for (const format of ['png', 'webp']) for (let k = 0; k < 2; k++) await inTurn('warm-up', all, format, 2);
    const loads: TileLoad[] = [];
    for (const format of ['png', 'webp']) {
      for (const [z, tiles] of tilesAt)
        for (const clients of [1, 10]) loads.push(await inTurn(`z${z}`, tiles, format, clients));
      for (const clients of [1, 4]) loads.push(await inTurn('z8, z11 and z14', all, format, clients));
    }
    const known = urls(all, 'png');
    await ask(server, known, 1);
    const kept = await ask(server, known, 1);
    const unchanged = await ask(server, known, 1, await tagsOf(known));
    const memory = await measureMemory(server, tilesOver(box, 13, 500), urls);
    return { loads, memory, keptMs: kept.p50Ms, unchangedMs: unchanged.p50Ms };
  } finally {
    server.process.kill();
    if (peer) peer.served.process.kill();
  }
}

/** Another range each time: the blocks may be known, the tile is not. */
function ourUrls(id: string): Urls {
  let count = 1000;
  const query = 'expression=(nir-red)/(nir%2Bred)&colormap=rdylgn&resampling=nearest';
  return (tiles, format) =>
    tiles.map(
      ({ z, x, y }) =>
        `/raster/${id}/tiles/WebMercatorQuad/${z}/${x}/${y}.${format}?${query}&rescale=-0.2,0.9${count++}`,
    );
}

async function boxOf(path: string) {
  const source = await openRaster(path);
  const { transform, epsg, width, height } = source.info;
  await source.close();
  return lonLatBoxOf(boundsOfRaster(transform!, width, height, epsg!))!;
}

/** So many tiles spread evenly over a box; where there are fewer, each several times. */
function tilesOver(
  [west, south, east, north]: readonly [number, number, number, number],
  z: number,
  count: number,
): Tile[] {
  const [minX, minY] = lonLatToMercator(west, south);
  const [maxX, maxY] = lonLatToMercator(east, north);
  const range = tileRange({ minX, minY, maxX, maxY, epsg: 3857 }, z);
  const across = range.maxX - range.minX + 1;
  const there = across * (range.maxY - range.minY + 1);
  return Array.from({ length: count }, (_, k) => {
    const at = there < count ? k % there : Math.floor((k * there) / count);
    return { z, x: range.minX + (at % across), y: range.minY + Math.floor(at / across) };
  });
}

async function measureMemory(server: Served, tiles: readonly Tile[], urls: Urls): Promise<[number, number]> {
  let at500 = 0;
  for (let done = 0; done < MEMORY_REQUESTS; done += tiles.length) {
    await ask(server, urls(tiles, 'png'), 4);
    if (done < 500) at500 = residentMb(server.process.pid!);
  }
  return [at500, residentMb(server.process.pid!)];
}

/** The same scene as one file of two bands, as TiTiler wants it. */
async function startTitiler(python: string, date: string): Promise<{ served: Served; urls: Urls }> {
  const [cog, vrt] = [join(date, 'titiler.tif'), join(date, 'titiler.vrt')];
  if (!existsSync(cog)) {
    await run(['gdalbuildvrt', '-q', '-separate', vrt, join(date, 'B04.tif'), join(date, 'B08.tif')]);
    await run(['gdal_translate', '-q', '-of', 'COG', '-co', 'COMPRESS=DEFLATE', '-co', 'PREDICTOR=2', vrt, cog]);
    rmSync(vrt);
  }
  const app = ['--app-dir', join(import.meta.dirname, 'peers'), 'titiler_app:app'];
  const command = [python, '-m', 'uvicorn', ...app, '--port', String(PEER_PORT), '--log-level', 'error'];
  const query = `url=${encodeURIComponent(cog)}&expression=(b2-b1)/(b2%2Bb1)&rescale=-0.2,0.9&colormap_name=rdylgn`;
  return {
    served: await startServer(command, PEER_PORT, '/healthz'),
    urls: (tiles, format) => tiles.map(({ z, x, y }) => `/cog/tiles/WebMercatorQuad/${z}/${x}/${y}.${format}?${query}`),
  };
}

async function tagsOf(paths: readonly string[]): Promise<string[]> {
  const tags: string[] = [];
  for (const path of paths) tags.push((await fetch(`http://127.0.0.1:${PORT}${path}`)).headers.get('etag')!);
  return tags;
}
