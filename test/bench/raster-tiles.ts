/**
 * Tiles drawn on demand, over HTTP: NDVI of a scene as PNG and WebP, each tile asked for the first time. TiTiler beside
 * it where it is installed (a Python with `titiler.core` and `uvicorn`, named by LANDMETER_BENCH_TITILER).
 */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { Agent, get } from 'node:http';
import { basename, join } from 'node:path';
import { lonLatToMercator, tileRange } from '../../pipelines/core/grid/tile-matrix-set.ts';
import type { Tile } from '../../pipelines/core/grid/tile-matrix-set.ts';
import { openRaster } from '../../pipelines/io/open-raster.ts';
import { boundsOfRaster } from '../../pipelines/core/grid/bounds.ts';
import { lonLatBoxOf } from '../../pipelines/core/grid/reproject-bounds.ts';
import { LANDMETER, landmeter } from './inputs.ts';
import type { Scene } from './inputs.ts';
import { median, run } from './measure.ts';

export interface TileLoad {
  readonly what: string;
  readonly clients: number;
  readonly tiles: number;
  /** Milliseconds of the server's CPU for each tile. */
  readonly cpuMs: number;
  readonly p50Ms: number;
  readonly p95Ms: number;
  readonly perSecond: number;
  readonly kilobytes: number;
}

