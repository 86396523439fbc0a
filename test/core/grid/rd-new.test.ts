import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { createTransform } from '../../../pipelines/core/grid/crs.ts';
import { installRdGrid } from '../../../pipelines/core/grid/crs-rd.ts';
import { shiftAt } from '../../../pipelines/core/grid/rd-grid.ts';
import type { RdGridPart } from '../../../pipelines/core/grid/rd-grid.ts';
import { findRdGrid } from '../../../pipelines/io/rd-grid.ts';
import { readRdGrid } from '../../../pipelines/io/read-rd-grid.ts';
import { sharedStandards } from '../../support/shared-data.ts';

afterEach(() => installRdGrid(null));

const toRd = createTransform(4258, 28992);
const fromRd = createTransform(28992, 4258);

/** The largest distance in metres over all points, and of the way back in degrees. */
function worst(points: readonly (readonly number[])[]): { metres: number; degrees: number } {
  let [metres, degrees] = [0, 0];
  for (const [, lat, lon, , x, y] of points) {
    const [px, py] = toRd.point(lon!, lat!);
    metres = Math.max(metres, Math.hypot(px - x!, py - y!));
    const [plon, plat] = fromRd.point(x!, y!);
    degrees = Math.max(degrees, Math.abs(plon - lon!), Math.abs(plat - lat!));
  }
  return { metres, degrees };
}

describe('RD New without the grid', () => {
  it('has Amersfoort at its origin, within the quarter of a metre', () => {
    // The tower of Onze Lieve Vrouwe, EPSG's natural origin, in ETRS89
    const [x, y] = toRd.point(5.387206, 52.155175);
    expect(Math.hypot(x - 155_000, y - 463_000)).toBeLessThan(1);
  });

  it.skipIf(!sharedStandards)('is within 0.25 m of all official points', () => {
    const { metres, degrees } = worst(officialPoints());
    expect(metres).toBeLessThan(0.25);
    expect(degrees).toBeLessThan(4e-6);
  });
});

describe.skipIf(!sharedStandards)('RD New with an official grid', () => {
  for (const name of ['nl_nsgi_rdcorr2018.tif', 'nl_nsgi_rdtrans2018.tif'])
    it(`${name}: forward within a millimetre, back within 1e-8 degree`, async () => {
      installRdGrid(await readRdGrid(join(sharedStandards!, 'rd', name)));
      const { metres, degrees } = worst(officialPoints());
      expect(metres).toBeLessThan(0.001);
      expect(degrees).toBeLessThan(1e-8);
    });

  it('comes back to where it started, in the grid and beyond it', async () => {
    installRdGrid(await readRdGrid(join(sharedStandards!, 'rd', 'nl_nsgi_rdcorr2018.tif')));
    for (const [lon, lat] of [[5.1, 52.1] as const, [3.4, 51.3] as const, [7.2, 53.2] as const, [12, 48] as const]) {
      const [lon2, lat2] = fromRd.point(...toRd.point(lon, lat));
      expect(Math.max(Math.abs(lon2 - lon), Math.abs(lat2 - lat))).toBeLessThan(1e-11);
    }
  });
});

describe('a correction grid', () => {
  const part: RdGridPart = {
    west: 5,
    north: 52,
    lonStep: 1,
    latStep: 1,
    width: 2,
    height: 2,
    lonShift: Float64Array.of(0, 1, 2, 3),
    latShift: Float64Array.of(0, 0, 10, 10),
  };
  const fine: RdGridPart = { ...part, lonStep: 0.1, latStep: 0.1, lonShift: new Float64Array(4).fill(7) };

  it('interpolates between its nodes', () => {
    const out = new Float64Array(2);
    expect(shiftAt({ kind: 'correction', parts: [part] }, 5.5, 51.5, out)).toBe(true);
    expect([...out]).toEqual([1.5, 5]);
  });

  it('prefers the first part that covers a place, and reaches to its last node', () => {
    const out = new Float64Array(2);
    const grid = { kind: 'correction', parts: [fine, part] } as const;
    shiftAt(grid, 5.05, 51.95, out);
    expect(out[0]).toBe(7);
    shiftAt(grid, 6, 51, out);
    expect([...out]).toEqual([3, 10]);
    expect(shiftAt(grid, 6.01, 51, out)).toBe(false);
    expect(shiftAt(grid, NaN, 51, out)).toBe(false);
  });

  it('is searched in the workspace, where it need not be', () => {
    expect(findRdGrid('/nowhere/at/all')).toBeNull();
  });
});

function officialPoints(): number[][] {
  return readFileSync(join(sharedStandards!, 'rd', 'Z001_ETRS89andRDNAP.txt'), 'utf8')
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number))
    .filter((row) => row.length >= 6 && row.slice(0, 6).every(Number.isFinite));
}
