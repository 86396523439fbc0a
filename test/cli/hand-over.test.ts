import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { delimiter, join } from 'node:path';
import { describe, expect, it } from 'vitest';

const SERVER = join(import.meta.dirname, '..', '..', 'server');

/** A Node on the path that cannot run TypeScript: what `npm start` was called with, often. */
const older = (process.env['PATH'] ?? '')
  .split(delimiter)
  .map((folder) => join(folder, 'node'))
  .find((node) => /^v(20|21|22\.([0-9]|1[0-7]))\./.test(spawnSync(node, ['-v'], { encoding: 'utf8' }).stdout ?? ''));

describe('handing over to the pinned Node', () => {
  it.each(['SIGINT', 'SIGTERM'] as const)(
    '%s to the launcher alone ends what it started, with its exit code',
    async (name) => {
      const inner = `process.on('${name}', () => process.exit(7)); setInterval(() => {}, 1000); console.log('up')`;
      const outer = `import { handOver } from ${JSON.stringify(join(SERVER, 'hand-over.mjs'))};
      handOver(process.execPath, ['-e', ${JSON.stringify(inner)}]);`;
      const child = spawn(process.execPath, ['--input-type=module', '-e', outer]);
      const closed = once(child, 'close');
      await once(child.stdout, 'data');
      child.kill(name);
      expect(await closed).toEqual([7, null]);
    },
  );

  it.skipIf(!older)('an older Node starts the command line', () => {
    const { status, stdout, stderr } = spawnSync(older ?? '', [join(SERVER, 'landmeter.mjs'), 'info', '--help'], {
      encoding: 'utf8',
    });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toContain('landmeter info B04.tif');
  });
});
