import { describe, expect, it } from 'vitest';
import { regularise } from '../../../pipelines/core/series/regularise.ts';
import { findGrid, parseStep, placeTime } from '../../../pipelines/core/series/step.ts';
import { addMonths, daysFromCivil, formatTime, parseTime } from '../../../pipelines/core/series/time.ts';

const dates = (...texts: string[]) => Float64Array.from(texts, parseTime);

describe('times', () => {
  it('are read as RFC 3339 has them', () => {
    expect(parseTime('1970-01-02')).toBe(1);
    expect(parseTime('2024-02-29T12:00:00Z')).toBe(Date.UTC(2024, 1, 29, 12) / 864e5);
    expect(parseTime('2024-02-29t14:30:00.25+02:30')).toBeCloseTo(Date.UTC(2024, 1, 29, 12, 0, 0, 250) / 864e5, 9);
    expect(parseTime('1990-12-31T23:59:60Z')).toBe(parseTime('1991-01-01T00:00:00Z'));
    expect(parseTime('0099-03-01')).toBe(daysFromCivil(99, 3, 1));
  });

  it.each([
    '2023-02-29',
    '2024-1-5',
    '2024-01-01T10:00',
    '2024-01-01T10:00:00',
    '2024-01-01T24:00:00Z',
    '20240101',
    '',
    '45000',
  ])('are not: %s', (text) => {
    expect(parseTime(text)).toBeNaN();
  });

  it('come back as they were', () => {
    for (const text of ['1985-10-01', '2024-02-29']) expect(formatTime(parseTime(text), 'date')).toBe(text);
    for (const text of ['2024-02-29T23:59:59Z', '2024-02-29T10:11:12.345Z'])
      expect(formatTime(parseTime(text), 'time')).toBe(text);
  });

  it('move by months to the same day, or to the last one', () => {
    const from = parseTime('2024-01-31T06:00:00Z');
    expect(formatTime(addMonths(from, 1), 'time')).toBe('2024-02-29T06:00:00Z');
    expect(formatTime(addMonths(from, -11), 'time')).toBe('2023-02-28T06:00:00Z');
    expect(formatTime(addMonths(parseTime('2024-02-29'), 1, 31), 'date')).toBe('2024-03-31');
  });
});

describe('the grid of a series', () => {
  it('is found through gaps', () => {
    expect(findGrid(dates('2024-01-01', '2024-01-06', '2024-01-16', '2024-01-21'))).toMatchObject({
      step: { unit: 'day', length: 5 },
      places: Int32Array.of(0, 1, 3, 4),
      count: 5,
    });
  });

  it('is one of months for the same day, and for the ends, of months', () => {
    const quarters = findGrid(dates('2023-01-15', '2023-04-15', '2023-10-15'));
    expect(quarters).toMatchObject({ step: { unit: 'month', length: 3 }, places: Int32Array.of(0, 1, 3) });
    const ends = findGrid(dates('2023-02-28', '2023-03-31', '2023-04-30', '2023-06-30'))!;
    expect(ends).toMatchObject({ step: { unit: 'month', length: 1 }, places: Int32Array.of(0, 1, 2, 4) });
    expect(formatTime(placeTime(ends, 5), 'date')).toBe('2023-07-31');
  });

  it('is none for irregular times', () => {
    expect(findGrid(dates('2024-01-01', '2024-01-03', '2024-01-06', '2024-01-08'))).toBeNull();
    expect(findGrid(dates('2024-01-01'))).toBeNull();
  });

  it('has steps in words', () => {
    expect(parseStep('12h')).toEqual({ unit: 'day', length: 0.5 });
    expect(parseStep('2w')).toEqual({ unit: 'day', length: 14 });
    expect(parseStep('1y')).toEqual({ unit: 'month', length: 12 });
    for (const text of ['10', 'd', '0d', '-5d', '1.5mo', '3 days']) expect(parseStep(text), text).toBeNull();
  });
});

describe('a regular series', () => {
  it('has at each place the mean of what is nearest to it', () => {
    const days = dates('2024-01-03', '2024-01-08', '2024-01-12', '2024-02-01');
    const regular = regularise(
      { days, values: Float64Array.of(1, 2, 4, 8) },
      parseStep('10d')!,
      parseTime('2024-01-01'),
    );
    expect([...regular.days].map((day) => formatTime(day, 'date'))).toEqual([
      '2024-01-01',
      '2024-01-11',
      '2024-01-21',
      '2024-01-31',
    ]);
    expect([...regular.mask]).toEqual([1, 1, 0, 1]);
    expect([...regular.values]).toEqual([1, 3, NaN, 8]);
  });

  it('has places on the first of each month', () => {
    const days = dates('2024-01-05', '2024-02-20', '2024-04-15');
    const regular = regularise({ days, values: days }, parseStep('1mo')!, parseTime('2023-01-01'));
    expect([...regular.days].map((day) => formatTime(day, 'date'))).toEqual([
      '2024-01-01',
      '2024-02-01',
      '2024-03-01',
      '2024-04-01',
    ]);
  });

  it('of a million rows is refused', () => {
    const days = dates('2000-01-01', '2024-01-01');
    expect(() => regularise({ days, values: days }, parseStep('0.1h')!, 0)).toThrow(/more than 1000000/);
  });
});
