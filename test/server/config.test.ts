import { totalmem } from 'node:os';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readConfig } from '../../server/config.ts';

describe('the configuration', () => {
  it('has defaults', () => {
    expect(readConfig({}, {})).toMatchObject({
      workspace: resolve('workspace'),
      host: '127.0.0.1',
      port: 8080,
      memoryBytes: Math.floor(totalmem() / 2),
    });
  });

  it('takes the environment, and flags before it', () => {
    const env = {
      LANDMETER_WORKSPACE: '/data',
      LANDMETER_PORT: '9000',
      LANDMETER_THREADS: '3',
      LANDMETER_MEMORY: '1.5G',
    };
    expect(readConfig({}, env)).toMatchObject({
      workspace: resolve('/data'),
      port: 9000,
      threads: 3,
      memoryBytes: 1.5 * 2 ** 30,
    });
    expect(readConfig({ port: '9001', memory: '700M' }, env)).toMatchObject({ port: 9001, memoryBytes: 700 * 2 ** 20 });
  });

  it.each([
    [{ port: '99999' }, 'port'],
    [{ port: 'http' }, 'port'],
    [{ threads: '0' }, 'threads'],
    [{ memory: 'much' }, 'memory'],
    [{ memory: '1M' }, 'memory'],
  ])('refuses %o, naming the setting', (flags, name) => {
    expect(() => readConfig(flags, {})).toThrow(
      expect.objectContaining({ code: 'usage', detail: { parameter: name, value: Object.values(flags)[0] } }) as Error,
    );
  });
});
