/** A PostgreSQL server for the length of a test run, from the distribution's package, where there is one. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface PostgresServer {
  /** Address of a fresh database on it. */
  createDatabase(): string;
  /** As a loss of power does it; `start` brings it back. */
  crash(): void;
  start(): void;
  stop(): void;
}

/** Debian's place, which is not on the path; newest version first. */
function findPrograms(): string | null {
  const root = '/usr/lib/postgresql';
  const versions = existsSync(root) ? readdirSync(root).sort((a, b) => Number(b) - Number(a)) : [];
  const folders = [...versions.map((v) => join(root, v, 'bin')), '/usr/bin', '/usr/local/bin', '/opt/homebrew/bin'];
  return folders.find((folder) => existsSync(join(folder, 'initdb'))) ?? null;
}

const PROGRAMS = findPrograms();

/** Why the tests on a server are skipped; null where they are not. */
export const noPostgres: string | null = PROGRAMS
  ? null
  : 'PostgreSQL is not installed here (apt-get install postgresql)';

export function startPostgres(): PostgresServer {
  if (!PROGRAMS) throw new Error(noPostgres!);
  const folder = mkdtempSync(join(tmpdir(), 'landmeter-postgres-'));
  const run = (program: string, ...args: string[]) => asUser(folder, join(PROGRAMS, program), args);
  if (process.getuid?.() === 0) execFileSync('chown', ['postgres', folder]);
  const data = join(folder, 'data');
  run('initdb', '-D', data, '-U', 'landmeter', '-A', 'trust', '-E', 'UTF8', '--no-sync');
  const start = () => run('pg_ctl', '-D', data, '-w', '-l', join(folder, 'log'), '-o', `-k ${folder} -h ''`, 'start');
  const crash = () => run('pg_ctl', '-D', data, '-w', '-m', 'immediate', 'stop');
  start();
  let count = 0;
  return {
    createDatabase() {
      const name = `test_${count++}`;
      run('createdb', '-h', folder, '-U', 'landmeter', name);
      return `postgres://landmeter@/${name}?host=${encodeURIComponent(folder)}`;
    },
    crash,
    start,
    stop() {
      crash();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** PostgreSQL refuses to run as root. */
function asUser(folder: string, program: string, args: readonly string[]): void {
  const isRoot = process.getuid?.() === 0;
  const [command, words] = isRoot ? ['runuser', ['-u', 'postgres', '--', program, ...args]] : [program, [...args]];
  execFileSync(command, words, { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] });
}
