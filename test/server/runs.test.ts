import { execFile } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createLog } from '../../server/http/log.ts';
import { readOperatorToken } from '../../server/http/auth.ts';
import { startServer } from '../../server/serve.ts';
import type { RunningServer } from '../../server/serve.ts';
import { inlineRunner } from '../../pipelines/runner.ts';
import { temporaryFolder } from '../support/archive.ts';
import { putRaster } from '../support/rasters.ts';

const PATIENCE_MS = 120_000;
const root = temporaryFolder('runs-server');
const workspace = join(root, 'ws');
const launcher = join(import.meta.dirname, '..', '..', 'server', 'landmeter.mjs');
let server: RunningServer;
let token: string;
let pipeline: string;
let graph: Record<string, unknown>;

beforeAll(async () => {
  mkdirSync(join(root, 'web'), { recursive: true });
  const bands: { name: string; path: string }[] = [];
  for (const [name, base] of [
    ['red', 500],
    ['nir', 2500],
  ] as const) {
    const data = Uint16Array.from({ length: 300 * 300 }, (_, i) => base + (i % 331));
    bands.push({ name, path: await putRaster(root, name, data, { width: 300, height: 300, dtype: 'uint16' }) });
  }
  graph = {
    index: {
      process_id: 'lm_file_index',
      arguments: {
        formula: { from_parameter: 'index' },
        date: { bands, classes: null, notes: [] },
        calibration: {},
        dtype: 'int16',
      },
      result: true,
    },
  };
  const parameters = [
    { name: 'index', description: 'Which', schema: { type: 'string' }, default: 'NDVI', optional: true },
  ];
  pipeline = join(root, 'green.json');
  writeFileSync(pipeline, JSON.stringify({ id: 'green', parameters, process_graph: graph }));
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
}, PATIENCE_MS);

afterAll(async () => {
  await server.stop();
  rmSync(root, { recursive: true, force: true });
});

interface Call {
  readonly method?: string;
  readonly body?: unknown;
  readonly as?: string | null;
  readonly accept?: string;
}

/** What the routes answer, as far as it is looked at. */
interface Body {
  readonly id: string;
  readonly state: string;
  readonly detail: string;
  readonly estimate: { readonly megapixels: number };
  readonly pipelines: readonly { readonly id: string; readonly parameters: readonly { readonly name: string }[] }[];
  readonly product: { readonly sha256: string };
  readonly products: readonly {
    readonly path: string;
    readonly sha256: string;
    readonly links: { readonly passport: string; readonly file: string };
  }[];
}

