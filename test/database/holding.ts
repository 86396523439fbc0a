/** A process of its own that opens a workspace's database, for tests that kill it or let several race. */
import { appendFileSync, writeSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { isPlatformError } from '../../pipelines/core/errors.ts';
import { acquireLock } from '../../pipelines/database/lock.ts';
import { openDatabase } from '../../pipelines/database/open.ts';

const [what, folder, argument] = process.argv.slice(2) as [string, string, string];

/** Not through a stream: what was printed must be out when the process is killed. */
const print = (text: string) => void writeSync(1, `${text}\n`);

/** Takes the lock again and again, and tells a log when it goes in and out. */
async function race(): Promise<void> {
  for (let turn = 0; turn < 8; turn++) {
    const lock = await acquireLock(folder, { command: 'race' });
    appendFileSync(argument, 'in\n');
    await sleep(5);
    appendFileSync(argument, 'out\n');
    await lock.release();
  }
}

/** Commits numbers from where it finds the table, and prints each when it is acknowledged. */
async function write(): Promise<void> {
  const database = await openDatabase({ workspace: folder, url: null, command: 'write' });
  await database.script('CREATE TABLE IF NOT EXISTS numbers (n integer PRIMARY KEY)');
  const [row] = await database.query<{ n: number }>('SELECT coalesce(max(n), 0) AS n FROM numbers');
  for (let n = row!.n + 1; ; n++) {
    await database.query('INSERT INTO numbers VALUES ($1)', [n]);
    print(String(n));
  }
}

try {
  if (what === 'hold') {
    await acquireLock(folder, { command: 'landmeter test', address: argument || null });
    print('held');
    await sleep(60_000);
  } else await (what === 'race' ? race() : write());
} catch (error) {
  print(isPlatformError(error) ? error.message : String(error));
  process.exitCode = 1;
}
