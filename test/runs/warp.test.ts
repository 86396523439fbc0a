import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isPlatformError } from '../../pipelines/core/errors.ts';
import type { Affine } from '../../pipelines/core/grid/affine.ts';
import { apply, invert } from '../../pipelines/core/grid/affine.ts';
import { createTransform } from '../../pipelines/core/grid/crs.ts';
import { openRaster } from '../../pipelines/io/open-raster.ts';
import type { CogSpec } from '../../pipelines/io/tiff/cog-layout.ts';
import { inlineRunner } from '../../pipelines/runner.ts';
import { planWarpRun, runWarp } from '../../pipelines/runs/warp.ts';
import type { WarpReport, WarpRunRequest } from '../../pipelines/runs/warp.ts';
import { writeCogFromArray } from '../../pipelines/runs/write-cog.ts';

const WIDTH = 700;
const HEIGHT = 600;
const TRANSFORM: Affine = [10, 0, 640_000, 0, -10, 5_775_000];
let folder = '';

/** Each cell's number names it; every 13th is missing where there is a nodata. */
const cellNumber = (col: number, row: number) => 1 + ((row * WIDTH + col) % 30_000);

async function source(name: string, spec: Partial<CogSpec> = {}, value = cellNumber): Promise<string> {
  const path = join(folder, name);
  const data = new Int16Array(WIDTH * HEIGHT);
  for (let row = 0; row < HEIGHT; row++)
    for (let col = 0; col < WIDTH; col++) data[row * WIDTH + col] = value(col, row);
  const mask = spec.nodata === null ? null : Uint8Array.from(data, (_, i) => (i % 13 === 0 ? 0 : 1));
  const full: CogSpec = {
    width: WIDTH,
    height: HEIGHT,
    transform: TRANSFORM,
    epsg: 32631,
    dtype: 'int16',
    bands: 1,
    nodata: -32768,
    ...spec,
  };
  await writeCogFromArray(
    path,
    full,
    Array.from({ length: full.bands }, () => data.slice()),
    Array.from({ length: full.bands }, () => mask),
  );
  return path;
}

async function warp(request: Partial<WarpRunRequest> & { path: string }): Promise<WarpReport> {
  const output = join(folder, 'out.tif');
  const plan = await planWarpRun({
    epsg: 28992,
    resolution: 10,
    bounds: null,
    resampling: 'nearest',
    output,
    ...request,
  });
  return runWarp(plan, inlineRunner);
}

async function readAll(path: string) {
  const raster = await openRaster(path);
  const { info } = raster;
  const blocks = await raster.read({ col: 0, row: 0, width: info.width, height: info.height });
  await raster.close();
  return { info, blocks };
}

