/** Servers under load: started, asked for addresses by some clients at once, and what that cost them. */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { Agent, get } from 'node:http';
import { median } from './measure.ts';

export interface Served {
  readonly process: ChildProcess;
  readonly port: number;
}

export interface Load {
  /** Milliseconds of the server's CPU for each answer. */
  readonly cpuMs: number;
  readonly p50Ms: number;
  readonly p95Ms: number;
  readonly perSecond: number;
  readonly kilobytes: number;
}

/** @throws {Error} where it does not answer at `path` within half a minute. */
export async function startServer(command: readonly string[], port: number, path: string): Promise<Served> {
  const child = spawn(command[0]!, command.slice(1), {
    stdio: 'ignore',
    env: { ...process.env, GDAL_CACHEMAX: '200' },
  });
  for (let k = 0; k < 300; k++) {
    if (await isUp(port, path)) return { process: child, port };
    await new Promise((done) => setTimeout(done, 100));
  }
  child.kill();
  throw new Error(`${command.join(' ')} did not start`);
}

function isUp(port: number, path: string): Promise<boolean> {
  return new Promise((done) => {
    get({ port, path }, (res) => {
      res.resume();
      done(res.statusCode! < 500);
    }).on('error', () => done(false));
  });
}

/** @param tags  Of what the clients have already, for each address. */
export async function ask(
  { process: server, port }: Served,
  paths: readonly string[],
  clients: number,
  tags?: readonly string[],
): Promise<Load> {
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
  const cpu = cpuSeconds(server.pid!);
  const began = performance.now();
  await Promise.all(Array.from({ length: clients }, client));
  const seconds = (performance.now() - began) / 1000;
  agent.destroy();
  const sorted = times.toSorted((a, b) => a - b);
  return {
    cpuMs: ((cpuSeconds(server.pid!) - cpu) * 1000) / paths.length,
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
function cpuSeconds(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

export function residentMb(pid: number): number {
  return Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))![1]) / 1024;
}
