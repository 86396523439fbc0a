/** CPU a tile of our server, of the `pmtiles` package in node:http, and of nginx with ready files, in turn. */
import { copyFileSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openArchive } from '../../pipelines/io/pmtiles/reader.ts';
import { tileOfId } from '../../pipelines/io/pmtiles/tile-id.ts';
import { LANDMETER } from './inputs.ts';
import { ask, startServer } from './load.ts';
import type { Served } from './load.ts';
import { median } from './measure.ts';

export interface HttpResult {
  readonly peer: string;
  readonly clients: number;
  readonly oursMs: number;
  readonly peerMs: number;
  readonly ratio: number;
  /** The target for the ratio. */
  readonly most: number;
  readonly tiles: number;
}

const TILES = 4000;
const ROUNDS = 3;
const [PORT, PACKAGE_PORT, NGINX_PORT] = [8971, 8972, 8975];

interface HttpPeer {
  readonly name: string;
  readonly most: number;
  readonly served: Served;
}

/** @param nginx  Null where it is not installed. */
export async function measureHttp(archive: string, work: string, nginx: string | null): Promise<HttpResult[]> {
  const tiles = await chooseTiles(archive);
  const workspace = join(work, 'http-workspace');
  mkdirSync(join(workspace, 'archives'), { recursive: true });
  copyFileSync(archive, join(workspace, 'archives', 'bench.pmtiles'));
  const serve = ['serve', '--workspace', workspace, '--port', String(PORT), '--quiet'];
  const ours = await startServer([process.execPath, LANDMETER, ...serve], PORT, '/readyz');
  const script = join(import.meta.dirname, 'peers', 'pmtiles-server.mjs');
  const peers: HttpPeer[] = [
    {
      name: 'pmtiles package in node:http',
      most: 0.6,
      served: await startServer([process.execPath, script, archive, String(PACKAGE_PORT)], PACKAGE_PORT, '/healthz'),
    },
  ];
  try {
    if (nginx)
      peers.push({ name: 'nginx, ready files', most: 2, served: await startNginx(nginx, archive, tiles, work) });
    const results: HttpResult[] = [];
    for (const clients of [1, 8]) for (const peer of peers) results.push(await comparePeer(ours, peer, tiles, clients));
    return results;
  } finally {
    ours.process.kill();
    for (const { served } of peers) served.process.kill();
  }
}

async function comparePeer(
  ours: Served,
  { name, most, served }: HttpPeer,
  tiles: readonly string[],
  clients: number,
): Promise<HttpResult> {
  const [a, b]: [number[], number[]] = [[], []];
  for (let k = 0; k <= ROUNDS; k++) {
    const mine = await ask(
      ours,
      tiles.map((tile) => `/tiles/bench/${tile}.png`),
      clients,
    );
    const theirs = await ask(
      served,
      tiles.map((tile) => `/${tile}.png`),
      clients,
    );
    if (k === 0) continue; // warm-up
    a.push(mine.cpuMs);
    b.push(theirs.cpuMs);
  }
  const ratio = median(a.map((ms, k) => ms / b[k]!));
  return { peer: name, clients, oursMs: median(a), peerMs: median(b), ratio, most, tiles: tiles.length };
}

async function chooseTiles(path: string): Promise<string[]> {
  const archive = await openArchive(path);
  const all: string[] = [];
  for await (const { id, run } of archive.entries())
    for (let k = 0; k < run; k++) {
      const { z, x, y } = tileOfId(id + k);
      all.push(`${z}/${x}/${y}`);
    }
  await archive.close();
  const count = Math.min(TILES, all.length);
  return Array.from({ length: count }, (_, k) => all[Math.floor((k * all.length) / count)]!);
}

/** One process, with what its manual advises for files: sendfile, open files kept, nothing logged. */
async function startNginx(nginx: string, archive: string, tiles: readonly string[], work: string): Promise<Served> {
  const folder = join(work, 'nginx');
  await unpack(archive, tiles, join(folder, 'tiles'));
  const configuration = join(folder, 'nginx.conf');
  writeFileSync(
    configuration,
    `daemon off; master_process off; pid ${folder}/pid; error_log /dev/null;
events { worker_connections 256; }
http {
  types { image/png png; } access_log off; sendfile on; tcp_nopush on; keepalive_requests 1000000;
  open_file_cache max=10000 inactive=60s; client_body_temp_path ${folder}/body; proxy_temp_path ${folder}/proxy;
  fastcgi_temp_path ${folder}/fastcgi; uwsgi_temp_path ${folder}/uwsgi; scgi_temp_path ${folder}/scgi;
  server { listen 127.0.0.1:${NGINX_PORT}; root ${folder}/tiles; }
}
`,
  );
  return startServer([nginx, '-c', configuration, '-p', folder], NGINX_PORT, '/');
}

async function unpack(path: string, tiles: readonly string[], folder: string): Promise<void> {
  if (existsSync(folder)) return;
  const archive = await openArchive(path);
  for (const tile of tiles) {
    const [z, x, y] = tile.split('/').map(Number);
    mkdirSync(join(folder, String(z), String(x)), { recursive: true });
    writeFileSync(join(folder, `${tile}.png`), (await archive.getTile(z!, x!, y!))!);
  }
  await archive.close();
}
