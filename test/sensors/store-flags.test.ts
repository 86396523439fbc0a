import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FLAG } from '../../pipelines/core/sensors/quality/flags.ts';
import type { Database } from '../../pipelines/database/database.ts';
import { createObservationDoor } from '../../pipelines/sensors/door.ts';
import type { IncomingObservation, ObservationDoor } from '../../pipelines/sensors/observation.ts';
import type { OpenedDatabase } from './stations.ts';
import { differencesOfRollups, KINDS, makeDatastreams } from './stations.ts';

const [{ open: openEmbedded }] = KINDS;
const START = Date.UTC(2024, 0, 1);
const MINUTE = 60_000;

describe('flags of what arrives', () => {
  let opened: OpenedDatabase;
  let database: Database;
  beforeAll(async () => {
    opened = await openEmbedded();
    ({ database } = opened);
  });
  afterAll(() => opened.end());

  async function temperature(ucum = 'Cel'): Promise<number> {
    const [id] = await makeDatastreams(database, [{ ucum }]);
    await database.query("UPDATE sta_datastreams SET property = 'air_temperature' WHERE id = $1", [id!]);
    return id!;
  }
  /** A day, ten minutes apart: one reading that cannot be, one that leaps, and from the 60th on always the same. */
  const series = (datastream: number): IncomingObservation[] =>
    Array.from({ length: 130 }, (_, k) => ({
      datastream,
      phenomenonTime: new Date(START + k * 10 * MINUTE).toISOString(),
      result: k === 20 ? 99 : k === 40 ? 25 : 10 + Math.sin(Math.min(k, 60) / 9) + (Math.min(k, 60) % 3) / 10,
    }));
  const flagsOf = async (datastream: number) =>
    (
      await database.query<{ flags: number }>(
        'SELECT flags FROM observations WHERE datastream = $1 ORDER BY phenomenon_time',
        [datastream],
      )
    ).map(({ flags }) => flags);
  const put = (door: ObservationDoor, rows: readonly IncomingObservation[]) => door.put(rows);

  it('keeps the value and says what speaks against it', async () => {
    const stream = await temperature();
    await put(createObservationDoor(database), series(stream));
    const flags = await flagsOf(stream);
    expect(flags[20]).toBe(FLAG.range);
    expect(flags.slice(52, 60)).toEqual(Array.from({ length: 8 }, () => 0));
    expect(flags.slice(120)).toEqual(Array.from({ length: 10 }, () => FLAG.stuck));
    expect(flags.filter((mask) => mask !== 0)).toHaveLength(11);
    const [row] = await database.query('SELECT max(result) AS raw FROM observations WHERE datastream = $1', [stream]);
    expect(row).toEqual({ raw: 99 });
    const [hours] = await database.query(
      'SELECT max(max) AS max, sum(flagged)::integer AS flagged FROM observation_hours WHERE datastream = $1',
      [stream],
    );
    expect(hours!['max']).toBe(25);
    expect(hours!['flagged']).toBe(flags.filter((mask) => mask !== 0).length);
    expect(await differencesOfRollups(database)).toEqual([]);
  });

  it('flags alike, one by one, by ever new doors, in another unit', async () => {
    const [whole, single, changing, kelvin] = [
      await temperature(),
      await temperature(),
      await temperature(),
      await temperature('K'),
    ];
    await put(createObservationDoor(database), series(whole));
    const door = createObservationDoor(database);
    for (const row of series(single)) await put(door, [row]);
    for (const row of series(changing)) await put(createObservationDoor(database), [row]);
    await put(
      door,
      series(kelvin).map((row) => ({ ...row, unit: 'Cel' })),
    );
    const flags = await flagsOf(whole);
    for (const stream of [single, changing, kelvin]) expect(await flagsOf(stream)).toEqual(flags);
  });

  it('says of late ones whether they are in range, and no more', async () => {
    const stream = await temperature();
    const door = createObservationDoor(database);
    await put(door, series(stream).slice(30));
    await put(door, series(stream).slice(0, 30));
    const flags = await flagsOf(stream);
    expect(flags.slice(0, 30).filter((mask) => mask !== 0)).toEqual([FLAG.range]);
  });

  it('has nothing to say of what it has no limits for', async () => {
    const [unknown] = await makeDatastreams(database, [{}]);
    await put(createObservationDoor(database), series(unknown!));
    expect(new Set(await flagsOf(unknown!))).toEqual(new Set([0]));
  });
});
