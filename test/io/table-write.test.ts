import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { asyncBufferFromFile, parquetMetadataAsync, parquetReadObjects } from 'hyparquet';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PlatformError } from '../../pipelines/core/errors.ts';
import { numberText } from '../../pipelines/io/table/number-text.ts';
import type { Column, TableBatch } from '../../pipelines/io/table/table.ts';
import { findTableFormat, writeTable } from '../../pipelines/io/table/write-table.ts';
import { createRandom } from '../support/random.ts';

let folder = '';
beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), 'table-'))));
afterAll(() => rm(folder, { recursive: true }));

const columns: Column[] = [
  { name: 'id', type: 'integer' },
  { name: 'a "name", with a comma', type: 'text' },
  { name: 'value', type: 'number' },
  { name: 'short', type: 'number', digits: 4 },
  { name: 'parts', type: 'json' },
  { name: 'is', type: 'boolean' },
  { name: 'when', type: 'time' },
];
const batches: TableBatch[] = [
  {
    rows: 2,
    columns: [
      [1, 2 ** 40],
      ['plain', 'zwaluw "Ü", 雨\nnext'],
      Float64Array.of(0.1 + 0.2, NaN),
      Float64Array.of(1 / 3, 120000.5),
      ['[1,2]', null],
      [true, null],
      ['2024-03-01T00:00:00Z', null],
    ],
    geometries: ['{"type":"Point","coordinates":[5,52]}', 'null'],
  },
  {
    rows: 1,
    columns: [[-3], [''], [-2.5e-7], [0], ['{"4":0.5}'], [false], ['2024-03-01T12:30:00.250Z']],
    geometries: ['null'],
  },
];

async function write(name: string, parts: readonly TableBatch[] = batches): Promise<string> {
  const path = join(folder, name);
  const format = findTableFormat(path, { hasGeometry: true });
  const rows = await writeTable(
    path,
    format,
    columns,
    (async function* () {
      yield* parts;
    })(),
  );
  expect(rows).toBe(parts.reduce((sum, part) => sum + part.rows, 0));
  return path;
}

