import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isPlatformError } from '../../pipelines/core/errors.ts';
import type { Database } from '../../pipelines/database/database.ts';
import { SqlError } from '../../pipelines/database/database.ts';
import { migrate } from '../../pipelines/database/migrations.ts';
import { openDatabase } from '../../pipelines/database/open.ts';
import type { PostgresServer } from '../support/databases.ts';
import { noPostgres, startPostgres } from '../support/databases.ts';

interface Subject {
  readonly database: Database;
  again(): Promise<Database>;
  end(): Promise<void>;
}

async function embedded(): Promise<Subject> {
  const workspace = mkdtempSync(join(tmpdir(), 'landmeter-database-'));
  const again = () => openDatabase({ workspace, url: null, command: 'test' });
  return { database: await again(), again, end: async () => rmSync(workspace, { recursive: true }) };
}

async function onServer(server: PostgresServer): Promise<Subject> {
  const url = server.createDatabase();
  const again = () => openDatabase({ workspace: '/nowhere', url, command: 'test' });
  return { database: await again(), again, end: async () => {} };
}

/** The last step that this version knows; steps are numbered from 1. */
async function latestOf(database: Database): Promise<number> {
  const [row] = await database.query<{ n: number }>('SELECT max(number) AS n FROM landmeter_migrations');
  return row!.n;
}

let server: PostgresServer | null = null;
if (noPostgres) console.warn(`On a server: skipped. ${noPostgres}`);
afterAll(() => server?.stop());

const KINDS = [
  { kind: 'embedded', open: embedded, skip: false },
  { kind: 'postgres', open: () => onServer((server ??= startPostgres())), skip: noPostgres !== null },
] as const;

