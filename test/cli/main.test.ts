import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createProgress } from '../../server/cli/progress.ts';
import { COMMANDS } from '../../server/cli/registry.ts';

const LANDMETER = join(import.meta.dirname, '..', '..', 'server', 'landmeter.mjs');

function landmeter(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [LANDMETER, ...args], { encoding: 'utf8' });
  return { status, stdout, stderr };
}

describe('the command line', () => {
  it('lists its commands', () => {
    expect(COMMANDS.map((c) => c.name)).toMatchInlineSnapshot(`
      [
        "info",
        "indices",
        "index",
        "mask",
        "composite",
        "change",
        "mowing",
        "polygonize",
        "tile",
        "base",
        "zonal",
        "series",
        "sensors",
        "assets",
        "alerts",
        "radar",
        "flood",
        "accuracy",
        "point",
        "sample",
        "start",
        "serve",
        "warp",
        "ingest",
        "run",
        "status",
        "cancel",
        "schedule",
        "worker",
        "passport",
        "replay",
        "token",
        "backup",
        "restore",
      ]
    `);
    const { status, stdout } = landmeter('--help');
    expect(status).toBe(0);
    for (const { name } of COMMANDS) expect(stdout).toContain(`  ${name} `);
  });

  it.each(COMMANDS.map((c) => c.name))('%s has help with an example', (name) => {
    const { status, stdout } = landmeter(name, '--help');
    expect(status).toBe(0);
    expect(stdout).toMatch(/Examples?:\n +landmeter /);
    expect(stdout).toContain('--quiet');
  });

  it.each([
    [[], /Name a command/],
    [['nonsense'], /nonsense/],
    [['info', '--nonsense'], /--nonsense/],
    [['tile', 'a.tif'], /-o/],
    [['sample', '--size', 'huge'], /--size is "huge"/],
    [['serve', '--port', 'http'], /port is "http"/],
  ])('%o is wrong usage: exit code 2 and one sentence', (args, words) => {
    const { status, stdout, stderr } = landmeter(...args);
    expect(status).toBe(2);
    expect(stdout).toBe('');
    expect(stderr.trim().split('\n').length).toBe(1);
    expect(stderr).toMatch(words);
  });

  it('fails with exit code 1 and one sentence', () => {
    const { status, stderr } = landmeter('info', 'none.tif');
    expect(status).toBe(1);
    expect(stderr.trim().split('\n')).toEqual([expect.stringContaining('none.tif')]);
  });
});

describe.skipIf(process.platform === 'win32')('a stdout that takes nothing', () => {
  const shell = (script: string) =>
    spawnSync('bash', ['-c', script, process.execPath, LANDMETER], { encoding: 'utf8' });

  it('is no fault where its reader has seen enough', () => {
    const { stdout, stderr } = shell('set -o pipefail; "$0" "$1" indices --json | head -1; echo "exit code $?"');
    expect(stderr).toBe('');
    expect(stdout).toBe('[\nexit code 0\n');
  });

  it.skipIf(!existsSync('/dev/full'))('is one sentence where the disk is full', () => {
    const { status, stderr } = shell('"$0" "$1" indices > /dev/full');
    expect({ status, stderr }).toEqual({ status: 1, stderr: 'Cannot write the result to stdout: the disk is full\n' });
  });
});

describe('progress', () => {
  function record(isTTY: boolean, quiet = false) {
    let at = 0;
    const lines: string[] = [];
    const progress = createProgress({
      stream: { write: (t: string) => lines.push(t), isTTY },
      quiet,
      now: () => (at += 3000),
    });
    progress.stage('Reading', 4);
    for (let k = 0; k < 4; k++) progress.advance();
    progress.done();
    return lines;
  }

  it('is plain lines where there is no terminal, a line that is rewritten where there is one, nothing when quiet', () => {
    expect(record(false).at(-1)).toMatch(/^Reading: done in \d+\.\d s\n$/);
    expect(record(false).some((l) => l.includes('\u001b'))).toBe(false);
    const drawn = record(true)[1]!;
    expect(drawn.startsWith('\r\u001b[KReading ')).toBe(true);
    expect(drawn).toMatch(/█+░* \d+ %$/);
    expect(record(false, true)).toEqual([]);
  });
});
