/** CPU a tile of our server and of the `pmtiles` package in node:http, asked for the same tiles in turn. */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { copyFileSync, mkdirSync, readFileSync } from 'node:fs';
import { Agent, get } from 'node:http';
import { join } from 'node:path';
import { openArchive } from '../../pipelines/io/pmtiles/reader.ts';
import { tileOfId } from '../../pipelines/io/pmtiles/tile-id.ts';
import { LANDMETER } from './inputs.ts';
import { median } from './measure.ts';

export interface HttpResult {
  readonly clients: number;
  readonly oursMs: number;
  readonly peerMs: number;
  readonly ratio: number;
  readonly tiles: number;
}

const TILES = 4000;
const ROUNDS = 3;

export async function measureHttp(archive: string, work: string): Promise<HttpResult[]> {
  const paths = await chooseTiles(archive);
  const workspace = join(work, 'http-workspace');
  mkdirSync(join(workspace, 'archives'), { recursive: true });
  copyFileSync(archive, join(workspace, 'archives', 'bench.pmtiles'));
  const ours = await start(
    [process.execPath, LANDMETER, 'serve', '--workspace', workspace, '--port', '8971', '--quiet'],
    8971,
  );
  const peer = await start(
    [process.execPath, join(import.meta.dirname, 'peers', 'pmtiles-server.mjs'), archive, '8972'],
    8972,
  );
  try {
    const results: HttpResult[] = [];
    for (const clients of [1, 8]) {
      const a: number[] = [];
      const b: number[] = [];
      for (let k = 0; k <= ROUNDS; k++) {
        const mine = await load(
          ours,
          8971,
          paths.map((p) => `/tiles/bench/${p}.png`),
          clients,
        );
        const theirs = await load(
          peer,
          8972,
          paths.map((p) => `/${p}.png`),
          clients,
        );
        if (k === 0) continue; // warm-up
        a.push(mine);
        b.push(theirs);
      }
      results.push({
        clients,
        oursMs: median(a),
        peerMs: median(b),
        ratio: median(a.map((v, k) => v / b[k]!)),
        tiles: paths.length,
      });
    }
    return results;
  } finally {
    ours.kill();
    peer.kill();
  }
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
  return Array.from(
    { length: Math.min(TILES, all.length) },
    (_, k) => all[Math.floor((k * all.length) / Math.min(TILES, all.length))]!,
  );
}

async function start(command: string[], port: number): Promise<ChildProcess> {
  const child = spawn(command[0]!, command.slice(1), { stdio: 'ignore' });
  for (let k = 0; k < 100; k++) {
    const up = await new Promise<boolean>((done) => {
      get({ port, path: '/healthz' }, (res) => {
        res.resume();
        done(true);
      }).on('error', () => done(false));
    });
    if (up) return child;
    await new Promise((done) => setTimeout(done, 100));
  }
  child.kill();
  throw new Error(`${command.join(' ')} did not start`);
}

/** @returns milliseconds of the server's CPU for each tile. */
async function load(server: ChildProcess, port: number, paths: readonly string[], clients: number): Promise<number> {
  const agent = new Agent({ keepAlive: true, maxSockets: clients });
  const before = cpuOf(server.pid!);
  let next = 0;
  const client = async () => {
    while (next < paths.length) {
      const path = paths[next++]!;
      await new Promise<void>((done, fail) => {
        get({ port, path, agent }, (res) => {
          if (res.statusCode !== 200) fail(new Error(`${path}: ${res.statusCode}`));
          res.resume();
          res.on('end', done);
        }).on('error', fail);
      });
    }
  };
  await Promise.all(Array.from({ length: clients }, client));
  agent.destroy();
  return ((cpuOf(server.pid!) - before) * 1000) / paths.length;
}

/** User + system seconds of a process so far (Linux). */
function cpuOf(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / 100;
}
