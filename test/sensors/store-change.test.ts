import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '../../pipelines/database/database.ts';
import { FLAG } from '../../pipelines/core/sensors/quality/flags.ts';
import {
  changeFlags,
  changeObservation,
  removeObservation,
  removeObservationsOf,
} from '../../pipelines/sensors/change-observations.ts';
import { doorOf } from '../../pipelines/sensors/door-of.ts';
import { createObservationDoor } from '../../pipelines/sensors/door.ts';
import type { AddedObservation, IncomingObservation, ObservationDoor } from '../../pipelines/sensors/observation.ts';
import { partitionOf } from '../../pipelines/sensors/partitions.ts';
import { readLatest, readSeries } from '../../pipelines/sensors/read-series.ts';
import { maintainObservations } from '../../pipelines/sensors/retention.ts';
import { createRandom } from '../support/random.ts';
import type { OpenedDatabase } from './stations.ts';
import { differencesOfRollups, KINDS, makeDatastreams, stopServer } from './stations.ts';

afterAll(stopServer);

const HOUR = 3_600_000;
const START = Date.UTC(2024, 0, 1);

describe.each(KINDS)('observations that change, $kind', ({ open, skip, kind }) => {
  describe.skipIf(skip)('', () => {
    let opened: OpenedDatabase;
    let database: Database;
    let door: ObservationDoor;
    beforeAll(async () => {
      opened = await open();
      ({ database } = opened);
      door = doorOf(database);
    });
    afterAll(() => opened.end());

    async function fill(rows: number, stepMs: number, more: Partial<IncomingObservation> = {}) {
      const [datastream] = await makeDatastreams(database, [{}]);
      const random = createRandom(7);
      const values = Array.from({ length: rows }, () => Math.round(random() * 1000) / 10);
      const outcomes = await door.put(
        values.map((result, k) => ({
          datastream: datastream!,
          phenomenonTime: new Date(START + k * stepMs).toISOString(),
          result,
          ...more,
        })),
      );
      return { datastream: datastream!, values, ids: outcomes.map((outcome) => (outcome as { id: number }).id) };
    }

    it('counts anew what was corrected, moved, flagged or removed', async () => {
      const { datastream, ids } = await fill(200, HOUR / 4);
      const change = (id: number, words: Partial<IncomingObservation>) =>
        database.transaction((tx) => changeObservation(tx, id, words));
      await change(ids[5]!, { result: 1000 });
      await change(ids[199]!, { phenomenonTime: '2024-06-01T00:00:00.000001Z' });
      await change(ids[199]!, { parameters: { a: 1 } });
      await change(ids[0]!, { phenomenonTime: '2021-06-01T00:00:00Z' });
      await database.transaction((tx) => removeObservation(tx, ids[198]!));
      await database.transaction((tx) => removeObservation(tx, ids[0]!));
      const flagged = [10, 11, 12, 13].map((k) => ({
        datastream,
        phenomenonTime: START + (k * HOUR) / 4,
        flags: FLAG.spike,
      }));
      expect(
        await changeFlags(database, [...flagged, { datastream, phenomenonTime: START + 4 * HOUR, flags: FLAG.gap }]),
      ).toBe(5);
      expect(await changeFlags(database, flagged)).toBe(0);
      expect(await differencesOfRollups(database)).toEqual([]);
      const [span] = await database.query(
        `SELECT phenomenon_from, to_char(phenomenon_to, 'YYYY-MM-DD US') AS until FROM sta_datastreams WHERE id = $1`,
        [datastream],
      );
      expect(span).toEqual({ phenomenon_from: new Date(START + HOUR / 4), until: '2024-06-01 000001' });
      const [hour] = await database.query(
        'SELECT count, flagged FROM observation_hours WHERE datastream = $1 AND hour = $2',
        [datastream, new Date(START + 3 * HOUR).toISOString()],
      );
      expect(hour).toEqual({ count: 2, flagged: 2 });
    });

    it('refuses a change to what the door would refuse, and to a time that is taken', async () => {
      const { ids } = await fill(3, HOUR);
      const change = (words: object) => database.transaction((tx) => changeObservation(tx, ids[0]!, words));
      await expect(change({ result: 'warm' })).rejects.toMatchObject({ code: 'parameter-invalid' });
      await expect(change({ phenomenonTime: '2024-01-01T01:00:00Z' })).rejects.toMatchObject({ code: 'not-the-same' });
      await expect(database.transaction((tx) => changeObservation(tx, 1e9, {}))).rejects.toMatchObject({
        code: 'not-found',
      });
      expect(await differencesOfRollups(database)).toEqual([]);
    });

    it('takes away all observations of a feature', async () => {
      const { datastream } = await fill(30, HOUR / 3);
      const [feature] = await database.query<{ id: number }>(
        `INSERT INTO sta_features (name, description, encoding_type, feature) VALUES ('f', 'd', 't', '{}') RETURNING id`,
      );
      await door.put([
        { datastream, phenomenonTime: '2024-01-01T00:07:00Z', result: 1, feature: feature!.id },
        { datastream, phenomenonTime: '2024-05-01T00:00:00Z', result: 2, feature: feature!.id },
      ]);
      await database.transaction((tx) => removeObservationsOf(tx, feature!.id));
      expect(await database.query('SELECT id FROM observations WHERE feature = $1', [feature!.id])).toEqual([]);
      expect(await differencesOfRollups(database)).toEqual([]);
    });

    it('removes what is older than a datastream keeps, by whole days', async () => {
      const [kept, gone, forever] = await makeDatastreams(database, [{}, {}, {}]);
      const now = Date.now();
      const times = [0, 1, 24, 25, 26, 24 * 40, 24 * 400].map((hours) => new Date(now - hours * HOUR).toISOString());
      await door.put(
        [kept!, gone!, forever!].flatMap((datastream) =>
          times.map((phenomenonTime, k) => ({ datastream, phenomenonTime, result: k })),
        ),
      );
      await database.query('UPDATE sta_datastreams SET retention_days = 30 WHERE id = ANY ($1::bigint[])', [
        [kept!, gone!],
      ]);
      await database.query('UPDATE sta_datastreams SET keep_rollups = false WHERE id = $1', [gone!]);
      const { observations, partitions } = await maintainObservations(database, now);
      expect(observations).toBe(4);
      const old = partitionOf((now - 400 * 24 * HOUR) * 1000).name;
      expect(partitions).not.toContain(old); // the third datastream is in it
      const count = async (table: string, datastream: number) =>
        (await database.query(`SELECT count(*)::integer AS n FROM ${table} WHERE datastream = $1`, [datastream]))[0]![
          'n'
        ];
      expect([await count('observations', kept!), await count('observations', forever!)]).toEqual([5, 7]);
      expect([await count('observation_hours', kept!), await count('observation_hours', gone!)]).toEqual([7, 5]);
      expect(await maintainObservations(database, now)).toEqual({ observations: 0, partitions: [] });

      await database.query('UPDATE sta_datastreams SET retention_days = 30 WHERE id = $1', [forever!]);
      expect((await maintainObservations(database, now)).partitions).toContain(old);
      // The door finds out that the partition is gone.
      const [again] = await makeDatastreams(database, [{}]);
      const [outcome] = await door.put([{ datastream: again!, phenomenonTime: times[6]!, result: 1 }]);
      expect(outcome!.status).toBe('added');
      await database.query('DELETE FROM sta_datastreams WHERE id = ANY ($1::bigint[])', [[kept!, gone!, forever!]]);
      expect(await differencesOfRollups(database)).toEqual([]);
    });

    it('gives series in buckets with every peak, and no flagged value', async () => {
      const { datastream, values } = await fill(2000, HOUR / 2);
      await changeFlags(database, [{ datastream, phenomenonTime: START + 50 * (HOUR / 2), flags: FLAG.range }]);
      const good = values.filter((_, k) => k !== 50);
      const whole = { datastream, from: START, to: START + 1000 * HOUR };
      for (const points of [1, 30, 100, 400, 2000]) {
        const buckets = await readSeries(database, { ...whole, points });
        expect(buckets.length).toBeLessThanOrEqual(points + 1);
        expect(buckets.reduce((sum, { count }) => sum + count, 0)).toBe(1999);
        expect(Math.max(...buckets.map(({ max }) => max))).toBe(Math.max(...good));
        const mean = buckets.reduce((sum, bucket) => sum + bucket.mean * bucket.count, 0) / 1999;
        expect(mean).toBeCloseTo(good.reduce((sum, value) => sum + value, 0) / 1999, 8);
      }
      expect(
        await readSeries(database, { ...whole, from: START + 5000 * HOUR, to: START + 6000 * HOUR, points: 10 }),
      ).toEqual([]);
      expect(await readLatest(database, [datastream])).toMatchObject([
        { datastream, phenomenonTime: START + 1999 * (HOUR / 2), result: values[1999], flags: 0 },
      ]);
    });

    it.runIf(kind === 'postgres')('tells what another process has added, and only that', async () => {
      const [stream] = await makeDatastreams(database, [{}]);
      const elsewhere = await opened.again();
      const other = createObservationDoor(elsewhere);
      const told: AddedObservation[] = [];
      const stop = door.subscribe((added) => told.push(...added));
      await until(async () => {
        const [row] = await database.query(
          `SELECT count(*)::integer AS n FROM pg_stat_activity WHERE query LIKE 'LISTEN %'`,
        );
        return row!['n'] === 1;
      });
      const put = (by: ObservationDoor, from: number, count: number) =>
        by.put(
          Array.from({ length: count }, (_, k) => ({
            datastream: stream!,
            phenomenonTime: new Date(START + (from + k) * HOUR).toISOString(),
            result: from + k,
          })),
        );
      await Promise.all([put(door, 0, 40), put(other, 100, 60), put(door, 200, 20), put(other, 120, 80)]);
      await until(async () => told.length >= 160);
      await new Promise((done) => setTimeout(done, 100));
      stop();
      expect(told).toHaveLength(160);
      expect(new Set(told.map(({ id }) => id)).size).toBe(160);
      await elsewhere.close();
    });

    it.runIf(kind === 'postgres')('never locks up under writers that mix adding, changing and removing', async () => {
      const streams = await makeDatastreams(database, [{}, {}, {}, {}]);
      const doors = [door, createObservationDoor(database), createObservationDoor(database)];
      const random = createRandom(11);
      const work = Array.from({ length: 60 }, async (_, k) => {
        const rows = Array.from({ length: 30 }, () => ({
          datastream: streams[Math.floor(random() * 4)]!,
          phenomenonTime: new Date(START + Math.floor(random() * 300) * (HOUR / 5)).toISOString(),
          result: random(),
        }));
        const outcomes = await doors[k % 3]!.put(rows);
        const { id } = outcomes[k % 30] as { id: number };
        const change =
          k % 2 === 0 ? removeObservation : (tx: Database, one: number) => changeObservation(tx, one, { result: k });
        await database
          .transaction((tx) => change(tx as Database, id))
          .catch((error: unknown) => {
            if ((error as { code?: string }).code !== 'not-found') throw error; // another one was faster
          });
      });
      await Promise.all(work);
      expect(await differencesOfRollups(database)).toEqual([]);
    });
  });
});

async function until(isSo: () => Promise<boolean>): Promise<void> {
  for (let k = 0; k < 200; k++) {
    if (await isSo()) return;
    await new Promise((done) => setTimeout(done, 25));
  }
  throw new Error('it did not come to pass');
}