export interface RasterTilesResult {
  readonly loads: readonly TileLoad[];
  readonly peerLoads: readonly TileLoad[];
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

export async function measureRasterTiles(
  scene: Scene,
  work: string,
  titiler: string | null,
): Promise<RasterTilesResult> {
  const date = scene.dates[1]!;
  const id = basename(date);
  const workspace = join(work, `raster-workspace-${scene.size}`);
  if (!existsSync(workspace)) {
    mkdirSync(workspace, { recursive: true });
    await run(landmeter('ingest', date, '--workspace', workspace, '--quiet'));
  }
  const box = await boxOf(join(date, 'B08.tif'));
  const server = await start(
    [process.execPath, LANDMETER, 'serve', '--workspace', workspace, '--port', String(PORT), '--quiet'],
    PORT,
    '/readyz',
  );
  let round = 0;
  /** Another range each time: the blocks may be known, the tile is not. */
  const urls = (tiles: readonly Tile[], format: string) => {
    round++;
    return tiles.map(
      ({ z, x, y }) =>
        `/raster/${id}/tiles/WebMercatorQuad/${z}/${x}/${y}.${format}?expression=(nir-red)/(nir%2Bred)&rescale=-0.2,0.9${round}&colormap=rdylgn`,
    );
  };
  try {
    const loads: TileLoad[] = [];
    const all = ZOOMS.flatMap((z) => tilesOver(box, z, TILES_A_ZOOM));
    await ask(server, PORT, 'warm-up', urls(all, 'png'), 1);
    for (const z of ZOOMS)
      loads.push(await ask(server, PORT, `z${z}, PNG`, urls(tilesOver(box, z, TILES_A_ZOOM), 'png'), 1));
    for (const format of ['png', 'webp'])
      for (const clients of [1, 4, 10])
        loads.push(await ask(server, PORT, `z8 to z14, ${format}`, urls(all, format), clients));
    const known = urls(all, 'png');
    await ask(server, PORT, 'kept', known, 1);
    const kept = await ask(server, PORT, 'kept', known, 1);
    const unchanged = await ask(server, PORT, 'unchanged', known, 1, await tagsOf(known));
    const memory = await measureMemory(server, tilesOver(box, 13, 500), urls);
    const peerLoads = titiler ? await askTitiler(titiler, date, all) : [];
    return { loads, peerLoads, memory, keptMs: kept.p50Ms, unchangedMs: unchanged.p50Ms };
  } finally {
    server.kill();
  }
}

async function boxOf(path: string) {
  const source = await openRaster(path);
  const { transform, epsg, width, height } = source.info;
  await source.close();
  return lonLatBoxOf(boundsOfRaster(transform!, width, height, epsg!))!;
}

/** Tiles spread evenly over a box. */
function tilesOver(
  [west, south, east, north]: readonly [number, number, number, number],
  z: number,
  most: number,
): Tile[] {
  const [minX, minY] = lonLatToMercator(west, south);
  const [maxX, maxY] = lonLatToMercator(east, north);
  const range = tileRange({ minX, minY, maxX, maxY, epsg: 3857 }, z);
  const across = range.maxX - range.minX + 1;
  const count = across * (range.maxY - range.minY + 1);
  const step = Math.max(1, count / most);
  return Array.from({ length: Math.min(most, count) }, (_, k) => {
    const at = Math.floor(k * step);
    return { z, x: range.minX + (at % across), y: range.minY + Math.floor(at / across) };
  });
}

async function measureMemory(
  server: ChildProcess,
  tiles: readonly Tile[],
  urls: (tiles: readonly Tile[], format: string) => string[],
): Promise<[number, number]> {
  let at500 = 0;
  for (let done = 0; done < MEMORY_REQUESTS; done += tiles.length) {
    await ask(server, PORT, 'memory', urls(tiles, 'png'), 4);
    if (done < 500) at500 = residentMb(server.pid!);
  }
  return [at500, residentMb(server.pid!)];
}

/** The same scene as one file of two bands, as TiTiler wants it. */
async function askTitiler(python: string, date: string, tiles: readonly Tile[]): Promise<TileLoad[]> {
  const cog = join(date, 'titiler.tif');
  const vrt = join(date, 'titiler.vrt');
  if (!existsSync(cog)) {
    await run(['gdalbuildvrt', '-q', '-separate', vrt, join(date, 'B04.tif'), join(date, 'B08.tif')]);
    await run(['gdal_translate', '-q', '-of', 'COG', '-co', 'COMPRESS=DEFLATE', '-co', 'PREDICTOR=2', vrt, cog]);
    rmSync(vrt);
  }
  const app = join(import.meta.dirname, 'peers');
  const command = [
    python,
    '-m',
    'uvicorn',
    '--app-dir',
    app,
    'titiler_app:app',
    '--port',
    String(PEER_PORT),
    '--log-level',
    'error',
  ];
  const peer = await start(command, PEER_PORT, '/healthz');
  try {
    const query = `url=${encodeURIComponent(cog)}&expression=(b2-b1)/(b2%2Bb1)&rescale=-0.2,0.9&colormap_name=rdylgn`;
    const loads: TileLoad[] = [];
    const urls = (format: string) =>
      tiles.map(({ z, x, y }) => `/cog/tiles/WebMercatorQuad/${z}/${x}/${y}.${format}?${query}`);
    await ask(peer, PEER_PORT, 'warm-up', urls('png'), 1);
    for (const format of ['png', 'webp'])
      for (const clients of [1, 4])
        loads.push(await ask(peer, PEER_PORT, `z8 to z14, ${format}`, urls(format), clients));
    return loads;
  } finally {
    peer.kill();
  }
}

async function start(command: readonly string[], port: number, path: string): Promise<ChildProcess> {
  const child = spawn(command[0]!, command.slice(1), {
    stdio: 'ignore',
    env: { ...process.env, GDAL_CACHEMAX: '200' },
  });
  for (let k = 0; k < 300; k++) {
    if (await isUp(port, path)) return child;
    await new Promise((done) => setTimeout(done, 100));
  }
  child.kill();
  throw new Error(`${command.join(' ')} did not start`);
}

function isUp(port: number, path: string): Promise<boolean> {
  return new Promise((done) => {
    get({ port, path }, (res) => {
      res.resume();
      done(res.statusCode === 200);
    }).on('error', () => done(false));
  });
}

async function tagsOf(paths: readonly string[]): Promise<string[]> {
  const tags: string[] = [];
  for (const path of paths) tags.push((await fetch(`http://127.0.0.1:${PORT}${path}`)).headers.get('etag')!);
  return tags;
}

async function ask(
  server: ChildProcess,
  port: number,
  what: string,
  paths: readonly string[],
  clients: number,
  tags?: readonly string[],
): Promise<TileLoad> {
  const agent = new Agent({ keepAlive: true, maxSockets: clients });
  const times: number[] = [];
  let [next, bytes] = [0, 0];
  const client = async () => {
    while (next < paths.length) {
      const at = next++;
      const began = performance.now();
      const got = await read(port, paths[at]!, agent, tags?.[at]);
      bytes += got;
      times.push(performance.now() - began);
    }
  };
  const cpu = cpuOf(server.pid!);
  const began = performance.now();
  await Promise.all(Array.from({ length: clients }, client));
  const seconds = (performance.now() - began) / 1000;
  agent.destroy();
  const sorted = times.toSorted((a, b) => a - b);
  return {
    what,
    clients,
    tiles: paths.length,
    cpuMs: ((cpuOf(server.pid!) - cpu) * 1000) / paths.length,
    p50Ms: median(times),
    p95Ms: sorted[Math.floor(0.95 * (sorted.length - 1))]!,
    perSecond: paths.length / seconds,
    kilobytes: bytes / paths.length / 1024,
  };
}

function read(port: number, path: string, agent: Agent, tag: string | undefined): Promise<number> {
  return new Promise((done, fail) => {
    get({ port, path, agent, headers: tag === undefined ? {} : { 'If-None-Match': tag } }, (res) => {
      if (![200, 204, 304, 404].includes(res.statusCode!)) fail(new Error(`${path}: ${res.statusCode}`));
      let bytes = 0;
      res.on('data', (chunk: Buffer) => (bytes += chunk.length));
      res.on('end', () => done(bytes));
    }).on('error', fail);
  });
}

/** User + system seconds of a process so far (Linux). */
function cpuOf(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

function residentMb(pid: number): number {
  return Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))![1]) / 1024;
}
