/**
 * How many clients of `/live` one core serves: a server in a process of its own, observations through its door at a steady
 * rate, clients that count. `node test/bench/live.ts [clients] [observations a second] [seconds]`
 */
import { fork } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLog } from '../../server/http/log.ts';
import { startServer } from '../../server/serve.ts';
import { declareStation, streamKey } from '../../pipelines/feeds/declare.ts';
import { inlineRunner } from '../../pipelines/runner.ts';
import { doorOf } from '../../pipelines/sensors/door-of.ts';
import { ensureStations } from '../../pipelines/sensors/ensure-stations.ts';

const [clients = 500, rate = 100, seconds = 20] = process.argv.slice(2).map(Number);
const STEP_MS = 100;

async function serve(workspace: string): Promise<void> {
  const server = await startServer({
    workspace,
    host: '127.0.0.1',
    port: 0,
    web: workspace,
    log: createLog('error'),
    runner: async () => inlineRunner,
    threads: 1,
  });
  const database = await server.database();
  const station = declareStation({
    provider: 'bench',
    key: 'a',
    name: 'a',
    description: 'a',
    place: { lon: 5, lat: 52 },
    sensor: { key: 'bench', name: 'bench', description: 'bench', metadata: '' },
    streams: [{ property: 'pm10', unit: 'ug/m3' }],
  });
  await ensureStations(database, [station]);
  process.send!({ address: server.address });
  await new Promise((go) => process.once('message', go));
  const used = process.cpuUsage();
  const door = doorOf(database);
  const start = Date.now();
  for (let sent = 0; sent < rate * seconds;) {
    const step = Math.round((rate * STEP_MS) / 1000);
    await door.put(
      Array.from({ length: step }, (_, k) => ({
        datastream: { key: streamKey('bench', 'a', 'pm10') },
        phenomenonTime: new Date(Date.UTC(2024, 0, 1) + (sent + k) * 1000).toISOString(),
        result: sent + k,
      })),
    );
    sent += step;
    await new Promise((next) => setTimeout(next, Math.max(0, start + (sent / rate) * 1000 - Date.now())));
  }
  await new Promise((rest) => setTimeout(rest, 2000));
  const { user, system } = process.cpuUsage(used);
  process.send!({ cpuSeconds: (user + system) / 1e6, megabytes: process.memoryUsage.rss() / 2 ** 20 });
}

async function watch(): Promise<void> {
  const workspace = mkdtempSync(join(tmpdir(), 'landmeter-bench-live-'));
  const child = fork(import.meta.filename, process.argv.slice(2), {
    env: { ...process.env, BENCH_WORKSPACE: workspace },
  });
  const message = () =>
    new Promise<Record<string, unknown>>((done) => child.once('message', (value) => done(value as never)));
  const { address } = (await message()) as { address: string };
  const heard = new Uint32Array(clients);
  const connected = Array.from(
    { length: clients },
    (_, k) =>
      new Promise<void>((done) => {
        request(new URL('/live', address), { agent: false }, (res) => {
          res.on('data', (chunk: Buffer) => {
            for (let at = chunk.indexOf('event: obs'); at >= 0; at = chunk.indexOf('event: obs', at + 1)) heard[k]!++;
          });
          done();
        }).end();
      }),
  );
  await Promise.all(connected);
  const result = message();
  child.send('go');
  const { cpuSeconds, megabytes } = await result;
  const total = rate * seconds;
  const lost = heard.reduce((sum, count) => sum + Math.max(0, total - count), 0);
  console.log(
    JSON.stringify({
      clients,
      rate,
      seconds,
      cpuSeconds,
      shareOfCore: (cpuSeconds as number) / (seconds + 2),
      megabytes,
      lost,
    }),
  );
  child.kill();
  rmSync(workspace, { recursive: true, force: true });
  process.exit(lost > 0 ? 1 : 0);
}

await (process.env['BENCH_WORKSPACE'] ? serve(process.env['BENCH_WORKSPACE']) : watch());
