import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { build } from 'vite';
import { makeSample } from '../../../data-samples/sample.ts';
import { inlineRunner } from '../../../pipelines/runner.ts';
import { createLog } from '../../../server/http/log.ts';
import { startServer } from '../../../server/serve.ts';
import { temporaryFolder } from '../../support/archive.ts';

/** Three fields side by side within the small sample region, degrees: west, south, east, north. */
export const FIELDS = {
  west: [5.08, 52.08, 5.095, 52.105],
  middle: [5.1, 52.08, 5.115, 52.105],
  east: [5.12, 52.08, 5.135, 52.105],
} as const;

export interface ServedWorkspace {
  readonly address: string;
  readonly token: string;
  close(): Promise<void>;
}

/**
 * The built application on a real server, with simulated scenes of seven dates and two sets of the same three zones: of
 * `plots` a series is on its way, of `fields` there is none.
 */
export async function serveWorkspace(): Promise<ServedWorkspace> {
  const root = temporaryFolder('screens');
  const [workspace, web, sample] = ['ws', 'web', 'sample'].map((name) => join(root, name)) as [string, string, string];
  mkdirSync(workspace);
  const source = resolve(import.meta.dirname, '../../../web');
  await build({ configFile: join(source, 'vite.config.ts'), logLevel: 'error', build: { outDir: web } });
  await makeSample(sample, { size: 'small' });
  writeFileSync(join(root, 'fields.geojson'), JSON.stringify(fields()));
  const server = await startServer({
    workspace,
    host: '127.0.0.1',
    port: 0,
    web,
    log: createLog('silent'),
    runner: async () => inlineRunner,
    threads: 1,
  });
  const token = readFileSync(join(workspace, 'operator.token'), 'utf8').trim();
  const post = async (path: string, body: object) => {
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    const response = await fetch(new URL(path, server.address), {
      method: 'POST',
      headers,
      body: JSON.stringify(body),
    });
    const text = await response.text();
    if (!response.ok || text.includes('"refused"') || text.includes('"error"')) throw new Error(text);
    return text;
  };
  const zones = join(root, 'fields.geojson');
  await post('workspace/ingest', { inputs: [join(sample, 'scenes')], as: 'scenes' });
  for (const name of ['fields', 'plots'])
    await post('workspace/ingest', { inputs: [zones], as: 'zones', name, idField: 'code' });
  const parameters = { period: ['2024-01-01', '2026-01-01'], zones: 'plots', max_cloud: 100 };
  await post('runs', { pipeline: 'zone-series', parameters });
  return {
    address: server.address,
    token,
    async close() {
      await server.stop();
      rmSync(root, { recursive: true, force: true });
    },
  };
}

function fields() {
  const features = Object.entries(FIELDS).map(([code, [west, south, east, north]]) => ({
    type: 'Feature',
    properties: { code, name: `Field ${code}` },
    geometry: {
      type: 'Polygon',
      coordinates: [
        [
          [west, south],
          [east, south],
          [east, north],
          [west, north],
          [west, south],
        ],
      ],
    },
  }));
  return { type: 'FeatureCollection', features };
}
