import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Feed, FeedPart } from '../../pipelines/feeds/feed.ts';
import { FEEDS, recogniseFeed } from '../../pipelines/feeds/registry.ts';
import { createMemorySource } from '../../pipelines/io/byte-source/memory-source.ts';
import { sharedData } from '../support/shared-data.ts';
import { PAYLOADS } from './payloads.ts';

const sourceOf = (payload: string | Uint8Array) => createMemorySource('payload', Buffer.from(payload));

interface Everything extends FeedPart {
  readonly feed: string;
}

async function readAll(payload: string | Uint8Array, feed?: Feed): Promise<Everything> {
  const source = sourceOf(payload);
  const reader = feed ?? (await recogniseFeed(source));
  const parts: FeedPart[] = [];
  for await (const part of reader.read(source)) parts.push(part);
  return {
    feed: reader.id,
    stations: parts.flatMap(({ stations }) => stations),
    observations: parts.flatMap(({ observations }) => observations),
    rows: parts.flatMap(({ rows }) => rows),
    refused: parts.flatMap(({ refused }) => refused),
  };
}

describe('every feed', () => {
  it.each(FEEDS.map((feed) => [feed.id, feed] as const))('%s is recognised by its payload', async (id) => {
    expect((await readAll(PAYLOADS[id as keyof typeof PAYLOADS])).feed).toBe(id);
  });

  it.each(FEEDS.map((feed) => [feed.id] as const))('%s declares each datastream that it observes', async (id) => {
    const { stations, observations, rows } = await readAll(PAYLOADS[id as keyof typeof PAYLOADS]);
    const declared = new Set(stations.flatMap(({ datastreams }) => datastreams.map(({ key }) => key)));
    const used = observations.map(({ datastream }) => (datastream as { key: string }).key);
    expect(used.filter((key) => !declared.has(key))).toEqual([]);
    expect(rows).toHaveLength(observations.length);
    expect(stations.length).toBeGreaterThan(0);
  });
});

describe('KNMI', () => {
  it('takes hours of UT by their end, tenths, and marks of its own', async () => {
    const { observations, refused, stations } = await readAll(PAYLOADS['knmi-hours']);
    const of = (property: string) =>
      observations.filter(({ datastream }) => (datastream as { key: string }).key === `knmi/260/${property}`);
    expect(of('air_temperature').map(({ phenomenonTime, result }) => [phenomenonTime, result])).toEqual([
      ['2024-03-01T00:00:00.000Z', -1.2],
      ['2024-03-01T01:00:00.000Z', 1.5],
    ]);
    expect(of('wind_speed')[0]).toMatchObject({
      phenomenonTime: '2024-02-29T23:00:00.000Z/2024-03-01T00:00:00.000Z',
      result: 3.1,
    });
    expect(of('wind_from_direction').map(({ result }) => result)).toEqual([180]); // 990 is no direction
    expect(of('precipitation').map(({ result }) => result)).toEqual([0, 0.4]); // −1 is a trace
    expect(stations[0]).toMatchObject({ name: 'De Bilt (KNMI 260)', place: { lon: 5.18, lat: 52.1 } });
    expect(refused.map(({ row, reason }) => `${row}: ${reason}`)).toEqual([
      '7: U is "xx", which is no number',
      '8: 20240301 hour 25 is no time; a date YYYYMMDD and an hour from 1 to 24 are accepted',
      '9: it has 4 columns and the header 11',
    ]);
  });
});

describe('DINO', () => {
  it('reads levels against NAP in metres; a dry well is no observation', async () => {
    const { observations, refused, stations } = await readAll(PAYLOADS['dino-groundwater']);
    expect(observations.map(({ phenomenonTime, result, unit }) => [phenomenonTime, result, unit])).toEqual([
      ['2010-01-13T23:00:00.000Z', 1.01, 'm'],
      ['2010-03-14T09:30:00.000Z', 0.99, 'm'],
    ]);
    expect(refused).toEqual([{ row: 10, reason: '"31-02-2010" is no date' }]);
    expect(stations[0]!.place!.lon).toBeCloseTo(5.1, 0);
  });
});

