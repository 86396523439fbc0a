import { describe, expect, it } from 'vitest';
import { parsePeriod, periodsOf } from '../../../pipelines/core/series/period.ts';
import { parseTime } from '../../../pipelines/core/series/time.ts';

const days = ['2024-02-29', '2023-12-01', '2024-03-01', '2024-11-30', '2024-12-31'].map(parseTime);

describe('periodsOf', () => {
  it('counts December to the winter of the next year', () => {
    expect(periodsOf(days, 'season')).toEqual([
      { label: '2024-DJF', first: '2023-12-01', last: '2024-02-29', members: [1, 0] },
      { label: '2024-MAM', first: '2024-03-01', last: '2024-05-31', members: [2] },
      { label: '2024-SON', first: '2024-09-01', last: '2024-11-30', members: [3] },
      { label: '2025-DJF', first: '2024-12-01', last: '2025-02-28', members: [4] },
    ]);
  });

  it('knows how long months and years are', () => {
    expect(periodsOf(days, 'month').map(({ label, first, last }) => [label, first, last])).toEqual([
      ['2023-12', '2023-12-01', '2023-12-31'],
      ['2024-02', '2024-02-01', '2024-02-29'],
      ['2024-03', '2024-03-01', '2024-03-31'],
      ['2024-11', '2024-11-01', '2024-11-30'],
      ['2024-12', '2024-12-01', '2024-12-31'],
    ]);
    expect(periodsOf(days, 'year').map(({ label, last, members }) => [label, last, members])).toEqual([
      ['2023', '2023-12-31', [1]],
      ['2024', '2024-12-31', [0, 2, 3, 4]],
    ]);
  });

  it('includes both days of a period that is named, at any hour', () => {
    const word = parsePeriod('2024-02-29/2024-03-01');
    const hours = [parseTime('2024-03-01T23:59:59Z'), parseTime('2024-03-02T00:00:00Z'), parseTime('2024-02-29')];
    expect(periodsOf(hours, word)).toEqual([
      { label: '2024-02-29_2024-03-01', first: '2024-02-29', last: '2024-03-01', members: [2, 0] },
    ]);
    expect(periodsOf(days, parsePeriod('2020-01-01/2020-01-02'))).toEqual([]);
    expect(periodsOf(days, 'all')).toMatchObject([
      { first: '2023-12-01', last: '2024-12-31', members: [1, 0, 2, 3, 4] },
    ]);
  });

  it.each(['week', '2024-01', '2024-02-30/2024-03-01', '2024-03-02/2024-03-01', ''])('refuses "%s"', (text) =>
    expect(() => parsePeriod(text)).toThrow(/month, season, year, all or two days/),
  );
});