async function failure(promise: Promise<unknown>) {
  const error: unknown = await promise.then(
    () => null,
    (e: unknown) => e,
  );
  if (!isPlatformError(error)) throw new Error(`No PlatformError but ${String(error)}`);
  return error;
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'warp-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

describe('warp', () => {
  it('puts every cell where its coordinates say, its mask with it', async () => {
    const path = await source('cells.tif', { scale: 0.0001, unit: '1', bandNames: ['red'] });
    const report = await warp({ path });
    const { info, blocks } = await readAll(report.output);
    expect(report.maxErrorPixels).toBeLessThan(0.01);
    expect(info).toMatchObject({ epsg: 28992, cog: true });
    expect(info.bands[0]).toMatchObject({ name: 'red', scale: 0.0001, unit: '1', nodata: -32768, dtype: 'int16' });
    expect(info.transform!.every((v, i) => (i === 2 || i === 5 ? v % 10 === 0 : true))).toBe(true);
    const toSource = invert(TRANSFORM)!;
    const back = createTransform(28992, 32631);
    let [valid, compared, wrong] = [0, 0, 0];
    for (let row = 0; row < info.height; row += 3)
      for (let col = 0; col < info.width; col += 3) {
        const [x, y] = apply(toSource, ...back.point(...apply(info.transform!, col + 0.5, row + 0.5)));
        const edge = Math.max(Math.abs(x - Math.floor(x) - 0.5), Math.abs(y - Math.floor(y) - 0.5));
        if (edge > 0.49) continue; // either side is right
        compared++;
        const [c, r] = [Math.floor(x), Math.floor(y)];
        const inside = c >= 0 && r >= 0 && c < WIDTH && r < HEIGHT && (r * WIDTH + c) % 13 !== 0;
        const i = row * info.width + col;
        if (blocks[0]!.mask![i] !== (inside ? 1 : 0)) wrong++;
        else if (inside && blocks[0]!.data[i] !== cellNumber(c, r)) wrong++;
        valid += inside ? 1 : 0;
      }
    expect(wrong).toBe(0);
    expect(valid).toBeGreaterThan(0.7 * compared);
  });

  it('takes bounds and resolution as they are asked for', async () => {
    const path = await source('cells.tif');
    const bounds = { minX: 136_003, minY: 455_001, maxX: 137_004, maxY: 456_002, epsg: 28992 };
    const { output } = await warp({ path, bounds, resolution: 20 });
    const { info } = await readAll(output);
    expect(info.transform).toEqual([20, 0, 136_003, 0, -20, 456_002]);
    expect([info.width, info.height]).toEqual([50, 50]);
  });

  it('gives the same numbers whatever the regions', async () => {
    const path = await source('slope.tif', { nodata: null }, (col, row) => 20 * col + 10 * row);
    const request = { path, epsg: 32632, resolution: 5, resampling: 'bilinear' as const, bounds: null };
    const plan = await planWarpRun({ ...request, output: join(folder, 'large.tif') });
    await runWarp(plan, inlineRunner);
    const small = { ...plan, output: join(folder, 'small.tif'), spec: { ...plan.spec, blockSize: 128 } };
    await runWarp(small, inlineRunner);
    const [large, tiled] = [await readAll(plan.output), await readAll(small.output)];
    const [a, b] = [large.blocks[0]!, tiled.blocks[0]!];
    let [worst, masks] = [0, 0];
    for (let i = 0; i < a.data.length; i++) {
      if (a.mask![i] !== b.mask![i]) masks++;
      else if (a.mask![i] === 1) worst = Math.max(worst, Math.abs(a.data[i]! - b.data[i]!));
    }
    expect(worst).toBeLessThanOrEqual(1); // a hundredth of a pixel is 0.3 of it, the rest is rounding
    expect(masks).toBeLessThan(10); // at the raster's outline
  });

  it('coarser grids are read in parts, and average all of it', async () => {
    const path = await source('plain.tif', { nodata: null });
    const { output, notes } = await warp({ path, epsg: 32631, resolution: 1000, resampling: 'average' });
    const { info, blocks } = await readAll(output);
    expect([info.width, info.height]).toEqual([7, 6]);
    let sum = 0;
    for (let row = 100; row < 200; row++) for (let col = 200; col < 300; col++) sum += cellNumber(col, row);
    expect(blocks[0]!.data[7 + 2]).toBe(Math.floor(sum / 10_000 + 0.5));
    expect(info.bands[0]!.nodata).toBe(-32768);
    expect(notes.join()).toMatch(/declares no nodata/);
  });

  it('keeps all bands', async () => {
    const path = await source('three.tif', { bands: 3, bandNames: ['red', 'green', 'blue'] });
    const { output } = await warp({ path, epsg: 3857, resolution: null, resampling: 'cubic' });
    const { info } = await readAll(output);
    expect(info.bands.map((band) => band.name)).toEqual(['red', 'green', 'blue']);
    // as gdalwarp -t_srs EPSG:3857 suggests for this grid
    expect(info.transform![0]).toBeCloseTo(16.258935, 4);
  });
});

describe('warp refuses, and leaves nothing behind', () => {
  const cases: readonly [string, Partial<CogSpec>, Partial<WarpRunRequest>, string, RegExp][] = [
    ['a raster without CRS', { epsg: null }, {}, 'crs-missing', /nocrs\.tif has no CRS/],
    ['a raster without georeference', { transform: null }, {}, 'crs-missing', /no georeference/],
    ['a CRS of the other side of the world', {}, { epsg: 32756 }, 'outside', /EPSG:32756.* is for/],
    ['an unknown CRS', {}, { epsg: 999_999 }, 'crs-unsupported', /EPSG:999999/],
    [
      'bounds elsewhere',
      {},
      { bounds: { minX: 0, minY: 300_000, maxX: 10, maxY: 300_010, epsg: 28992 } },
      'outside',
      /does not reach the bounds/,
    ],
    [
      'bounds without area',
      {},
      { bounds: { minX: 10, minY: 10, maxX: 10, maxY: 20, epsg: 28992 } },
      'parameter-invalid',
      /no area/,
    ],
    ['a resolution of nothing', {}, { resolution: 0 }, 'parameter-invalid', /above 0/],
    ['a resolution of micrometres', {}, { resolution: 1e-6 }, 'too-large', /coarser/],
  ];
  for (const [what, spec, request, code, message] of cases)
    it(what, async () => {
      const path = await source('nocrs.tif', spec);
      await rm(join(folder, 'out.tif'), { force: true });
      const error = await failure(warp({ path, ...request }));
      expect(error.code).toBe(code);
      expect(error.message).toMatch(message);
      expect((await readdir(folder)).filter((name) => name.includes('out.tif'))).toEqual([]);
    });
});
