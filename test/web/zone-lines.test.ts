import { describe, expect, it } from 'vitest';
import { DAYS_PER_YEAR } from '../../pipelines/core/series/series.ts';
import type { ZoneThroughTime } from '../../pipelines/core/wire-catalogue.ts';
import { toCsv, toZoneLines } from '../../web/src/zones/zone-lines.ts';

const DAY_MS = 86_400_000;
const START = Date.parse('2024-01-01T10:40:00Z');

function timeOf(day: number): string {
  return new Date(START + day * DAY_MS).toISOString();
}

/** A value that rises by 0.5 a year, every ten days. */
function rising(id: string, days: readonly number[]): ZoneThroughTime {
  return {
    id,
    times: days.map(timeOf),
    numbers: { mean: days.map((day) => 0.2 + (0.5 * day) / DAYS_PER_YEAR), valid_share: days.map(() => 1) },
  };
}

const DAYS = Array.from({ length: 20 }, (_, i) => 10 * i);

describe('series of zones', () => {
  it('have a trend and a smooth line that are those of the values', () => {
    const { lines } = toZoneLines([rising('a', DAYS)], 'mean', (id) => `Zone ${id}`);
    const { trend, smooth, values, name } = lines[0]!;
    expect(name).toBe('Zone a');
    expect(trend!.slope).toBeCloseTo(0.5, 9);
    expect(trend!.p).toBeLessThan(1e-8);
    expect(trend!.n).toBe(20);
    values.forEach((value, i) => {
      expect(trend!.line[i]).toBeCloseTo(value!, 9);
      // A straight line is as smooth as can be.
      expect(smooth![i]).toBeCloseTo(value!, 6);
    });
  });

  it('lie on the dates of all zones together; what is not known stays empty', () => {
    const b = { ...rising('b', [5, 15]), numbers: { mean: [null, 0.4], valid_share: [0, 0.3] } };
    const { times, lines } = toZoneLines([rising('a', [0, 10]), b], 'mean', (id) => id);
    expect(times.map((time) => (time * 1000 - START) / DAY_MS)).toEqual([0, 5, 10, 15]);
    expect(lines[1]!.values).toEqual([null, null, null, 0.4]);
    expect(lines[1]!.validShares).toEqual([null, 0, null, 0.3]);
    expect([lines[1]!.smooth, lines[1]!.trend]).toEqual([null, null]);
  });

  it('say nothing before the first value and after the last', () => {
    const a = rising('a', DAYS);
    const mean = a.numbers['mean']!.map((value, i) => (i === 0 || i === 19 ? null : value));
    const { lines } = toZoneLines([{ ...a, numbers: { mean } }], 'mean', (id) => id);
    const { smooth, trend } = lines[0]!;
    expect([smooth![0], smooth![19], trend!.line[0], trend!.line[19]]).toEqual([null, null, null, null]);
    expect(smooth![1]).not.toBeNull();
  });

  it('become a table in which a comma of a name is no column', () => {
    const drawn = toZoneLines([rising('a', [0])], 'mean', () => 'Wood, "old"');
    expect(toCsv(drawn, 'mean')).toBe(
      'time,zone,name,mean,valid_share,whittaker,theil_sen\r\n' +
        '2024-01-01T10:40:00.000Z,a,"Wood, ""old""",0.2,1,,\r\n',
    );
  });
});