describe.each(KINDS)('a database, $kind', ({ kind, open, skip }) => {
  describe.skipIf(skip)('', () => {
    let subject: Subject;
    let database: Database;
    beforeAll(async () => {
      subject = await open();
      database = subject.database;
      await database.script('CREATE TABLE numbers (n bigint PRIMARY KEY, word text)');
    });
    afterAll(async () => {
      await database.close();
      await subject.end();
    });

    it('is of its kind', () => expect(database.kind).toBe(kind));

    it('takes and gives values of every type in the same way', async () => {
      const [row] = await database.query(
        `SELECT $1::jsonb AS json, $2::timestamptz AS time, $3::bytea AS bytes, $4::float8 AS float, $5::bigint AS big,
                $6::text[] AS words, $7::boolean AS yes, $8::text AS nothing, $9::integer AS whole, now()::text AS now`,
        [
          JSON.stringify({ a: [1, null, 'é'] }),
          '2024-06-01T10:00:00+02:00',
          new Uint8Array([0, 1, 255]),
          0.1,
          9007199254740991,
          ['a', 'b,c'],
          true,
          null,
          -5,
        ],
      );
      expect(row).toEqual({
        json: { a: [1, null, 'é'] },
        time: new Date('2024-06-01T08:00:00Z'),
        bytes: expect.any(Uint8Array),
        float: 0.1,
        big: 9007199254740991,
        words: ['a', 'b,c'],
        yes: true,
        nothing: null,
        whole: -5,
        now: expect.stringMatching(/\+00$/),
      });
      expect([...(row!['bytes'] as Uint8Array)]).toEqual([0, 1, 255]);
    });

    it('runs many statements at once and gives the rows of all', async () => {
      expect(await database.script('SELECT 1 AS n; SELECT 2 AS n')).toEqual([{ n: 1 }, { n: 2 }]);
    });

    it('keeps all of a transaction or nothing', async () => {
      await database.transaction(async (tx) => {
        await tx.query('INSERT INTO numbers VALUES ($1, $2)', [1, 'one']);
        await tx.query('INSERT INTO numbers VALUES ($1, $2)', [2, 'two']);
      });
      const failing = database.transaction(async (tx) => {
        await tx.query('INSERT INTO numbers VALUES ($1, $2)', [3, 'three']);
        await tx.query('INSERT INTO numbers VALUES ($1, $2)', [1, 'again']);
      });
      await expect(failing).rejects.toThrow(SqlError);
      await expect(failing).rejects.toMatchObject({ sqlState: '23505' });
      expect(await database.query('SELECT n FROM numbers ORDER BY n')).toEqual([{ n: 1 }, { n: 2 }]);
    });

    it('keeps transactions that run at once apart', async () => {
      await Promise.all(
        Array.from({ length: 6 }, (_, k) =>
          database.transaction(async (tx) => {
            await tx.query('INSERT INTO numbers VALUES ($1, $2)', [100 + k, 'many']);
            if (k % 2 === 1) throw new Error('given up');
          }),
        ).map((turn) => turn.catch(() => {})),
      );
      const rows = await database.query<{ n: number }>('SELECT n FROM numbers WHERE n >= 100 ORDER BY n');
      expect(rows.map(({ n }) => n)).toEqual([100, 102, 104]);
    });

    it('says what is wrong with a statement and goes on', async () => {
      await expect(database.query('SELECT nonsense')).rejects.toMatchObject({ sqlState: '42703' });
      expect(await database.query('SELECT 1 AS n')).toEqual([{ n: 1 }]);
    });

    it('migrates once, in order, and takes a step back where it fails', async () => {
      const step = (number: number, sql: string) => ({ number, name: `step ${number}`, sql });
      const steps = [
        step(1001, 'CREATE TABLE later (a int)'),
        step(1002, 'ALTER TABLE later ADD b int; SELECT nonsense'),
      ];
      const latest = await latestOf(database);
      const backups: number[] = [];
      const backup = async (from: number) => void backups.push(from);
      await expect(migrate(database, { migrations: steps, backup })).rejects.toThrow(/nonsense/);
      const columns = () =>
        database.query("SELECT column_name::text AS c FROM information_schema.columns WHERE table_name = 'later'");
      expect(await columns()).toEqual([{ c: 'a' }]);
      const mended = [steps[0]!, step(1002, 'ALTER TABLE later ADD b int')];
      await migrate(database, { migrations: mended, backup });
      await migrate(database, { migrations: mended, backup });
      expect(await columns()).toHaveLength(2);
      expect(backups).toEqual([latest, 1001]);
      const refusal = await migrate(database).catch((error: unknown) => error);
      expect(isPlatformError(refusal) && refusal.message).toMatch(/made by a later version .* step 1002/);
      await database.script('DELETE FROM landmeter_migrations WHERE number > 1000; DROP TABLE later');
    });

    it('keeps what was committed when it is opened again', async () => {
      await database.close();
      database = await subject.again();
      expect(await database.query('SELECT word FROM numbers WHERE n = 2')).toEqual([{ word: 'two' }]);
    });
  });
});

it.skipIf(noPostgres !== null)('several processes may migrate one server at once', async () => {
  const url = (server ??= startPostgres()).createDatabase();
  const all = await Promise.all(
    Array.from({ length: 4 }, () => openDatabase({ workspace: '/nowhere', url, command: 'test' })),
  );
  const [found] = await all[0]!.query('SELECT count(*) AS n, count(DISTINCT number) AS d FROM landmeter_migrations');
  expect(found).toEqual({ n: await latestOf(all[0]!), d: await latestOf(all[0]!) });
  for (const database of all) await database.close();
});

it('a server that is not there is named without its password', async () => {
  const url = 'postgres://me:secret@127.0.0.1:1/fields';
  const error = await openDatabase({ workspace: '/nowhere', url, command: 'test' }).catch((e: unknown) => e);
  expect(isPlatformError(error) && error.code).toBe('unavailable');
  expect(String(error)).toMatch(/database fields on 127\.0\.0\.1:1 cannot be used: .*ECONNREFUSED/);
  expect(String(error)).not.toContain('secret');
});
