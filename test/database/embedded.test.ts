import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, describe, expect, it } from 'vitest';
import { isBackupDue, listBackups, makeBackup, restoreBackup } from '../../pipelines/database/backup.ts';
import type { Database } from '../../pipelines/database/database.ts';
import { isEmbedded } from '../../pipelines/database/embedded.ts';
import { acquireLock } from '../../pipelines/database/lock.ts';
import { databaseFolder, openDatabase } from '../../pipelines/database/open.ts';
import { temporaryFolder } from '../support/archive.ts';
import { createRandom } from '../support/random.ts';

const root = temporaryFolder('embedded');
afterAll(() => rmSync(root, { recursive: true, force: true }));

const PATIENCE_MS = 240_000;
const HOLDING = join(import.meta.dirname, 'holding.ts');

function start(...words: string[]): { child: ChildProcess; lines: string[]; ended: Promise<void> } {
  const child = spawn(process.execPath, [HOLDING, ...words], { stdio: ['ignore', 'pipe', 'inherit'] });
  const lines: string[] = [];
  let rest = '';
  child.stdout!.on('data', (chunk: Buffer) => {
    const parts = (rest + chunk.toString()).split('\n');
    rest = parts.pop()!;
    lines.push(...parts);
  });
  return { child, lines, ended: new Promise((done) => child.on('close', () => done())) };
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await sleep(10);
}

function folderOf(name: string): string {
  const folder = join(root, name);
  mkdirSync(folder);
  return folder;
}

const open = (workspace: string, waitMs = 0) => openDatabase({ workspace, url: null, command: 'test', waitMs });

