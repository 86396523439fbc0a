/** A writer of observations is killed with -9 again and again, and what it had promised is looked for. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Database } from '../../pipelines/database/database.ts';
import { openDatabase } from '../../pipelines/database/open.ts';
import type { IncomingObservation } from '../../pipelines/sensors/observation.ts';
import { differencesOfRollups, makeDatastreams } from './stations.ts';

export const SENDERS = 4;
const ROWS = 20;
const START = Date.UTC(2024, 0, 1);

/** Every batch of a sender has times of its own; late ones among them. */
export function batchOf(streams: readonly number[], sender: number, batch: number): IncomingObservation[] {
  return Array.from({ length: ROWS }, (_, k) => ({
    datastream: streams[(batch + k) % streams.length]!,
    phenomenonTime: timeOf(sender, batch, k),
    result: batch + k / 8,
  }));
}

function timeOf(sender: number, batch: number, k: number): string {
  const place = batch % 2 === 0 ? batch : 20_000 - batch;
  return new Date(START + ((place * SENDERS + sender) * ROWS + k) * 1000).toISOString();
}

export interface KillPlan {
  readonly workspace: string;
  readonly url: string | null;
  readonly kills: number;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  /** Time after the writer is at work within which it is killed. */
  readonly withinMs: number;
  readonly onKill?: (kill: number, acknowledged: number) => void;
}

export interface KillReport {
  readonly acknowledged: number;
  /** Batches that were promised and are not whole, and those that are there in part or more than once. */
  readonly faults: readonly string[];
}

export async function killAndLook(plan: KillPlan): Promise<KillReport> {
  const { workspace, url, kills, onKill } = plan;
  const open = () => openDatabase({ workspace, url, command: 'test', waitMs: 60_000 });
  let database = await open();
  const streams = await makeDatastreams(database, [{}, {}, {}]);
  await database.close();
  const faults: string[] = [];
  const promised = Array.from({ length: SENDERS }, () => new Set<number>());
  let first = 0;
  for (let kill = 1; kill <= kills; kill++) {
    await writeUntilKilled(plan, [String(first), ...streams.map(String)], promised);
    database = await open();
    faults.push(...(await faultsOf(database, promised)).map((fault) => `after kill ${kill}: ${fault}`));
    await database.close();
    first = 1 + Math.max(first, ...promised.flatMap((batches) => [...batches]));
    onKill?.(kill, acknowledgedOf(promised));
  }
  return { acknowledged: acknowledgedOf(promised), faults };
}

function acknowledgedOf(promised: readonly ReadonlySet<number>[]): number {
  return promised.reduce((sum, batches) => sum + batches.size * ROWS, 0);
}

async function writeUntilKilled(
  { workspace, url, random, withinMs }: KillPlan,
  words: readonly string[],
  promised: readonly Set<number>[],
): Promise<void> {
  const program = join(import.meta.dirname, 'kill-writer.ts');
  const child = spawn(process.execPath, [program, workspace, url ?? '-', ...words], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'close');
  const lines = createInterface({ input: child.stdout });
  // The first time it makes the tables of each month, which takes as long as the machine is busy.
  const isFirst = promised.every((batches) => batches.size === 0);
  let isDoomed = false;
  lines.on('line', (line) => {
    if (!isDoomed && (line !== 'ready' || !isFirst)) {
      isDoomed = true;
      setTimeout(() => child.kill('SIGKILL'), 1 + random() * withinMs);
    }
    if (line === 'ready') return;
    const [sender, batch] = line.split(' ').map(Number) as [number, number];
    promised[sender]!.add(batch);
  });
  const [code, signal] = (await ended) as [number | null, string | null];
  if (signal !== 'SIGKILL') throw new Error(`The writer ended by itself, with ${code ?? signal}`);
}

async function faultsOf(database: Database, promised: readonly ReadonlySet<number>[]): Promise<string[]> {
  const rows = await database.query<{ time: Date; n: number }>(
    'SELECT phenomenon_time AS time, count(*)::integer AS n FROM observations GROUP BY 1',
  );
  const counts = new Map(rows.map(({ time, n }) => [time.toISOString(), n]));
  const faults: string[] = [];
  const most = Math.max(0, ...promised.flatMap((batches) => [...batches])) + 2;
  for (const [sender, batches] of promised.entries())
    for (let batch = 0; batch <= most; batch++) {
      const found = Array.from({ length: ROWS }, (_, k) => counts.get(timeOf(sender, batch, k)) ?? 0);
      const total = found.reduce((sum, n) => sum + n, 0);
      if (found.some((n) => n > 1)) faults.push(`batch ${batch} of sender ${sender} is there more than once`);
      else if (total !== ROWS && (total > 0 || batches.has(batch)))
        faults.push(`${total} of ${ROWS} rows of batch ${batch} of sender ${sender} are there`);
    }
  const differences = await differencesOfRollups(database);
  if (differences.length > 0) faults.push(`rollups differ: ${JSON.stringify(differences[0])}`);
  return faults;
}
