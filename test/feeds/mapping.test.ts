import { describe, expect, it } from 'vitest';
import type { FeedPart } from '../../pipelines/feeds/feed.ts';
import { createMemorySource } from '../../pipelines/io/byte-source/memory-source.ts';
import { parseMapping } from '../../pipelines/sensors/mapping.ts';
import { readMapped } from '../../pipelines/sensors/map-rows.ts';
import { createTimeReader } from '../../pipelines/sensors/time-format.ts';

async function map(mapping: string, table: string | Buffer, name = 'table.csv'): Promise<FeedPart> {
  const source = createMemorySource(name, Buffer.from(table));
  const parts: FeedPart[] = [];
  for await (const part of readMapped(source, parseMapping(mapping, 'map.yaml'), 'test')) parts.push(part);
  return {
    stations: parts.flatMap(({ stations }) => stations),
    observations: parts.flatMap(({ observations }) => observations),
    rows: parts.flatMap(({ rows }) => rows),
    refused: parts.flatMap(({ refused }) => refused),
  };
}

const LONG = `
encoding: latin1
decimal: ','
missing: ['-', '-999']
time: { columns: [datum, uur], format: dd-MM-yyyy HH, zone: Europe/Amsterdam }
station: { key: { column: station }, x: { column: x }, y: { column: y }, crs: EPSG:28992 }
values:
  - column: waarde
    property: { column: stof, map: { Fijnstof: pm10, Stikstofdioxide: no2 } }
    unit: { column: eenheid }
create: true
`;

describe('a mapping', () => {
  it('reads a Dutch table: Latin-1, decimal commas, hours of the local clock, RD', async () => {
    const table = Buffer.from(
      [
        'station;x;y;datum;uur;stof;eenheid;waarde',
        'Abcoude-Zuid é;128000;478000;31-03-2024;1;Fijnstof;µg/m³;12,5',
        'Abcoude-Zuid é;128000;478000;31-03-2024;2;Fijnstof;µg/m³;13',
        'Abcoude-Zuid é;128000;478000;31-03-2024;3;Fijnstof;µg/m³;13,25',
        'Abcoude-Zuid é;128000;478000;31-03-2024;24;Stikstofdioxide;µg/m³;-',
        'Abcoude-Zuid é;128000;478000;31-02-2024;4;Fijnstof;µg/m³;1',
        'Abcoude-Zuid é;128000;478000;31-03-2024;5;Roet;µg/m³;1',
        'Abcoude-Zuid é;128000;478000;31-03-2024;5;Fijnstof;µg/m³;1.5',
        'te kort',
      ].join('\r\n'),
      'latin1',
    );
    const { observations, refused, stations } = await map(LONG, table);
    expect(observations).toEqual([
      {
        datastream: { key: 'test/Abcoude-Zuid é/pm10' },
        phenomenonTime: '2024-03-31T00:00:00.000Z',
        result: 12.5,
        unit: 'ug/m3',
      },
      {
        datastream: { key: 'test/Abcoude-Zuid é/pm10' },
        phenomenonTime: '2024-03-31T01:00:00.000Z',
        result: 13.25,
        unit: 'ug/m3',
      },
    ]);
    expect(refused).toEqual([
      { row: 3, reason: '"31-03-2024 2" does not exist in Europe/Amsterdam: the clock was put forward' },
      { row: 6, reason: '"31-02-2024 4" is no time that there is' },
      { row: 7, reason: 'it names no property that the mapping knows' },
      { row: 8, reason: 'waarde is "1.5", which is no number with a decimal comma' },
      { row: 9, reason: 'it has 1 cells and the header 8' },
    ]);
    expect(stations).toHaveLength(1);
    expect(stations[0]!.place!.lat).toBeCloseTo(52.29, 1);
  });

  it('reads wide tables, scales, and lines before the header', async () => {
    const { observations } = await map(
      'skip: 2\ntime: { column: t }\nstation: { key: S1 }\nvalues:\n  - { column: T, property: air_temperature, unit: Cel, scale: 0.1 }\n  - { column: RH, property: relative_humidity }\n',
      'made up\nfor a test\nt,T,RH\n2024-01-01 10:00,55,80\n',
    );
    expect(observations.map(({ phenomenonTime, result, unit }) => [phenomenonTime, result, unit])).toEqual([
      ['2024-01-01T10:00:00.000Z', 5.5, 'Cel'],
      ['2024-01-01T10:00:00.000Z', 80, undefined],
    ]);
  });

  it('reads JSON by pointers, and lines of JSON', async () => {
    const mapping =
      'rows: /data\ntime: { column: /when/at, format: unix }\nstation: { key: { column: id } }\nvalues: [{ column: v, property: pm10 }]\ndatastream: "x/{station}/{property}"\n';
    const row = '{"id":7,"when":{"at":1704103200},"v":"3.5"}';
    const expected = [{ datastream: { key: 'x/7/pm10' }, phenomenonTime: '2024-01-01T10:00:00.000Z', result: 3.5 }];
    expect((await map(mapping, `{"data":[${row}]}`, 'a.json')).observations).toEqual(expected);
    expect(await map(mapping, `${row}\nnothing\n`, 'a.ndjson')).toMatchObject({
      observations: expected,
      refused: [{ row: 2 }],
    });
  });

  it.each([
    [
      'time: { column: t }\nstation: { key: S }\nvalues:\n  - column: v\n    property: pm10\n    scale: 0\n',
      'map.yaml, line 6: values.0.scale',
    ],
    ['time: { column: t }\nstation: { key: S }\nvaleus: []\n', 'map.yaml, line 1'],
    [
      'time: { column: t, format: later }\nstation: { key: S }\nvalues: [{ column: v, property: p }]\n',
      'map.yaml, line 1: time: the time format',
    ],
    [
      'station: { key: S }\ntime: { column: t, zone: Mars }\nvalues: [{ column: v, property: p }]\n',
      'map.yaml, line 2: time: "Mars"',
    ],
    [
      'time: { column: t }\nstation:\n  key: S\n  x: 1\nvalues: [{ column: v, property: p }]\n',
      'map.yaml, line 4: station.x: x, y and crs go together',
    ],
    [
      'time: { column: t }\nstation: { key: { colunm: S } }\nvalues: [{ column: v, property: p }]\n',
      'map.yaml, line 2: station.key',
    ],
    ['time: [', 'map.yaml is no YAML'],
  ])('that is wrong names its line: %j', (text, message) => {
    expect(() => parseMapping(text, 'map.yaml')).toThrow(message);
  });

  it('names a column that the table has not', async () => {
    await expect(
      map('time: { column: when }\nstation: { key: S }\nvalues: [{ column: v, property: p }]\n', 'time,v\n'),
    ).rejects.toThrow('table.csv has no column "when"; it has time, v');
  });
});

describe('times', () => {
  it.each([
    ['2024-06-01T12:00:00+02:00', 'UTC', '2024-06-01T10:00:00.000Z'],
    ['2024-06-01', 'Europe/Amsterdam', '2024-05-31T22:00:00.000Z'],
    ['2024-10-27 02:30', 'Europe/Amsterdam', '2024-10-27T00:30:00.000Z'], // twice: the first
    ['2024-10-27 03:30', 'Europe/Amsterdam', '2024-10-27T02:30:00.000Z'],
    ['2024-01-01 24:00', '+01:00', '2024-01-01T23:00:00.000Z'],
  ])('%s in %s', (text, zone, instant) => {
    const read = createTimeReader('iso', zone)(text);
    expect(typeof read === 'number' ? new Date(read).toISOString().slice(0, 16) : read).toBe(instant.slice(0, 16));
  });
});