describe('other providers', () => {
  it('RIVM: day before month, hours of UTC+1', async () => {
    const { observations, refused } = await readAll(PAYLOADS['rivm-lml']);
    expect(observations.map(({ datastream, phenomenonTime, result }) => [datastream, phenomenonTime, result])).toEqual([
      [{ key: 'rivm-lml/549/pm10' }, '2014-05-27T12:00:00.000Z/2014-05-27T13:00:00.000Z', 10],
      [{ key: 'rivm-lml/549/no2' }, '2014-05-27T12:00:00.000Z/2014-05-27T13:00:00.000Z', 21.5],
    ]);
    expect(refused).toEqual([{ row: 'meting 3', reason: '"2014" hour "14" is no time' }]);
  });

  it('Luchtmeetnet names its next page, and none after the last', async () => {
    const { observations, refused } = await readAll(PAYLOADS.luchtmeetnet);
    expect(observations.map(({ datastream }) => datastream)).toEqual([
      { key: 'luchtmeetnet/NL10636/pm2p5' },
      { key: 'luchtmeetnet/NL10636/no2' },
    ]);
    expect(refused).toEqual([{ row: 'data/2', reason: 'value is null, which is no number' }]);
    const feed = FEEDS.find(({ id }) => id === 'luchtmeetnet')!;
    const page = JSON.parse(PAYLOADS.luchtmeetnet) as { pagination: Record<string, number> };
    expect(feed.next!(page, 'https://a.example/m?page=1')).toBe('https://a.example/m?page=2');
    expect(feed.next!({ pagination: { current_page: 2, next_page: 2 } }, 'https://a.example/m?page=2')).toBeNull();
  });

  it('Rijkswaterstaat: the number that means nothing is left out, the place is projected', async () => {
    const { observations, refused, stations } = await readAll(PAYLOADS.rijkswaterstaat);
    expect(observations).toMatchObject([{ result: 132, unit: 'cm', parameters: { quality: '00' } }]);
    expect(refused).toHaveLength(1);
    expect(stations[0]!.place!.lat).toBeCloseTo(52.06, 1);
  });

  it('sensor.community: two series of a row, what is nan is left out', async () => {
    const { observations, refused } = await readAll(PAYLOADS['sensor-community']);
    expect(observations.map(({ datastream, result }) => [datastream, result])).toEqual([
      [{ key: 'sensor-community/101/pm10' }, 10.5],
      [{ key: 'sensor-community/101/pm2p5' }, 4.25],
      [{ key: 'sensor-community/101/pm2p5' }, 4.5],
    ]);
    expect(refused.map(({ row }) => row)).toEqual([4, 5]);
  });

  it('what is of no provider says so', async () => {
    await expect(recogniseFeed(sourceOf('a,b\n1,2\n'))).rejects.toThrow(/of no provider .* --mapping/);
  });
});

describe.skipIf(sharedData === null)('real files', () => {
  const real = (path: string) => readFileSync(join(sharedData!, 'sensors', path));

  it('a year of De Bilt: every hour has a temperature', async () => {
    const { observations, refused } = await readAll(real('nl-knmi/uurgeg_260_1991-2000.txt'));
    const temperatures = observations.filter(
      ({ datastream }) => (datastream as { key: string }).key === 'knmi/260/air_temperature',
    );
    expect(refused).toEqual([]);
    expect(temperatures).toHaveLength(366 * 24);
    expect(temperatures[16]).toMatchObject({ phenomenonTime: '2000-01-01T17:00:00.000Z', result: 6 });
  });

  it('both shapes of a DINO well tell the same levels', async () => {
    const folder = 'nl-dino-groundwater/Grondwaterstanden_Put';
    const [old, now] = [
      await readAll(real(`${folder}/B33F0080001_0.csv`)),
      await readAll(real(`${folder}/B33F0080001_1.csv`)),
    ];
    const levels = ({ observations }: Everything) =>
      observations.map(
        ({ phenomenonTime, result }) => `${phenomenonTime.slice(0, 10)} ${(result as number).toFixed(2)}`,
      );
    expect(old.refused).toEqual([]);
    expect(now.refused).toEqual([]);
    const known = new Set(levels(now));
    expect(levels(old).filter((level) => !known.has(level)).length / old.observations.length).toBeLessThan(0.001);
    expect(now.observations.length).toBeGreaterThan(3900);
  });

  it('an hour of the national network', async () => {
    const { observations, refused } = await readAll(real('nl-rivm-lml-2014/data/rivm-lml/raw/xml/2014070708.xml'));
    expect(observations.length).toBeGreaterThan(100);
    expect(refused).toEqual([]);
    const { stations } = await readAll(real('nl-rivm-lml-2014/data/rivm-lml/stations/stations.csv'));
    const places = new Set(stations.map(({ key }) => key));
    const keys = observations.map(({ datastream }) =>
      (datastream as { key: string }).key.split('/').slice(0, 2).join('/'),
    );
    expect(keys.filter((key) => places.has(key)).length / keys.length).toBeGreaterThan(0.8);
  });
});
