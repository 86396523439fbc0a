/** Runs a command and asks the operating system what it cost: CPU seconds of the whole process tree, wall, peak memory. */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface Cost {
  /** User + system seconds of the command and all its children. */
  readonly cpu: number;
  readonly wall: number;
  /** Peak resident memory of the largest process, MB. */
  readonly peakMb: number;
}

export type Command = readonly [program: string, ...args: string[]];

const GNU_TIME = '/usr/bin/time';

/** @throws {Error} with the command's last words where it fails. */
export async function run(
  command: Command,
  options: { readonly cwd?: string; readonly env?: NodeJS.ProcessEnv } = {},
): Promise<Cost> {
  if (!existsSync(GNU_TIME)) throw new Error(`${GNU_TIME} is needed to measure (Debian's package: time)`);
  const folder = mkdtempSync(join(tmpdir(), 'landmeter-time-'));
  const report = join(folder, 'report');
  try {
    const words = await finish([GNU_TIME, '-f', '%U %S %e %M', '-o', report, ...command], options);
    const [user, system, wall, kb] = readFileSync(report, 'utf8').trim().split('\n').at(-1)!.split(' ').map(Number);
    if (wall === undefined || kb === undefined) throw new Error(`No measurement of ${command.join(' ')}: ${words}`);
    return { cpu: user! + system!, wall, peakMb: kb / 1024 };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function finish(
  [program, ...args]: Command,
  options: { readonly cwd?: string; readonly env?: NodeJS.ProcessEnv },
): Promise<string> {
  return new Promise((done, fail) => {
    const child = spawn(program, args, { ...options, stdio: ['ignore', 'ignore', 'pipe'] });
    let words = '';
    child.stderr.on('data', (chunk: Buffer) => (words = (words + chunk.toString()).slice(-2000)));
    child.on('error', fail);
    child.on('close', (code) =>
      code === 0
        ? done(words)
        : fail(
            new Error(
              `${program} ${args.slice(0, 6).join(' ')} … ended with ${code}: ${words.trim().split('\n').at(-1)}`,
            ),
          ),
    );
  });
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const mid = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[mid]! : (sorted[mid - 1]! + sorted[mid]!) / 2;
}

export interface Pair {
  readonly ours: Cost;
  readonly peer: Cost | null;
  /** Median over the pairs of ours / peer in CPU seconds; null without a peer. */
  readonly ratio: number | null;
  readonly ratios: readonly number[];
}

/** A pair that takes longer than this is run once: its length evens out what the machine does besides. */
const LONG_PAIR_SECONDS = 30;

/** Ours and the peer in turn, A B A B …: a machine that drifts slows both. */
export async function runPairs(
  runs: number,
  ours: () => Promise<Cost>,
  peer: (() => Promise<Cost>) | null,
): Promise<Pair> {
  const a: Cost[] = [];
  const b: Cost[] = [];
  for (let k = 0; k < runs; k++) {
    a.push(await ours());
    if (peer) b.push(await peer());
    if (a.at(-1)!.wall + (b.at(-1)?.wall ?? 0) > LONG_PAIR_SECONDS) break;
  }
  const ratios = b.map((cost, k) => a[k]!.cpu / cost.cpu);
  return {
    ours: medianCost(a),
    peer: b.length > 0 ? medianCost(b) : null,
    ratio: ratios.length > 0 ? median(ratios) : null,
    ratios,
  };
}

function medianCost(costs: readonly Cost[]): Cost {
  return {
    cpu: median(costs.map((c) => c.cpu)),
    wall: median(costs.map((c) => c.wall)),
    peakMb: Math.max(...costs.map((c) => c.peakMb)),
  };
}
