import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { createOutputFile, writeError, writeOutputFile } from '../../pipelines/io/output-file.ts';
import { temporaryFolder } from '../support/archive.ts';

const folder = temporaryFolder('output');
afterAll(() => rmSync(folder, { recursive: true }));

/** The id of a process that has ended. */
function deadPid(): number {
  return spawnSync(process.execPath, ['-e', '0']).pid;
}

describe('an output file', () => {
  it('appears under its name when it is complete', async () => {
    const path = join(folder, 'a.txt');
    await writeOutputFile(path, async ({ handle }) => {
      await handle.write('half');
      expect(existsSync(path)).toBe(false);
      await handle.write(' and whole');
    });
    expect(readFileSync(path, 'utf8')).toBe('half and whole');
    expect(readdirSync(folder)).toEqual(['a.txt']);
  });

  it('leaves what was there and nothing of its own where writing fails', async () => {
    const path = join(folder, 'a.txt');
    await expect(writeOutputFile(path, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(readFileSync(path, 'utf8')).toBe('half and whole');
    expect(readdirSync(folder)).toEqual(['a.txt']);
  });

  it.skipIf(process.platform === 'win32')('never replaces a device or a pipe', async () => {
    const pipe = join(folder, 'pipe');
    spawnSync('mkfifo', [pipe]);
    await expect(createOutputFile(pipe)).rejects.toThrow(/is a device or a pipe/);
    expect(statSync(pipe).isFIFO()).toBe(true);
    rmSync(pipe);
  });

  it('says so where a file stands where a folder should', () => {
    const error = Object.assign(new Error('EEXIST: file already exists, mkdir'), { code: 'EEXIST' });
    expect(writeError('file/x', error).message).toBe('Cannot write file/x: a part of its path is a file, not a folder');
  });

  it('removes what dead writers of the same name left, and nothing else', async () => {
    writeFileSync(join(folder, `.b.txt.${deadPid()}.tmp`), 'left');
    writeFileSync(join(folder, `.c.txt.${deadPid()}.tmp`), 'of another');
    writeFileSync(join(folder, `.b.txt.${process.ppid}.tmp`), 'being written');
    await writeOutputFile(join(folder, 'b.txt'), ({ handle }) => handle.write('x'));
    expect(readdirSync(folder).sort()).toEqual([
      `.b.txt.${process.ppid}.tmp`,
      expect.stringMatching(/^\.c\.txt/),
      'a.txt',
      'b.txt',
    ]);
  });

  it.skipIf(process.platform !== 'linux')('takes a killed process that nobody has waited for as dead', async () => {
    // The shell's child ends after the shell has become `sleep`, which never waits for it.
    const holder = spawn('sh', ['-c', 'sleep 0.3 & echo $!; exec sleep 30'], { stdio: ['ignore', 'pipe', 'ignore'] });
    try {
      const zombie = Number(
        await new Promise<string>((done) => holder.stdout.once('data', (d: Buffer) => done(d.toString()))),
      );
      await expect.poll(() => readFileSync(`/proc/${zombie}/stat`, 'latin1'), { timeout: 10_000 }).toContain(') Z ');
      writeFileSync(join(folder, `.z.txt.${zombie}.tmp`), 'left');
      await writeOutputFile(join(folder, 'z.txt'), ({ handle }) => handle.write('x'));
      expect(readdirSync(folder).filter((name) => name.includes('z.txt'))).toEqual(['z.txt']);
    } finally {
      holder.kill('SIGKILL');
    }
  });

  it.each([
    ['a folder that is not there', 'none/x.tif', 'its folder does not exist'],
    ['a file as folder', 'a.txt/x.tif', 'is a file, not a folder'],
    ['a folder', 'dir', 'it is a folder'],
  ])('is refused with one sentence: %s', async (_case, name, reason) => {
    mkdirSync(join(folder, 'dir'), { recursive: true });
    await expect(createOutputFile(join(folder, name))).rejects.toMatchObject({
      code: 'not-writable',
      message: expect.stringContaining(reason) as string,
    });
  });
});
