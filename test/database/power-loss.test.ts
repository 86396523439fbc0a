import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DURABLE_START, DurableFiles } from '../../pipelines/database/durable-files.ts';
import { ThreadConnection } from '../../pipelines/database/thread-connection.ts';
import { temporaryFolder } from '../support/archive.ts';
import { createRandom } from '../support/random.ts';
import { FailingDisk } from './power-loss.ts';

const root = temporaryFolder('power-loss');
afterAll(() => rmSync(root, { recursive: true, force: true }));
/** Every loss is a database of 40 MB that is opened; a busy machine takes its time. */
const PATIENCE_MS = 300_000;

interface Loss {
  readonly folder: string;
  /** Commits that had been acknowledged. */
  readonly acknowledged: number;
}

/** Commits and checkpoints, and takes what a power loss would leave at moments that chance chooses. */
async function write(name: string, startParams: readonly string[], losses: number): Promise<Loss[]> {
  const folder = join(root, name);
  mkdirSync(folder);
  await (await ThreadConnection.open(folder)).close();
  const random = createRandom(7);
  const disk = new FailingDisk(folder, random);
  const found: Loss[] = [];
  let acknowledged = 0;
  const lose = () => {
    const lost = join(root, `${name}-${found.length}`);
    mkdirSync(lost, { mode: 0o700 });
    disk.fail(lost);
    found.push({ folder: lost, acknowledged });
  };
  const onSync = (path: string) => {
    // Also in the middle of a commit or a checkpoint, before what is asked for has happened.
    if (acknowledged > 5 && found.length < losses / 2 && random() < 0.02) lose();
    disk.sync(path);
  };
  const database = new PGlite({ fs: new DurableFiles(folder, { onSync }), startParams: [...startParams] });
  await database.exec('CREATE TABLE kept (n integer PRIMARY KEY, changed integer NOT NULL, padding text NOT NULL)');
  for (let n = 1; found.length < losses; n++) {
    await database.transaction(async (tx) => {
      await tx.query('INSERT INTO kept SELECT $1::int, 0, repeat(md5($1::int::text), 200)', [n]);
      await tx.query('UPDATE kept SET changed = changed + 1 WHERE n = $1', [1 + Math.floor(random() * n)]);
    });
    acknowledged = n;
    if (random() < 0.03) await database.exec('CHECKPOINT');
    if (n > 50 && random() < 0.05) lose();
  }
  await database.close();
  return found;
}

/** Commits that are there, all of them sound; null where the database does not open or contradicts itself. */
async function commitsIn(folder: string): Promise<number | null> {
  try {
    const connection = await ThreadConnection.open(folder);
    try {
      const [row] = await connection.order({
        kind: 'script',
        sql: `SELECT count(*)::int AS n, max(n) AS last, sum(changed)::int AS changed,
          bool_and(padding = repeat(md5(n::text), 200)) AS sound FROM kept`,
      });
      const { n, last, changed, sound } = row as { n: number; last: number; changed: number; sound: boolean };
      return n === last && changed === n && sound ? n : null;
    } finally {
      await connection.close();
    }
  } catch {
    return null;
  }
}

describe('a power loss', () => {
  let durable: Loss[];
  beforeAll(async () => {
    durable = await write('durable', DURABLE_START, 4);
  }, PATIENCE_MS);

  it(
    'takes nothing that was acknowledged, at whatever moment it comes',
    async () => {
      for (const { folder, acknowledged } of durable) {
        const commits = await commitsIn(folder);
        // One more may have reached the disk without having been answered yet.
        expect([acknowledged, acknowledged + 1]).toContain(commits);
      }
    },
    PATIENCE_MS,
  );

  it(
    'would take something without fsync: what is tried here is able to fail',
    async () => {
      const losses = await write('fleeting', PGlite.defaultStartParams, 2);
      const commits = await Promise.all(losses.map(({ folder }) => commitsIn(folder)));
      expect(losses.some(({ acknowledged }, k) => (commits[k] ?? 0) < acknowledged)).toBe(true);
    },
    PATIENCE_MS,
  );
});
