/** A server in a process of its own, with a little of everything, so that its memory is its own too. */
import { fork } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { putLayer } from '../../pipelines/catalog/layers-repository.ts';
import { putScene } from '../../pipelines/catalog/scenes-repository.ts';
import { putZoneSet } from '../../pipelines/catalog/zones-repository.ts';
import { inlineRunner } from '../../pipelines/runner.ts';
import { makeSample } from '../../data-samples/sample.ts';
import { readOperatorToken } from '../../server/http/auth.ts';
import { createLog } from '../../server/http/log.ts';
import { startServer } from '../../server/serve.ts';
import { putArchive, temporaryFolder } from '../support/archive.ts';
import { manyScenes } from '../support/many-scenes.ts';

export interface Victim {
  readonly address: string;
  readonly token: string;
  readonly workspace: string;
  /** Bytes of its process that are in memory; 0 where the system does not tell. */
  memory(): number;
  stop(): Promise<void>;
}

export function startVictim(): Promise<Victim> {
  const child = fork(import.meta.filename, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  return new Promise((done, fail) => {
    child.once('exit', (code) => fail(new Error(`The server ended with ${code}`)));
    child.once('message', (told) => {
      const { address, workspace } = told as { address: string; workspace: string };
      done({
        address,
        workspace,
        token: readFileSync(join(workspace, 'operator.token'), 'utf8').trim(),
        memory: () => memoryOf(child.pid!),
        stop: () =>
          new Promise((ended) => {
            child.removeAllListeners('exit').once('exit', () => ended());
            child.kill('SIGTERM');
          }),
      });
    });
  });
}

function memoryOf(pid: number): number {
  const path = `/proc/${pid}/status`;
  return existsSync(path) ? Number(/VmRSS:\s*(\d+)/.exec(readFileSync(path, 'utf8'))?.[1]) * 1024 : 0;
}

async function serve(): Promise<void> {
  const workspace = temporaryFolder('fuzz');
  const web = join(workspace, 'web');
  await mkdir(web);
  await writeFile(join(web, 'index.html'), '<!doctype html>');
  await putArchive(workspace, 'a', [{ z: 10, x: 526, y: 337, bytes: Uint8Array.of(1) }]);
  const log = createLog('error');
  const server = await startServer({
    workspace,
    host: '127.0.0.1',
    port: 0,
    web,
    log,
    runner: async () => inlineRunner,
    threads: 1,
  });
  const database = await server.database();
  const [scene] = manyScenes(1);
  await putScene(database, { ...scene!, id: 'scene', collection: 'sentinel-2-l2a' });
  const sample = join(workspace, 'sample');
  await makeSample(sample, { size: 'small', dates: 2 });
  const added = await fetch(new URL('/workspace/ingest', server.address), {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${await readOperatorToken(workspace)}` },
    body: JSON.stringify({ inputs: [sample] }),
  });
  if (!(await added.text()).includes('"added"')) throw new Error('The sample was not taken in');
  const geometry = {
    type: 'Polygon' as const,
    coordinates: [
      [
        [5, 52],
        [6, 52],
        [5, 53],
        [5, 52],
      ],
    ],
  };
  await putZoneSet(database, {
    id: 'zones',
    name: 'zones',
    idField: null,
    epsg: 4326,
    bbox: [5, 52, 6, 53],
    source: 'fuzz',
    digest: 'x',
    zones: [{ id: '1', properties: { name: 'one' }, geometry, bbox: [5, 52, 6, 53] }],
  });
  await putLayer(database, {
    id: 'layer',
    title: { nl: 'a', en: 'a' },
    description: { nl: '', en: '' },
    theme: 'vegetation',
    kind: 'picture',
    unit: null,
    range: null,
    colormap: null,
    bounds: [5, 52, 6, 53],
    attribution: 'Test',
    simulated: true,
    order: 0,
    frames: [{ id: 'a', datetime: null, clearShare: null }],
  });
  process.on('SIGTERM', () => void server.stop(1000).then(() => process.exit(0)));
  process.send!({ address: server.address, workspace });
}

if (process.argv[1] === import.meta.filename) await serve();
