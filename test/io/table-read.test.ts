import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { afterAll, describe, expect, it } from 'vitest';
import { formatTime } from '../../pipelines/core/series/time.ts';
import type { Duplicates } from '../../pipelines/io/table/read-series.ts';
import { readSeries } from '../../pipelines/io/table/read-series.ts';
import type { SourceCell } from '../../pipelines/io/table/read-table.ts';
import { openTable } from '../../pipelines/io/table/read-table.ts';

const folder = mkdtempSync(join(tmpdir(), 'table-'));
afterAll(() => rmSync(folder, { recursive: true }));

function file(name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

async function cellsOf(path: string, columns: readonly string[]): Promise<SourceCell[][]> {
  const table = await openTable(path);
  const rows: SourceCell[][] = [];
  for await (const batch of table.batches(columns))
    for (let row = 0; row < batch.rows; row++) rows.push(batch.columns.map((column) => column[row]!));
  await table.close();
  return rows;
}

describe('a table in CSV', () => {
  it('may have quotes, line ends of Windows, a byte order mark, and empty cells', async () => {
    const path = file('a.csv', '\ufeffid,name,value\r\n1,"a ""b"", c\r\nd",2\r\n2,,\r\n');
    expect(await cellsOf(path, ['value', 'name'])).toEqual([
      ['2', 'a "b", c\r\nd'],
      [null, null],
    ]);
  });

  it('may have semicolons or tabs', async () => {
    expect(await cellsOf(file('b.csv', 'a;b\n1;2\n'), ['b'])).toEqual([['2']]);
    expect(await cellsOf(file('c.csv', 'a\tb\n1\t2\n'), ['b'])).toEqual([['2']]);
  });

  it('is read through chunks, whatever they cut', async () => {
    const rows = Array.from({ length: 40_000 }, (_, i) => `${i},"é ${i}"`);
    const cells = await cellsOf(file('long.csv', `id,name\n${rows.join('\n')}`), ['id', 'name']);
    expect(cells).toHaveLength(40_000);
    expect(cells.findIndex(([id, name], i) => id !== String(i) || name !== `é ${i}`)).toBe(-1);
  });

  it.each([
    ['nothing', '', 'format-unknown', /is empty/],
    ['JSON', '[{"id": 1}]', 'format-unknown', /looks like JSON/],
    ['bytes', Uint8Array.of(1, 2, 0, 4), 'format-unknown', /no text/],
    ['UTF-16', Uint8Array.of(0xff, 0xfe, 0x69, 0), 'format-unknown', /UTF-16/],
    ['Latin-1', Uint8Array.of(0x69, 0x64, 0x0a, 0xe9, 0x0a), 'format-damaged', /not UTF-8/],
    ['a ragged row', 'id,b\n1,2\n3\n', 'format-damaged', /row 2 has 1 cells and the header 2/],
    ['a column twice', 'id,id\n1,2\n', 'format-damaged', /column "id" twice/],
  ] as const)('is refused: %s', async (name, content, code, message) => {
    const refused = cellsOf(file(`bad ${name}.csv`, content), ['id']);
    await expect(refused).rejects.toMatchObject({ code });
    await expect(refused).rejects.toThrow(message);
  });
});

describe('a table in Parquet', () => {
  const time = (day: number) => new Date(Date.UTC(2024, 0, day));
  const bytes = new Uint8Array(
    parquetWriteBuffer({
      columnData: [
        { name: 'plot', data: [7n, 7n, 8n, 8n], type: 'INT64' },
        { name: 'when', data: [time(2), time(1), time(3), time(4)], type: 'TIMESTAMP' },
        { name: 'ndvi', data: [0.5, null, 0.25, 1], type: 'DOUBLE', nullable: true },
        { name: 'note', data: ['x', 'y', null, 'z'], type: 'STRING', nullable: true },
      ],
      rowGroupSize: 3,
    }),
  );

  it('is read by row groups, in the columns asked for', async () => {
    expect(await cellsOf(file('a.parquet', bytes), ['ndvi', 'note'])).toEqual([
      [0.5, 'x'],
      [null, 'y'],
      [0.25, null],
      [1, 'z'],
    ]);
  });

  it('holds series', async () => {
    const columns = { by: 'plot', time: 'when', value: 'ndvi' };
    const table = await readSeries(file('b.parquet', bytes), columns, 'refuse');
    expect(table.timeForm).toBe('date');
    expect(table.series.map(({ id }) => id)).toEqual(['7', '8']);
    expect([...table.series[0]!.series.mask]).toEqual([0, 1]);
    expect([...table.series[1]!.series.values]).toEqual([0.25, 1]);
    expect(formatTime(table.series[1]!.series.days[1]!, 'date')).toBe('2024-01-04');
  });

  it('is refused where it is damaged, in one sentence', async () => {
    await expect(cellsOf(file('cut.parquet', bytes.subarray(0, 90)), ['ndvi'])).rejects.toMatchObject({
      code: 'format-damaged',
    });
    const holes = bytes.slice();
    holes.fill(0xff, 4, 60);
    await expect(cellsOf(file('holes.parquet', holes), ['plot'])).rejects.toMatchObject({ code: 'format-damaged' });
  });
});

describe('series of a table', () => {
  const columns = { by: null, time: 'time', value: 'value' };
  const read = (text: string, duplicates: Duplicates = 'refuse') =>
    readSeries(file('series.csv', text), columns, duplicates);

  it('are grouped by id and brought into order', async () => {
    const { series, rows, by } = await read(
      'time,id,value\n2024-03-01,b,3\n2024-01-01,a,1\n2024-02-01,b,\n2024-01-01,b,NA\n',
    );
    expect([rows, by]).toEqual([4, 'id']);
    expect(series.map(({ id, series: one }) => [id, [...one.mask]])).toEqual([
      ['b', [0, 0, 1]],
      ['a', [1]],
    ]);
  });

  it('are one where there is no id', async () => {
    const { series, by } = await read('time,value\n2024-03-01T12:00:00+01:00,3\n');
    expect(by).toBeNull();
    expect(series[0]).toMatchObject({ id: null, series: { days: Float64Array.of(Date.UTC(2024, 2, 1, 11) / 864e5) } });
  });

  it('may have rows of one time only as is said', async () => {
    const text = 'time,value\n2024-03-01,3\n2024-03-01,4\n2024-03-01,\n2024-03-01,8\n';
    await expect(read(text)).rejects.toThrow(/rows 1 and 2 have the same time, 2024-03-01; say with --duplicates/);
    for (const [duplicates, value] of [
      ['mean', 5],
      ['first', 3],
      ['last', 8],
    ] as const) {
      const { series, duplicates: merged } = await read(text, duplicates);
      expect([series[0]!.series.values[0], merged]).toEqual([value, 3]);
    }
    expect((await read('time,value\n2024-03-01,\n2024-03-01,4\n')).series[0]!.series.values[0]).toBe(4);
  });

  it.each([
    ['time,value\n2024-02-30,1\n', /row 1: time is "2024-02-30"; a date or RFC 3339 time/],
    ['time,value\n2024-02-01,1\n,1\n', /row 2: time is empty/],
    ['time;value\n2024-02-01;0,5\n', /row 1: value is "0,5"; a number with a decimal point/],
    ['time,value\n2024-02-01,0x10\n', /row 1: value is "0x10"/],
    ['time,value\n2024-02-01,Infinity\n', /row 1: value is "Infinity"/],
    ['id,time,value\n,2024-02-01,1\n', /row 1: id is empty; each row needs one/],
    ['id,date,value\na,2024-02-01,1\n', /has no column "time"; name one with --time: id, date, value/],
  ])('are refused with the number of the row: %j', async (text, message) => {
    await expect(read(text)).rejects.toThrow(message);
  });
});
