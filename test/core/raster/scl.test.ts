import { describe, expect, it } from 'vitest';
import type { Affine } from '../../../pipelines/core/grid/affine.ts';
import {
  applyScl,
  DEFAULT_SCL_MASKS,
  parseSclMasks,
  SCL_CLASSES,
  SCL_MASKS,
  sclLookup,
} from '../../../pipelines/core/raster/scl.ts';

const invalidOf = (lookup: Uint8Array) => [...lookup.keys()].filter((value) => lookup[value] === 0);

describe('sclLookup', () => {
  it('makes the classes of the default masks invalid and no others', () => {
    expect(invalidOf(sclLookup(DEFAULT_SCL_MASKS))).toEqual([0, 1, 3, 8, 9, 10]);
  });

  it.each(Object.entries(SCL_MASKS))('%s takes its own classes', (name, classes) => {
    expect(invalidOf(sclLookup(parseSclMasks(name)))).toEqual([...classes]);
  });

  it('leaves vegetation and bare soil valid under all masks together', () => {
    const all = invalidOf(sclLookup(parseSclMasks(Object.keys(SCL_MASKS).join(','))));
    expect(SCL_CLASSES.filter((_, value) => !all.includes(value))).toEqual(['vegetation', 'not vegetated']);
  });
});

describe('parseSclMasks', () => {
  it('accepts any case, spaces and repetition', () => {
    expect(parseSclMasks('Cloud, snow ,cloud')).toEqual(['cloud', 'snow']);
  });

  it.each(['clouds', '', 'cloud,,snow', 'toString'])('refuses %j and names what is accepted', (words) => {
    expect(() => parseSclMasks(words)).toThrow(/cloud, shadow, cirrus, snow, water, nodata, dark, unclassified/);
  });
});

describe('applyScl', () => {
  const grid = (metres: number, x = 600000, y = 5800000): Affine => [metres, 0, x, 0, -metres, y];
  const classes = Uint8Array.from({ length: 36 }, (_, i) => i % 12);
  const lookup = sclLookup(['cloud', 'nodata']);

  it.each([10, 20, 60])('replicates classes of 60 m over pixels of %i m exactly', (metres) => {
    const ratio = 60 / metres;
    const size = { width: 12 * ratio, height: 3 * ratio };
    const mask = new Uint8Array(size.width * size.height).fill(1);
    applyScl(
      { ...size, mask, transform: grid(metres) },
      { width: 12, height: 3, data: classes, mask: null, transform: grid(60) },
      lookup,
    );
    for (let row = 0; row < size.height; row++)
      for (let col = 0; col < size.width; col++) {
        const value = classes[Math.floor(row / ratio) * 12 + Math.floor(col / ratio)]!;
        expect(mask[row * size.width + col]).toBe([0, 1, 8, 9].includes(value) ? 0 : 1);
      }
  });

  it('follows the places of both grids, and counts what has no class as no data', () => {
    const mask = new Uint8Array(4).fill(1);
    const target = { width: 4, height: 1, mask, transform: grid(10, 600000 + 100) };
    const scl = { width: 6, height: 1, data: [4, 4, 4, 4, 4, 9], mask: null, transform: grid(20) };
    applyScl(target, scl, lookup); // x from 600100: class 9, class 9, outside, outside
    expect([...mask]).toEqual([0, 0, 0, 0]);
    mask.fill(1);
    applyScl(target, scl, sclLookup(['snow']));
    expect([...mask]).toEqual([1, 1, 1, 1]);
  });

  it('treats masked classes as no data and never makes a pixel valid', () => {
    const mask = Uint8Array.from([1, 1, 0]);
    const scl = { width: 3, height: 1, data: [4, 4, 4], mask: Uint8Array.from([1, 0, 1]), transform: grid(10) };
    applyScl({ width: 3, height: 1, mask, transform: grid(10) }, scl, lookup);
    expect([...mask]).toEqual([1, 0, 0]);
  });

  it('follows a rotated grid', () => {
    const turned: Affine = [0, 10, 0, 10, 0, 0]; // columns run along y
    const mask = new Uint8Array(6).fill(1);
    const scl = {
      width: 3,
      height: 2,
      data: [4, 9, 4, 4, 4, 9],
      mask: null,
      transform: [10, 0, 0, 0, 10, 0] as Affine,
    };
    applyScl({ width: 2, height: 3, mask, transform: turned }, scl, lookup);
    expect([...mask]).toEqual([1, 1, 0, 1, 1, 0]);
  });
});