async function ask(path: string, { method, body, as = null, accept }: Call = {}) {
  const response = await fetch(new URL(path, server.address), {
    method: method ?? (body === undefined ? 'GET' : 'POST'),
    headers: {
      ...(as !== null && { Authorization: `Bearer ${as}` }),
      ...(body !== undefined && { 'Content-Type': 'application/json' }),
      ...(accept !== undefined && { Accept: accept }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  const isJson = /json/.test(response.headers.get('content-type') ?? '');
  return { status: response.status, headers: response.headers, text, body: (isJson ? JSON.parse(text) : {}) as Body };
}

const process = () => ({ parameters: [], process_graph: bound('NDVI') });
const bound = (index: string) =>
  JSON.parse(JSON.stringify(graph).replace('{"from_parameter":"index"}', JSON.stringify(index)));

async function ended(id: string) {
  for (;;) {
    const { body } = await ask(`/runs/${id}`, { as: token });
    if (['DONE', 'FAILED', 'STOPPED'].includes(body.state)) return body;
    await new Promise((done) => setTimeout(done, 100));
  }
}

describe('runs over HTTP', () => {
  it('lists the built-in pipelines with the schemas of their parameters', async () => {
    const { body } = await ask('/pipelines');
    const composite = body.pipelines.find(({ id }) => id === 'ndvi-composite')!;
    expect(composite.parameters.map(({ name }) => name)).toContain('period');
  });

  it('writes only with a token, and says what is wrong with what is asked', async () => {
    expect((await ask('/runs', { body: { process: process() } })).status).toBe(401);
    const wrong = [
      [{}, /pipeline or process/],
      [{ pipeline: 'nope' }, /There is no pipeline nope/],
      [{ pipeline: 'ndvi-composite', parameters: { colour: 1 } }, /no parameter "colour"/],
      [
        { process: { process_graph: { a: { process_id: 'format_disk', arguments: {}, result: true } } } },
        /format_disk/,
      ],
      [{ process: process(), priority: 1000 }, /priority/],
    ] as const;
    for (const [body, reason] of wrong) {
      const answer = await ask('/runs', { body, as: token });
      expect([answer.status >= 400 && answer.status < 500, answer.body.detail]).toEqual([
        true,
        expect.stringMatching(reason),
      ]);
    }
    expect((await ask('/runs/none')).status).toBe(404);
    expect((await ask('/runs/none/cancel', { method: 'POST', as: token })).status).toBe(404);
    expect((await ask('/runs?state=SLEEPING')).status).toBe(400);
  });

  it(
    'estimates, carries out, tells, and gives the passport as it is asked for',
    async () => {
      const estimate = await ask('/runs', { body: { process: process(), dryRun: true }, as: token });
      expect(estimate.body).toMatchObject({ inputs: 2, steps: [{ id: 'index', process: 'index' }] });
      expect(estimate.body.estimate.megapixels).toBeCloseTo(0.18, 5);

      const live = await fetch(new URL('/live', server.address));
      const events = live.body!.pipeThrough(new TextDecoderStream()).getReader();
      const made = await ask('/runs', { body: { process: process() }, as: token });
      expect([made.status, made.headers.get('location')]).toEqual([201, `/runs/${made.body.id}`]);
      const run = await ended(made.body.id);
      expect(run).toMatchObject({ state: 'DONE', products: [{ kind: 'raster' }] });
      let heard = '';
      while (!/"kind":"ended"/.test(heard)) heard += (await events.read()).value;
      expect(heard).toMatch(/event: run\ndata: \{/);
      await events.cancel();

      const product = run.products[0]!;
      expect(product.path.startsWith(workspace)).toBe(true);
      const seen = (await ask(`/runs/${run.id}`)).body;
      expect(JSON.stringify(seen)).not.toContain(root);
      expect(seen).toMatchObject({ askedBy: null, worker: null });
      const html = await ask(product.links.passport, { accept: 'text/html' });
      expect(html.text).toMatch(/<!doctype html>/i);
      const passport = await ask(`${product.links.passport}?as=json`);
      expect(passport.body.product.sha256).toBe(product.sha256);
      expect(JSON.stringify(passport.body)).not.toContain(`"folder"`);
      expect((await ask(`${product.links.passport}?as=prov`)).body).toHaveProperty('@context');
      expect((await ask(product.links.file)).status).toBe(401);
      expect((await ask(product.links.file, { as: token })).headers.get('content-type')).toMatch(/tiff/);
    },
    PATIENCE_MS,
  );

  it(
    'carries out what the command line asks for on a workspace that it holds',
    async () => {
      const command = async (...words: string[]) => {
        const { stdout } = await promisify(execFile)('node', [launcher, ...words, '--workspace', workspace, '--quiet']);
        return stdout;
      };
      const plan = await command('run', pipeline, '--dry-run', '--set', 'index=EVI2');
      expect(plan).toMatch(/2 inputs; reads .* of CPU/);
      const output = await command('run', pipeline, '--set', 'index=nir / red');
      const id = output.split('\n')[0]!;
      expect(output).toMatch(/\.tif \(raster, /);
      const status = JSON.parse(await command('status', id, '--json'));
      expect(status).toMatchObject({ id, state: 'DONE', parameters: { values: { index: 'nir / red' } } });
      expect((await command('status')).split('\n')[0]).toContain(id);
      expect(await command('passport', `${id}-index`)).toContain('nir / red');
      expect(await command('replay', `${id}-index`)).toMatch(/identical/);
      await expect(command('passport', 'nothing-of-ours')).rejects.toThrow(/There is no product nothing-of-ours/);
      await expect(command('run', pipeline, '--set', 'index=nir + nope')).rejects.toThrow(/nope/);
      await expect(command('cancel', 'none')).rejects.toThrow(/There is no run none/);
      await command('schedule', 'add', pipeline, '--cron', '0 6 * * *', '--set', 'index=NDVI');
      const [schedule] = JSON.parse(await command('schedule', 'list', '--json'));
      expect(schedule).toMatchObject({ pipeline: 'green', cron: '0 6 * * *', lastRun: null });
      await command('schedule', 'remove', schedule.id);
      expect(JSON.parse(await command('schedule', 'list', '--json'))).toEqual([]);
    },
    PATIENCE_MS,
  );
});
