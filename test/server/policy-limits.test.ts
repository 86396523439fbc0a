/** Fair use, over HTTP. */
import { rmSync, writeFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { inlineRunner } from '../../pipelines/runner.ts';
import { readOperatorToken } from '../../server/http/auth.ts';
import { createLog } from '../../server/http/log.ts';
import { readLimits, readOidcSettings } from '../../server/policy/settings.ts';
import { startServer } from '../../server/serve.ts';
import type { RunningServer } from '../../server/serve.ts';
import { putArchive, temporaryFolder } from '../support/archive.ts';

const workspace = temporaryFolder('limits');
let server: RunningServer;

beforeAll(async () => {
  const web = join(workspace, 'web');
  await mkdir(web);
  writeFileSync(join(web, 'index.html'), '');
  await putArchive(workspace, 'a', [{ z: 0, x: 0, y: 0, bytes: Uint8Array.of(1) }]);
  const log = createLog('silent');
  const runner = async () => inlineRunner;
  const limits = { perMinute: 3, perDay: 5 };
  server = await startServer({ workspace, host: '127.0.0.1', port: 0, web, log, runner, threads: 1, limits });
});

afterAll(async () => {
  await server.stop();
  rmSync(workspace, { recursive: true });
});

describe('limits', () => {
  it('stop whoever asks more than is fair, tiles included, and say when to come back', async () => {
    const ask = () => fetch(new URL('/tiles/a/0/0/0.png', server.address));
    for (let k = 0; k < 3; k++) expect((await ask()).status).toBe(200);
    const refused = await ask();
    expect(refused.status).toBe(429);
    expect(refused.headers.get('content-type')).toBe('application/problem+json');
    const wait = Number(refused.headers.get('retry-after'));
    expect(wait > 0 && wait <= 60).toBe(true);
    expect(await refused.json()).toMatchObject({ status: 429, window: 'minute', limit: 3 });
  });

  it('do not hold up what watches over the server, nor its operator', async () => {
    expect((await fetch(new URL('/healthz', server.address))).status).toBe(200);
    const headers = { Authorization: `Bearer ${await readOperatorToken(workspace)}` };
    expect((await fetch(new URL('/tiles', server.address), { headers })).status).toBe(200);
  });
});

describe('settings', () => {
  it('name what is not accepted', () => {
    expect(readLimits({})).toEqual({ perMinute: 0, perDay: 0 });
    expect(() => readLimits({ LANDMETER_REQUESTS_PER_DAY: 'many' })).toThrow('LANDMETER_REQUESTS_PER_DAY is "many"');
    expect(readOidcSettings({})).toBeNull();
    expect(() => readOidcSettings({ LANDMETER_OIDC_ISSUER: 'somewhere' })).toThrow('LANDMETER_OIDC_ISSUER');
    expect(readOidcSettings({ LANDMETER_OIDC_ISSUER: 'https://id.example.org' })).toEqual({
      issuer: 'https://id.example.org',
      audience: 'landmeter',
      claim: 'roles',
      purposeClaim: 'purposes',
    });
  });
});
