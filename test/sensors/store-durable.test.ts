import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { openDatabase } from '../../pipelines/database/open.ts';
import { doorOf } from '../../pipelines/sensors/door-of.ts';
import type { PostgresServer } from '../support/databases.ts';
import { noPostgres, startPostgres } from '../support/databases.ts';
import { createRandom } from '../support/random.ts';
import { killAndLook } from './killed-batches.ts';
import { differencesOfRollups, makeDatastreams } from './stations.ts';

const workspace = mkdtempSync(join(tmpdir(), 'landmeter-durable-'));
let server: PostgresServer | null = null;
afterAll(() => {
  rmSync(workspace, { recursive: true, force: true });
  server?.stop();
});

describe('a writer that is killed', () => {
  it('has left what it promised, embedded', async () => {
    const random = createRandom(3);
    const { acknowledged, faults } = await killAndLook({ workspace, url: null, kills: 2, random, withinMs: 1200 });
    expect(faults).toEqual([]);
    expect(acknowledged).toBeGreaterThan(0);
  });

  it.skipIf(noPostgres !== null)('has left what it promised, on a server', async () => {
    server ??= startPostgres();
    const plan = { workspace, url: server.createDatabase(), kills: 2, random: createRandom(4), withinMs: 600 };
    const { acknowledged, faults } = await killAndLook(plan);
    expect(faults).toEqual([]);
    expect(acknowledged).toBeGreaterThan(0);
  });
});

describe.skipIf(noPostgres !== null)('a server that goes away', () => {
  it('makes the door say so, and is used again when it is back', async () => {
    server ??= startPostgres();
    const database = await openDatabase({ workspace, url: server.createDatabase(), command: 'test' });
    const door = doorOf(database);
    const [stream] = await makeDatastreams(database, [{}]);
    const put = (minute: number) =>
      door.put([
        { datastream: stream!, phenomenonTime: new Date(Date.UTC(2024, 0, 1, 0, minute)).toISOString(), result: 1 },
      ]);
    const heard: number[] = [];
    const stop = door.subscribe((added) => heard.push(added.length));
    expect((await put(0))[0]!.status).toBe('added');
    server.crash();
    await expect(put(1)).rejects.toMatchObject({ code: 'unavailable' });
    await expect(Promise.all([put(2), put(3)])).rejects.toMatchObject({ code: 'unavailable' });
    server.start();
    expect((await put(1))[0]!.status).toBe('added');
    expect((await put(0))[0]!.status).toBe('known');
    expect(heard).toEqual([1, 1]);
    expect(await differencesOfRollups(database)).toEqual([]);
    stop();
    await database.close();
  });
});
