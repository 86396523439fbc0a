import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '../../pipelines/database/database.ts';
import { createObservationDoor } from '../../pipelines/sensors/door.ts';
import type { AddedObservation, IncomingObservation, ObservationDoor } from '../../pipelines/sensors/observation.ts';
import type { DatastreamWish, OpenedDatabase } from './stations.ts';
import { differencesOfRollups, KINDS, makeDatastreams, stopServer } from './stations.ts';

afterAll(stopServer);

/** Hour `k` of 2024. */
const at = (k: number, minute = 0) => new Date(Date.UTC(2024, 0, 1, k, minute)).toISOString();

describe.each(KINDS)('the door of observations, $kind', ({ kind, open, skip }) => {
  describe.skipIf(skip)('', () => {
    let opened: OpenedDatabase;
    let database: Database;
    let door: ObservationDoor;
    beforeAll(async () => {
      opened = await open();
      ({ database } = opened);
      door = createObservationDoor(database);
    });
    afterAll(() => opened.end());

    const one = async (wish: DatastreamWish = {}) => (await makeDatastreams(database, [wish]))[0]!;
    const of = (datastream: number, k: number, result: unknown = k): IncomingObservation => ({
      datastream,
      phenomenonTime: at(k),
      result: result as number,
    });
    const reason = async (observation: IncomingObservation) => {
      const [outcome] = await door.put([observation]);
      return outcome?.status === 'refused' ? outcome.reason : outcome?.status;
    };

    it('adds a batch and tells the number of each', async () => {
      const stream = await one();
      const outcomes = await door.put([of(stream, 2, 2.5), of(stream, 0, 0.1), of(stream, 1, 21.123456789012)]);
      expect(outcomes.map(({ status }) => status)).toEqual(['added', 'added', 'added']);
      const rows = await database.query(
        'SELECT id, phenomenon_time, result, feature FROM observations WHERE datastream = $1 ORDER BY phenomenon_time',
        [stream],
      );
      expect(rows.map(({ result }) => result)).toEqual([0.1, 21.123456789012, 2.5]);
      expect(rows.map(({ id }) => id)).toEqual([1, 2, 0].map((k) => (outcomes[k] as { id: number }).id));
      const [feature] = await database.query('SELECT feature FROM sta_features WHERE id = $1', [
        rows[0]!['feature'] as number,
      ]);
      expect(feature).toEqual({ feature: { type: 'Point', coordinates: [5.12, 52.09] } });
      const [span] = await database.query('SELECT phenomenon_from, phenomenon_to FROM sta_datastreams WHERE id = $1', [
        stream,
      ]);
      expect(span).toEqual({ phenomenon_from: new Date(at(0)), phenomenon_to: new Date(at(2)) });
    });

    it('keeps what was there, and tells its number again', async () => {
      const stream = await one();
      const [first] = await door.put([of(stream, 5, 1)]);
      const again = await door.put([
        of(stream, 5, 2),
        { ...of(stream, 5, 3), phenomenonTime: '2024-01-01T07:00:00.000+02:00' },
        of(stream, 6, 4),
        of(stream, 6, 5),
      ]);
      const { id } = first as { id: number };
      expect(again[0]).toEqual({ status: 'known', id });
      expect(again[1]).toEqual({ status: 'known', id });
      expect(again[2]!.status).toBe('added');
      expect(again[3]).toEqual({ status: 'known', id: (again[2] as { id: number }).id });
      const rows = await database.query('SELECT result FROM observations WHERE datastream = $1 ORDER BY 1', [stream]);
      expect(rows).toEqual([{ result: 1 }, { result: 4 }]);
    });

    it('tells microseconds apart', async () => {
      const stream = await one();
      const times = ['2024-03-01T00:00:00.000001Z', '2024-03-01T00:00:00.000002Z', '2024-03-01T00:00:00.0000011Z'];
      const outcomes = await door.put(times.map((phenomenonTime) => ({ ...of(stream, 0), phenomenonTime })));
      expect(outcomes.map(({ status }) => status)).toEqual(['added', 'added', 'known']);
    });

    it('refuses what is wrong with its reason, and keeps the rest', async () => {
      const [number, truth, count, category, any] = await makeDatastreams(database, [
        {},
        { type: 'TruthObservation', ucum: null },
        { type: 'CountObservation', ucum: null },
        { type: 'CategoryObservation', ucum: null },
        { type: 'Observation', ucum: null },
      ]);
      const cases: readonly (readonly [IncomingObservation, string])[] = [
        [of(987654321, 0), 'There is no datastream 987654321'],
        [{ ...of(0, 0), datastream: { key: 'nobody' } }, 'There is no datastream "nobody"'],
        [{ ...of(number!, 0), phenomenonTime: '2199-01-01T00:00:00Z' }, 'is in the future'],
        [{ ...of(number!, 0), phenomenonTime: '2024-02-30T00:00:00Z' }, 'is no time'],
        [{ ...of(number!, 0), phenomenonTime: '2024-02-03' }, 'is no time'],
        [{ ...of(number!, 0), phenomenonTime: `${at(2)}/${at(1)}` }, 'is no time'],
        [{ ...of(number!, 0), resultTime: '2199-01-01T00:00:00Z' }, 'resultTime 2199-01-01T00:00:00Z is in the future'],
        [of(number!, 0, NaN), 'The result NaN is no finite number, which Measurement asks for'],
        [of(number!, 0, Infinity), 'no finite number'],
        [of(number!, 0, '21'), 'The result "21" is no finite number'],
        [of(number!, 0, 1e300), 'beyond'],
        [of(truth!, 0, 1), 'no truth value'],
        [of(count!, 0, 1.5), 'no whole number'],
        [of(category!, 0, 1), 'no text'],
        [of(any!, 0, 'a\0b'), 'The result holds the character NUL'],
        [of(any!, 0, '\ud800'), 'half a character'],
        [{ ...of(number!, 0), unit: 'ug/m3' }, 'cannot be converted into Cel'],
        [{ ...of(number!, 0), unit: 'furlongs per night' }, 'is not one of UCUM'],
        [{ ...of(any!, 0), unit: 'Cel' }, 'none to compare it with'],
        [{ ...of(number!, 0), feature: 987654321 }, 'no feature of interest 987654321'],
        [{ ...of(number!, 0), parameters: { a: nested(1000) } }, 'parameters is deeper than 64 levels'],
      ];
      const outcomes = await door.put([of(number!, 0), ...cases.map(([observation]) => observation), of(number!, 1)]);
      const reasons = outcomes.map((outcome) => ('reason' in outcome ? outcome.reason : outcome.status));
      expect(reasons).toEqual(['added', ...cases.map(([, text]) => expect.stringContaining(text) as string), 'added']);
    });

    it('keeps results of every kind as they were', async () => {
      const [truth, category, any] = await makeDatastreams(database, [
        { type: 'TruthObservation' },
        { type: 'CategoryObservation' },
        { type: 'Observation' },
      ]);
      const told: AddedObservation[] = [];
      const stop = door.subscribe((added) => told.push(...added));
      const results = [true, 'say "hë" \\ {,} NULL', [1, 'a', null], { b: { c: [] } }, null, 'NULL', ''];
      const streams = [truth!, category!, any!, any!, any!, any!, any!];
      await door.put(results.map((result, k) => of(streams[k]!, k, result)));
      stop();
      await door.put([of(truth!, 99, false)]);
      expect(told.toSorted((a, b) => a.phenomenonTime - b.phenomenonTime).map(({ result }) => result)).toEqual(results);
      const rows = await database.query(
        'SELECT result_json FROM observations WHERE datastream = $1 ORDER BY phenomenon_time',
        [any!],
      );
      expect(rows.map((row) => row['result_json'])).toEqual(results.slice(2));
    });

    it('converts into the unit of the datastream', async () => {
      const stream = await one({ key: `converted-${kind}` });
      const fahrenheit = { ...of(stream, 0, 98.6), unit: '[degF]', datastream: { key: `converted-${kind}` } };
      await door.put([fahrenheit, { ...of(stream, 1, 300), unit: 'K' }, { ...of(stream, 2, 7), unit: '°C' }]);
      const rows = await database.query('SELECT result FROM observations WHERE datastream = $1 ORDER BY id', [stream]);
      expect(rows.map(({ result }) => result)).toEqual([37, 26.85, 7]);
    });

    it('takes nothing that is older than the datastream keeps', async () => {
      const stream = await one({ retentionDays: 30 });
      expect(await reason(of(stream, 0))).toContain('older than the 30 days');
      expect(await reason({ ...of(stream, 0), phenomenonTime: new Date().toISOString() })).toBe('added');
    });

    it('keeps hours, days and the latest right, late and shuffled', async () => {
      const streams = await makeDatastreams(database, [{}, {}, {}]);
      const all = streams.flatMap((stream) =>
        Array.from({ length: 400 }, (_, k) => ({
          datastream: stream,
          phenomenonTime: at(Math.floor(k / 3), (k % 3) * 20),
          result: ((k * 7919) % 1000) / 8,
        })),
      );
      const shuffled = all.map((_, k) => all[(k * 703) % all.length]!);
      for (let k = 0; k < shuffled.length; k += 97) await door.put(shuffled.slice(k, k + 97));
      await door.put([{ ...of(streams[0]!, 0), phenomenonTime: '1899-06-01T00:00:00Z' }, of(streams[1]!, 4000)]);
      expect(await differencesOfRollups(database)).toEqual([]);
      const [hours] = await database.query('SELECT count(*) AS n FROM observation_hours WHERE datastream = $1', [
        streams[2]!,
      ]);
      expect(hours).toEqual({ n: 134 });
    });

    it('adds once what many bring at once', async () => {
      const stream = await one();
      const doors = kind === 'postgres' ? [door, createObservationDoor(database)] : [door];
      const batches = Array.from({ length: 40 }, (_, k) =>
        doors[k % doors.length]!.put(Array.from({ length: 50 }, (__, j) => of(stream, (j * 7 + k) % 50))),
      );
      const outcomes = (await Promise.all(batches)).flat();
      expect(outcomes.filter(({ status }) => status === 'added')).toHaveLength(50);
      expect(outcomes.filter(({ status }) => status === 'known')).toHaveLength(1950);
      expect(await differencesOfRollups(database)).toEqual([]);
    });

    it('takes a datastream away with all that was added', async () => {
      const stream = await one();
      await door.put([of(stream, 1), of(stream, 2)]);
      await database.query('DELETE FROM sta_datastreams WHERE id = $1', [stream]);
      expect(await database.query('SELECT id FROM observations WHERE datastream = $1', [stream])).toEqual([]);
      expect(await differencesOfRollups(database)).toEqual([]);
      expect(await reason(of(stream, 3))).toBe(`There is no datastream ${stream}`);
    });
  });
});

function nested(depth: number): unknown {
  let value: unknown = 1;
  for (let k = 0; k < depth; k++) value = [value];
  return value;
}
