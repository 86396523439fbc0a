/**
 * Requests that nobody sends on purpose, on every route of the OpenAPI document: no 500, no crash, an end to each, and
 * bounded memory. `npm run fuzz -- --requests 100000 --seed 7 [--address http://… --token …]`; without an address a server
 * of its own, with small data.
 */
import { rmSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { GOOD, nastyBody, nastyPath, readRoutes } from './requests.ts';
import type { Route } from './requests.ts';
import { sendRaw } from './raw.ts';
import { startVictim } from './victim.ts';
import { createRandom } from '../support/random.ts';

const { values } = parseArgs({
  options: {
    requests: { type: 'string', default: '5000' },
    seed: { type: 'string', default: '1' },
    address: { type: 'string' },
    token: { type: 'string' },
  },
});
const count = Number(values.requests);
const seed = Number(values.seed);
/** At a time. */
const CLIENTS = 8;
const PATIENCE_MS = 30_000;
/** After the first thousand, memory may grow by as much and no more. */
const MOST_GROWTH_BYTES = 300 * 2 ** 20;

interface Outcome {
  readonly request: string;
  readonly status: number;
  readonly fault: string | null;
}

const own = values.address ? null : await startVictim();
const address = values.address ?? own!.address;
const token = values.token ?? own?.token;
const routes = readRoutes((await (await fetch(new URL('/openapi.json', address))).json()) as object);

const { scenes } = (await (await fetch(new URL('/scenes?limit=5', address))).json()) as { scenes: { id: string }[] };
const ids = scenes.map(({ id }) => id);
const good = { ...GOOD, item: ids, itemId: ids };

async function ask(k: number): Promise<Outcome> {
  const random = createRandom(seed * 1_000_003 + k);
  const route = routes[k % routes.length]!;
  if (random() < 0.05) return sendRaw(address, route.path, random);
  const path = nastyPath(route, random, good);
  const body = route.method === 'GET' || route.method === 'DELETE' ? null : nastyBody(random);
  const headers: Record<string, string> = { ...(body !== null && { 'Content-Type': 'application/json' }) };
  if (token && random() < 0.5) headers['Authorization'] = `Bearer ${token}`;
  if (random() < 0.1)
    headers['Range'] = `bytes=${Array.from({ length: 3000 }, (_, r) => `${r}-${r}`)
      .join(',')
      .slice(0, 12_000)}`;
  if (random() < 0.1) headers['If-None-Match'] = '"x",'.repeat(500);
  return send(route, path, { headers, body });
}

async function send(
  { method }: Route,
  path: string,
  { headers, body }: { readonly headers: Record<string, string>; readonly body: string | null },
): Promise<Outcome> {
  const request = `${method} ${path.slice(0, 300)}${body ? ` ${body.slice(0, 100)}` : ''}`;
  const signal = AbortSignal.timeout(PATIENCE_MS);
  try {
    const answer = await fetch(address.replace(/\/$/, '') + path, {
      method,
      headers,
      body,
      signal,
      redirect: 'manual',
    });
    // Events have no end of their own.
    if (answer.headers.get('content-type')?.startsWith('text/event-stream')) await answer.body?.cancel();
    else await answer.arrayBuffer();
    const isFault = answer.status >= 500 && answer.status !== 503 && answer.status !== 502;
    return { request, status: answer.status, fault: isFault ? `answered ${answer.status}` : null };
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause.message : String(error);
    return { request, status: 0, fault: `no answer: ${cause}` };
  }
}

const outcomes = new Map<number, number>();
const faults: Outcome[] = [];
let next = 0;
let settled = 0;
let memoryThen = 0;

async function client(): Promise<void> {
  while (next < count) {
    const outcome = await ask(next++);
    outcomes.set(outcome.status, (outcomes.get(outcome.status) ?? 0) + 1);
    if (outcome.fault) faults.push(outcome);
    if (++settled === Math.min(1000, Math.ceil(count / 2))) memoryThen = own?.memory() ?? 0;
    if (settled % 1000 === 0) process.stderr.write(`${settled} of ${count}, ${faults.length} faults\n`);
  }
}

const began = performance.now();
await Promise.all(Array.from({ length: CLIENTS }, client));
const seconds = (performance.now() - began) / 1000;
const isAlive = (await fetch(new URL('/healthz', address)).catch(() => null))?.ok === true;
const growth = own ? own.memory() - memoryThen : 0;

process.stdout.write(
  `${JSON.stringify(
    {
      routes: routes.length,
      requests: settled,
      seconds: Math.round(seconds),
      seed,
      statuses: Object.fromEntries([...outcomes].sort(([a], [b]) => a - b)),
      memoryGrowthMb: Math.round(growth / 2 ** 20),
      isAlive,
      faults: faults.slice(0, 50),
    },
    null,
    2,
  )}\n`,
);
await own?.stop();
if (own) rmSync(own.workspace, { recursive: true, force: true });
if (faults.length > 0 || !isAlive || growth > MOST_GROWTH_BYTES) process.exitCode = 1;