describe('the lock', () => {
  it(
    'lets one in at a time, however many want to',
    async () => {
      const [folder, log] = [folderOf('race'), join(root, 'race.log')];
      await Promise.all(Array.from({ length: 4 }, () => start('race', folder, log).ended));
      const lines = readFileSync(log, 'utf8').trim().split('\n');
      expect(lines).toEqual(Array.from({ length: 32 }, () => ['in', 'out']).flat());
    },
    PATIENCE_MS,
  );

  it(
    'names who has it, and is free at once when that process is killed',
    async () => {
      const folder = folderOf('killed');
      const { child, lines, ended } = start('hold', folder, '');
      await until(() => lines.includes('held'));
      await expect(acquireLock(folder, { command: 'test', waitMs: 50 })).rejects.toThrow(
        `is in use by landmeter test (process ${child.pid}, since 20`,
      );
      child.kill('SIGKILL');
      await ended;
      const lock = await acquireLock(folder, { command: 'test', waitMs: 0 });
      await lock.release();
      await (await acquireLock(folder, { command: 'test', waitMs: 0 })).release();
    },
    PATIENCE_MS,
  );

  it(
    'waits for a command, and not for a server that answers',
    async () => {
      const folder = folderOf('server');
      const server = createServer((_req, res) => res.end('ok')).listen(0, '127.0.0.1');
      const address = await new Promise<string>((done) =>
        server.on('listening', () => done(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`)),
      );
      const { child, lines, ended } = start('hold', folder, address);
      await until(() => lines.includes('held'));
      await expect(acquireLock(folder, { command: 'test', waitMs: 30_000 })).rejects.toMatchObject({
        code: 'busy',
        detail: { address },
      });
      server.close();
      const waited: unknown[] = [];
      const turn = acquireLock(folder, {
        command: 'test',
        waitMs: 30_000,
        onWait: (holder) => waited.push(holder?.pid),
      });
      await until(() => waited.length > 0);
      child.kill('SIGKILL');
      await ended;
      await (await turn).release();
      expect(waited).toEqual([child.pid]);
    },
    PATIENCE_MS,
  );
});

describe('the embedded database', () => {
  it(
    'is refused to a second process with one sentence, and is none the worse for it',
    async () => {
      const workspace = folderOf('second');
      const first = await open(workspace);
      await first.script('CREATE TABLE numbers (n integer)');
      const second = start('write', workspace);
      await sleep(1500);
      await expect(open(workspace)).rejects.toThrow(
        /^The database in .* is in use by test \(process \d+, since .*\); try again/,
      );
      await first.query('INSERT INTO numbers VALUES (0)');
      await first.close();
      await until(() => second.lines.length > 0);
      second.child.kill('SIGKILL');
      await second.ended;
      const again = await open(workspace);
      expect((await again.query('SELECT n FROM numbers WHERE n = 0')).length).toBe(1);
      await again.close();
    },
    PATIENCE_MS,
  );

  it(
    'reopens with all that was acknowledged, killed at any moment, the first opening too',
    async () => {
      const workspace = folderOf('crash');
      const random = createRandom(3);
      let acknowledged = 0;
      for (let round = 0; round < 6; round++) {
        const { child, lines, ended } = start('write', workspace);
        // The first rounds die while the files are being made.
        if (round < 2) await sleep(400 + 1500 * random());
        else await until(() => lines.length > 20 * random());
        child.kill('SIGKILL');
        await ended;
        acknowledged = Math.max(acknowledged, ...lines.map(Number));
      }
      expect(acknowledged).toBeGreaterThan(4);
      const database = await open(workspace);
      const [row] = await database.query<{ last: number; count: number }>(
        'SELECT max(n) AS last, count(*)::int AS count FROM numbers',
      );
      expect(row!.last).toBeGreaterThanOrEqual(acknowledged);
      expect(row!.count).toBe(row!.last);
      await database.close();
      expect(readdirSync(databaseFolder(workspace)).filter((name) => name.startsWith('data-'))).toHaveLength(1);
    },
    PATIENCE_MS,
  );

  it(
    'says what to do where its files cannot be opened',
    async () => {
      const workspace = folderOf('damaged');
      const folder = databaseFolder(workspace);
      mkdirSync(join(folder, 'data-x'), { recursive: true });
      writeFileSync(join(folder, 'data-x', 'PG_VERSION'), '18\n');
      writeFileSync(join(folder, 'current'), 'data-x\n');
      await expect(open(workspace)).rejects.toThrow(
        /data-x cannot be opened \(.*\); bring back a backup with: landmeter restore$/,
      );
    },
    PATIENCE_MS,
  );
});

describe('backups', () => {
  const count = async (database: Database) =>
    (await database.query<{ n: number }>('SELECT count(*) AS n FROM scenes_test'))[0]!.n;

  it(
    'are made, thinned out, and brought back; a bad one changes nothing',
    async () => {
      const workspace = folderOf('backup');
      const folder = databaseFolder(workspace);
      const database = await open(workspace);
      if (!isEmbedded(database)) throw new Error('not embedded');
      await database.script(
        "CREATE TABLE scenes_test AS SELECT n, repeat('x', 2000) AS t FROM generate_series(1, 500) AS n",
      );
      expect(await isBackupDue(folder)).toBe(true);
      mkdirSync(join(folder, 'backups'));
      for (let day = 1; day <= 8; day++)
        writeFileSync(join(folder, 'backups', `daily-2024010${day}T030000Z.tar.gz`), 'old');
      await makeBackup(database, 'daily', { now: new Date('2024-01-09T03:00:00Z') });
      expect((await listBackups(folder)).map(({ time }) => time.slice(8, 10))).toEqual([
        '09',
        '08',
        '07',
        '06',
        '05',
        '04',
        '03',
      ]);
      expect(await isBackupDue(folder, new Date('2024-01-09T20:00:00Z'))).toBe(false);
      expect(await isBackupDue(folder, new Date('2024-01-10T03:00:00Z'))).toBe(true);
      await expect(restoreBackup(folder, null, { command: 'test', waitMs: 0 })).rejects.toMatchObject({ code: 'busy' });
      await database.script('DELETE FROM scenes_test WHERE n > 100');
      await database.close();

      const [newest] = await listBackups(folder);
      const broken = join(root, 'broken.tar.gz');
      writeFileSync(broken, readFileSync(newest!.path).subarray(0, 1_000_000));
      await expect(restoreBackup(folder, broken, { command: 'test' })).rejects.toThrow(
        /broken\.tar\.gz cannot be used as a backup/,
      );
      const unchanged = await open(workspace);
      expect(await count(unchanged)).toBe(100);
      await unchanged.close();

      expect(await restoreBackup(folder, null, { command: 'test' })).toBe(newest!.path);
      const restored = await open(workspace);
      expect(await count(restored)).toBe(500);
      await restored.close();
      expect(existsSync(join(folder, 'replaced', 'PG_VERSION'))).toBe(true);
    },
    PATIENCE_MS,
  );
});
