import { describe, expect, it } from 'vitest';
import { DEFAULT_SCL_MASKS, parseSclMasks, SCL_CLASSES, SCL_MASKS } from '../../../pipelines/core/raster/scl.ts';

const classesOf = (words: string): number[] =>
  parseSclMasks(words)
    .flatMap((name) => [...SCL_MASKS[name]])
    .sort((a, b) => a - b);

describe('parseSclMasks', () => {
  it.each([
    ['cloud', [8, 9]],
    ['shadow', [3]],
    ['cirrus', [10]],
    ['snow', [11]],
    ['water', [6]],
    ['nodata', [0, 1]],
    ['dark', [2]],
    ['unclassified', [7]],
    ['Cloud, snow ,cloud', [8, 9, 11]],
    [DEFAULT_SCL_MASKS.join(','), [0, 1, 3, 8, 9, 10]],
  ])('%s means the classes %j', (words, classes) => expect(classesOf(words)).toEqual(classes));

  it('leaves vegetation and bare soil under all masks together', () => {
    const all = classesOf(Object.keys(SCL_MASKS).join(','));
    expect(SCL_CLASSES.filter((_, value) => !all.includes(value))).toEqual(['vegetation', 'not vegetated']);
  });

  it.each(['clouds', '', 'cloud,,snow', 'toString'])('refuses %j and names what is accepted', (words) => {
    expect(() => parseSclMasks(words)).toThrow(/cloud, shadow, cirrus, snow, water, nodata, dark, unclassified/);
  });
});
