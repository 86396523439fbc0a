import { describe, expect, it } from 'vitest';
import type { Affine } from '../../../pipelines/core/grid/affine.ts';
import { apply, invert } from '../../../pipelines/core/grid/affine.ts';
import type { Window } from '../../../pipelines/core/grid/window.ts';
import type { Grid } from '../../../pipelines/core/raster/align.ts';
import {
  alignBlock,
  alignGrid,
  isIdentity,
  isShifted,
  overlaps,
  sourceWindow,
} from '../../../pipelines/core/raster/align.ts';

const target: Grid = { width: 40, height: 30, transform: [10, 0, 600000, 0, -10, 5800000] };

/** Every pixel of a source holds its own number, so that a result tells where it came from. */
function numbered(grid: Grid, window: Window): { width: number; height: number; data: Float64Array; mask: Uint8Array } {
  const data = new Float64Array(window.width * window.height);
  const mask = new Uint8Array(data.length);
  for (let y = 0; y < window.height; y++)
    for (let x = 0; x < window.width; x++) {
      const [col, row] = [window.col + x, window.row + y];
      const inside = col >= 0 && row >= 0 && col < grid.width && row < grid.height;
      data[y * window.width + x] = inside ? row * grid.width + col : -1;
      mask[y * window.width + x] = inside ? 1 : 0;
    }
  return { width: window.width, height: window.height, data, mask };
}

const CASES: Readonly<Record<string, Affine>> = {
  'twice as coarse': [20, 0, 600000, 0, -20, 5800000],
  'three times as coarse, shifted by two cells': [30, 0, 599940, 0, -30, 5800060],
  'of the same size, shifted by whole pixels': [10, 0, 599950, 0, -10, 5800030],
  'shifted by a third of a pixel': [10, 0, 600003.3, 0, -10, 5799996.7],
  'south-up': [20, 0, 600000, 0, 20, 5799700],
};

describe('alignGrid', () => {
  for (const [name, transform] of Object.entries(CASES))
    it(`takes the source pixel under each centre: ${name}`, () => {
      const source: Grid = { width: 18, height: 17, transform };
      const alignment = alignGrid(source, target)!;
      const window = { col: 3, row: 5, width: 21, height: 16 };
      const block = alignBlock(numbered(source, sourceWindow(alignment, window)), alignment, window);
      const back = invert(transform)!;
      for (let y = 0; y < window.height; y++)
        for (let x = 0; x < window.width; x++) {
          const [col, row] = apply(back, ...apply(target.transform!, window.col + x + 0.5, window.row + y + 0.5)).map(
            Math.floor,
          ) as [number, number];
          const inside = col >= 0 && row >= 0 && col < source.width && row < source.height;
          expect(block.data[y * window.width + x]).toBe(inside ? row * source.width + col : -1);
          expect(block.mask![y * window.width + x]).toBe(inside ? 1 : 0);
        }
    });

  it('is exact for grids that differ by the last digits of their origins', () => {
    const source = { ...target, transform: [10, 0, 600000.0000001, 0, -10, 5799999.9999999] as Affine };
    expect(isIdentity(alignGrid(source, target)!)).toBe(true);
  });

  it('tells shifts by parts of a pixel from whole ones', () => {
    const shifted = (x: number) => isShifted(alignGrid({ ...target, transform: [10, 0, x, 0, -10, 5800000] }, target)!);
    expect(shifted(600003)).toBe(true);
    expect(shifted(600030)).toBe(false);
  });

  it('refuses turned axes and takes grids that are turned alike', () => {
    const turned: Affine = [8, 3, 600000, 3, -8, 5800000];
    expect(alignGrid({ ...target, transform: turned }, target)).toBeNull();
    expect(isIdentity(alignGrid({ ...target, transform: turned }, { ...target, transform: turned })!)).toBe(true);
  });

  it('takes rasters without a transform as one grid where their sizes are equal', () => {
    const bare = { width: 40, height: 30, transform: null };
    expect(isIdentity(alignGrid(bare, bare)!)).toBe(true);
    expect(alignGrid({ ...bare, width: 41 }, bare)).toBeNull();
    expect(alignGrid(bare, target)).toBeNull();
  });

  it('sees whether there is common ground', () => {
    const at = (x: number) => {
      const source: Grid = { width: 10, height: 10, transform: [10, 0, x, 0, -10, 5800000] };
      return overlaps(alignGrid(source, target)!, source, target);
    };
    expect(at(599900)).toBe(false);
    expect(at(599910)).toBe(true);
    expect(at(600400)).toBe(false);
  });
});
