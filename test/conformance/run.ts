/**
 * Others' tools and rules on a server with the sample region: `npm run conformance`. Each check says ok, SHORT, or skipped
 * and why; one that is SHORT makes the exit code 1. With `--write` the results go into docs/conformance.md.
 *
 *     npm run conformance -- --standards ../shared/standards --fetch-tools --only stac
 *     npm run conformance -- --address http://127.0.0.1:8080
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { API_CHECKS } from './api.ts';
import type { Check, Server } from './check.ts';
import { Shortfall, Skipped } from './check.ts';
import { OGC_CHECKS } from './ogc.ts';
import { STAC_CHECKS } from './stac.ts';
import { TILE_CHECKS } from './tiles.ts';

const { values } = parseArgs({
  options: {
    address: { type: 'string' },
    standards: { type: 'string' },
    only: { type: 'string' },
    'fetch-tools': { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
  },
});
const ROOT = resolve(import.meta.dirname, '../..');
const CHECKS: readonly Check[] = [...STAC_CHECKS, ...OGC_CHECKS, ...TILE_CHECKS, ...API_CHECKS];

interface Result {
  readonly check: Check;
  readonly outcome: 'ok' | 'SHORT' | 'skipped';
  readonly words: string;
}

async function carryOut(check: Check, server: Server): Promise<Result> {
  try {
    return { check, outcome: 'ok', words: await check.run(server) };
  } catch (error) {
    const words = (error instanceof Error ? error.message : String(error))
      .replaceAll(server.base, '')
      .replace(/\s+/g, ' ');
    if (error instanceof Skipped) return { check, outcome: 'skipped', words };
    return {
      check,
      outcome: 'SHORT',
      words: error instanceof Shortfall ? words : `the check itself stopped: ${words}`,
    };
  }
}

/** The sample region, served from a workspace that is removed afterwards. */
async function startSample(): Promise<{ address: string; stop: () => Promise<void> }> {
  const workspace = mkdtempSync(join(tmpdir(), 'landmeter-conformance-'));
  const port = await freePort();
  const words = [
    join(ROOT, 'server/landmeter.mjs'),
    'start',
    '--workspace',
    workspace,
    '--port',
    String(port),
    '--quiet',
  ];
  const child = spawn(process.execPath, words, { stdio: ['ignore', 'ignore', 'inherit'] });
  const ended = new Promise<void>((done) => child.once('exit', () => done()));
  const address = `http://127.0.0.1:${port}`;
  const stop = async () => {
    child.kill('SIGTERM');
    await ended;
    rmSync(workspace, { recursive: true, force: true });
  };
  while (child.exitCode === null) {
    if (
      await fetch(`${address}/readyz`).then(
        ({ ok }) => ok,
        () => false,
      )
    )
      return { address, stop };
    await new Promise((done) => setTimeout(done, 500));
  }
  throw new Error('The server with the sample did not start');
}

function freePort(): Promise<number> {
  return new Promise((done) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as AddressInfo;
      probe.close(() => done(port));
    });
  });
}

const BEGIN = '<!-- results: npm run conformance -- --write -->';
const END = '<!-- end of results -->';

function writeResults(results: readonly Result[]): void {
  const path = join(ROOT, 'docs/conformance.md');
  const rows = results.map(
    ({ check, outcome, words }) => `| ${check.name} | ${check.by} | ${outcome} | ${words.replaceAll('|', '\\|')} |`,
  );
  const table = ['| Check | By | Result | |', '|---|---|---|---|', ...rows].join('\n');
  const [before, rest] = readFileSync(path, 'utf8').split(BEGIN) as [string, string];
  writeFileSync(path, `${before}${BEGIN}\n\n${table}\n\n${END}${rest.split(END)[1]!}`);
}

const folder = resolve(values.standards ?? process.env['LANDMETER_STANDARDS'] ?? join(ROOT, '../shared/standards'));
const started = values.address === undefined ? await startSample() : null;
const server: Server = {
  base: (values.address ?? started!.address).replace(/\/$/, ''),
  standards: existsSync(folder) ? folder : null,
  mayFetchTools: values['fetch-tools'],
};
const results: Result[] = [];
try {
  for (const check of CHECKS.filter(({ name }) => name.toLowerCase().includes((values.only ?? '').toLowerCase()))) {
    const result = await carryOut(check, server);
    results.push(result);
    process.stdout.write(`${result.outcome.padEnd(8)}${check.name}  ${result.words}\n`);
  }
} finally {
  await started?.stop();
}
if (values.write) writeResults(results);
const count = (outcome: Result['outcome']) => results.filter((result) => result.outcome === outcome).length;
process.stdout.write(`${count('ok')} ok, ${count('SHORT')} short, ${count('skipped')} skipped\n`);
if (count('SHORT') > 0) process.exitCode = 1;
