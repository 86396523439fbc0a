import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listBackups } from '../../pipelines/database/backup.ts';
import { databaseFolder } from '../../pipelines/database/open.ts';
import type { IngestResult } from '../../pipelines/runs/ingest.ts';
import { inlineRunner } from '../../pipelines/runner.ts';
import { createLog } from '../../server/http/log.ts';
import { readOperatorToken } from '../../server/http/auth.ts';
import { main } from '../../server/main.ts';
import { startServer } from '../../server/serve.ts';
import type { RunningServer } from '../../server/serve.ts';
import { temporaryFolder } from '../support/archive.ts';

const root = temporaryFolder('held');
const workspace = join(root, 'ws');
let server: RunningServer;
let token: string;

const PATIENCE_MS = 120_000;
const ring = [
  [
    [5, 52],
    [5.1, 52],
    [5.1, 52.1],
    [5, 52.1],
    [5, 52],
  ],
];
const zones = join(root, 'fields.geojson');

beforeAll(async () => {
  mkdirSync(join(root, 'web'));
  writeFileSync(
    zones,
    JSON.stringify({ type: 'Feature', properties: {}, geometry: { type: 'Polygon', coordinates: ring } }),
  );
  server = await startServer({
    workspace,
    host: '127.0.0.1',
    port: 0,
    web: join(root, 'web'),
    log: createLog('silent'),
    runner: async () => inlineRunner,
    threads: 1,
  });
  token = (await readOperatorToken(workspace))!;
});
afterAll(async () => {
  await server.stop();
  rmSync(root, { recursive: true, force: true });
});

function post(path: string, body: unknown, authorization: string | null = `Bearer ${token}`): Promise<Response> {
  const headers = {
    'Content-Type': 'application/json',
    ...(authorization === null ? {} : { Authorization: authorization }),
  };
  return fetch(new URL(path, server.address), { method: 'POST', headers, body: JSON.stringify(body) });
}

/** The command line, as a person on this workspace uses it. */
async function landmeter(...words: string[]): Promise<{ code: number; output: string; errors: string }> {
  const written = { output: '', errors: '' };
  const { stdout, stderr } = process;
  const write = { output: stdout.write.bind(stdout), errors: stderr.write.bind(stderr) };
  stdout.write = (text: string | Uint8Array) => Boolean((written.output += String(text)));
  stderr.write = (text: string | Uint8Array) => Boolean((written.errors += String(text)));
  try {
    return { code: await main([...words, '--workspace', workspace, '--quiet'], {}), ...written };
  } finally {
    stdout.write = write.output;
    stderr.write = write.errors;
  }
}

describe('a workspace that a server holds', () => {
  it('takes nothing from who shows no token, or a wrong one', async () => {
    expect((await post('/workspace/ingest', { inputs: [zones] }, null)).status).toBe(401);
    const wrong = await post('/workspace/ingest', { inputs: [zones] }, 'Bearer guessed');
    expect(wrong.status).toBe(401);
    expect(wrong.headers.get('www-authenticate')).toMatch(/^Bearer/);
    expect((await post('/workspace/backup', {}, null)).status).toBe(401);
  });

  it('says what is wrong with a request', async () => {
    for (const body of [{}, { inputs: [] }, { inputs: [zones], as: 'dragons' }, { inputs: [zones], more: 1 }]) {
      const response = await post('/workspace/ingest', body);
      expect(response.status).toBe(400);
      expect(response.headers.get('content-type')).toMatch(/^application\/problem\+json/);
    }
  });

  it(
    'ingests over the API, a line for each result',
    async () => {
      const response = await post('/workspace/ingest', { inputs: [zones, join(root, 'nothing')] });
      expect(response.status).toBe(200);
      const lines = (await response.text()).trim().split('\n');
      const results = lines
        .map((line) => JSON.parse(line) as IngestResult & { alive?: true })
        .filter(({ alive }) => !alive);
      expect(results).toMatchObject([
        { input: zones, kind: 'zones', id: 'fields', status: 'added' },
        { status: 'refused', reason: expect.stringMatching(/There is no file or folder/) },
      ]);
    },
    PATIENCE_MS,
  );

  it(
    'has commands carried out by the server',
    async () => {
      const known = await landmeter('ingest', zones, '--json');
      expect(known).toMatchObject({ code: 0, errors: '' });
      expect(JSON.parse(known.output)).toMatchObject([{ input: zones, id: 'fields', status: 'known' }]);
      const refused = await landmeter('ingest', zones, join(root, 'nothing'));
      expect(refused.code).toBe(1);
      expect(refused.output).toMatch(/^known +zones +fields\nrefused +scene/);
      expect(refused.errors).toMatch(/^1 of 2 was refused: There is no file or folder .*nothing; check the name\n$/);
    },
    PATIENCE_MS,
  );

  it(
    'is backed up by the server, and not restored under it',
    async () => {
      const made = await landmeter('backup', '--json');
      expect(made.code).toBe(0);
      const [newest] = (await listBackups(databaseFolder(workspace))).filter(({ reason }) => reason === 'asked');
      expect(JSON.parse(made.output)).toEqual(newest);
      const restored = await landmeter('restore');
      expect(restored.code).toBe(1);
      expect(restored.errors).toMatch(
        /^The database in .* is in use by the running server \(process \d+, since .*\); try again when it has ended\n$/,
      );
    },
    PATIENCE_MS,
  );
});