describe('writeTable', () => {
  it('writes CSV with quotes where they are needed and empty cells where nothing is known', async () => {
    expect(await readFile(await write('a.csv'), 'utf8')).toBe(
      'id,"a ""name"", with a comma",value,short,parts,is,when\n' +
        '1,plain,0.30000000000000004,0.3333,"[1,2]",true,2024-03-01T00:00:00Z\n' +
        '1099511627776,"zwaluw ""Ü"", 雨\nnext",,120001,,,\n' +
        '-3,,-2.5e-7,0,"{""4"":0.5}",false,2024-03-01T12:30:00.250Z\n',
    );
  });

  it('writes JSON as an array of records, one a line, with nested JSON', async () => {
    const text = await readFile(await write('a.json'), 'utf8');
    expect(text.split('\n')).toHaveLength(6);
    expect(JSON.parse(text)).toEqual([
      {
        id: 1,
        'a "name", with a comma': 'plain',
        value: 0.1 + 0.2,
        short: 0.3333,
        parts: [1, 2],
        is: true,
        when: '2024-03-01T00:00:00Z',
      },
      {
        id: 2 ** 40,
        'a "name", with a comma': 'zwaluw "Ü", 雨\nnext',
        value: null,
        short: 120001,
        parts: null,
        is: null,
        when: null,
      },
      {
        id: -3,
        'a "name", with a comma': '',
        value: -2.5e-7,
        short: 0,
        parts: { '4': 0.5 },
        is: false,
        when: '2024-03-01T12:30:00.250Z',
      },
    ]);
  });

  it('writes GeoJSON with the row as properties', async () => {
    const { type, features } = JSON.parse(await readFile(await write('a.geojson'), 'utf8')) as {
      type: string;
      features: { geometry: unknown; properties: Record<string, unknown> }[];
    };
    expect([type, features.length]).toEqual(['FeatureCollection', 3]);
    expect(features[0]).toMatchObject({ type: 'Feature', geometry: { type: 'Point', coordinates: [5, 52] } });
    expect(features[2]).toMatchObject({ geometry: null, properties: { id: -3, value: -2.5e-7 } });
  });

  it('writes Parquet that is read back the same, unrounded', async () => {
    const file = await asyncBufferFromFile(await write('a.parquet'));
    expect(await parquetReadObjects({ file })).toEqual([
      {
        id: 1n,
        'a "name", with a comma': 'plain',
        value: 0.1 + 0.2,
        short: 1 / 3,
        parts: '[1,2]',
        is: true,
        when: new Date('2024-03-01T00:00:00Z'),
      },
      {
        id: 2n ** 40n,
        'a "name", with a comma': 'zwaluw "Ü", 雨\nnext',
        value: null,
        short: 120000.5,
        parts: null,
        is: null,
        when: null,
      },
      {
        id: -3n,
        'a "name", with a comma': '',
        value: -2.5e-7,
        short: 0,
        parts: '{"4":0.5}',
        is: false,
        when: new Date('2024-03-01T12:30:00.250Z'),
      },
    ]);
  });

  it('gathers small batches into row groups', async () => {
    const many = Array.from({ length: 300 }, () => batches[1]!);
    const file = await asyncBufferFromFile(await write('many.parquet', many));
    const { row_groups, num_rows } = await parquetMetadataAsync(file);
    expect([row_groups.length, Number(num_rows)]).toEqual([1, 300]);
  });

  it.each(['csv', 'json', 'geojson', 'parquet'])('writes a table without rows as %s', async (end) => {
    const path = await write(`none.${end}`, []);
    if (end === 'parquet') expect(await parquetReadObjects({ file: await asyncBufferFromFile(path) })).toEqual([]);
    else if (end === 'csv') expect((await readFile(path, 'utf8')).split('\n')).toHaveLength(2);
    else
      expect(
        Object.values(JSON.parse(await readFile(path, 'utf8')) as object)
          .filter(Array.isArray)
          .flat(),
      ).toEqual([]);
  });

  it('leaves nothing behind where the rows fail', async () => {
    const before = await readdir(folder);
    const path = join(folder, 'fails.csv');
    const failing = (async function* () {
      yield batches[0]!;
      throw new PlatformError('aborted', 'given up');
    })();
    await expect(writeTable(path, findTableFormat(path), columns, failing)).rejects.toThrow('given up');
    expect(await readdir(folder)).toEqual(before);
  });

  it('refuses a name that is no table, and GeoJSON for rows without a place', () => {
    expect(() => findTableFormat('out.xlsx')).toThrow(
      'The output is out.xlsx; its name must end in one of .csv, .json, .parquet',
    );
    expect(() => findTableFormat('out.geojson')).toThrow('must end in one of');
  });
});

it('numberText rounds as toPrecision does', () => {
  const random = createRandom(3);
  const numbers = [
    0,
    1,
    -1,
    0.04,
    99.99999999999,
    0.99999999999999,
    9.9e-6,
    1e-5,
    1e15,
    123456789012345,
    1e9,
    -1e10,
    0.1 + 0.2,
  ];
  for (let i = 0; i < 20_000; i++) numbers.push((random() - 0.5) * 10 ** (random() * 24 - 8));
  for (const value of numbers)
    for (const digits of [3, 12, 15]) {
      const found = Number(numberText(value, digits));
      const wanted = Number(value.toPrecision(digits));
      if (found === wanted || (Math.abs(value) >= 10 ** digits && Math.round(value) === found)) continue;
      // A tie that binary fractions cannot show may fall to either side.
      expect(Math.abs(found - value)).toBeLessThan(
        Math.abs(wanted - value) * 1.001 + 2 * Number.EPSILON * Math.abs(value),
      );
    }
  expect([0.5, 100, 0.000012345, 1e21, -7.25].map((value) => numberText(value, 12))).toEqual([
    '0.5',
    '100',
    '0.000012345',
    '1e+21',
    '-7.25',
  ]);
});
