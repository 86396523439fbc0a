/** A server with an empty workspace, and how to speak SensorThings with it. */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { inlineRunner } from '../../pipelines/runner.ts';
import { readOperatorToken } from '../../server/http/auth.ts';
import { createLog } from '../../server/http/log.ts';
import { startServer } from '../../server/serve.ts';
import { temporaryFolder } from '../support/archive.ts';

export interface Answer {
  readonly status: number;
  readonly location: string | null;
  readonly body: Record<string, never> & { readonly [name: string]: unknown };
}

export interface Service {
  readonly root: string;
  ask(method: string, path: string, body?: unknown, headers?: Readonly<Record<string, string>>): Promise<Answer>;
  stop(): Promise<void>;
}

/** @param path  Below the root, or a whole address. A body that is a text goes as it is. */
export async function startService(): Promise<Service> {
  const folder = temporaryFolder('sta');
  mkdirSync(join(folder, 'web'));
  writeFileSync(join(folder, 'web', 'index.html'), '');
  const server = await startServer({
    workspace: folder,
    host: '127.0.0.1',
    port: 0,
    web: join(folder, 'web'),
    log: createLog('silent'),
    runner: async () => inlineRunner,
    threads: 1,
  });
  const token = await readOperatorToken(folder);
  const root = `${server.address}sta/v1.1`;
  return {
    root,
    async ask(method, path, body, headers = {}) {
      const response = await fetch(path.startsWith('http') ? path : `${root}/${path}`, {
        method,
        headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json', ...headers },
        ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      });
      const text = await response.text();
      const parsed = (text === '' ? {} : JSON.parse(text)) as Answer['body'];
      return { status: response.status, location: response.headers.get('Location'), body: parsed };
    },
    async stop() {
      await server.stop(0);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

export const at = (hour: number) => new Date(Date.UTC(2024, 0, 1, hour)).toISOString().replace('.000Z', 'Z');

const OM = 'http://www.opengis.net/def/observationType/OGC-OM/2.0/OM_Measurement';

export function datastream(name: string, more: object = {}): object {
  return {
    name,
    description: 'd',
    observationType: OM,
    unitOfMeasurement: { name: 'degree Celsius', symbol: '°C', definition: 'ucum:Cel' },
    Sensor: { name: `${name} sensor`, description: 'd', encodingType: 'text/html', metadata: 'https://example.org/s' },
    ObservedProperty: { name: `${name} property`, definition: 'https://example.org/p', description: 'd' },
    ...more,
  };
}

export function place(lon: number, lat: number, name = 'place'): object {
  return {
    name,
    description: 'd',
    encodingType: 'application/geo+json',
    location: { type: 'Point', coordinates: [lon, lat] },
  };
}
