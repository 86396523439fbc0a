import { linkSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { inlineRunner } from '../../pipelines/runner.ts';
import { produce } from '../../pipelines/runs/produce.ts';
import { temporaryFolder } from '../support/archive.ts';
import { putRaster } from '../support/rasters.ts';

const folder = temporaryFolder('spare');
afterAll(() => rmSync(folder, { recursive: true }));

const inline = async () => inlineRunner;

const warp = (path: string, output: string) =>
  produce('warp', { path, epsg: 3857, resolution: null, bounds: null, resampling: 'nearest', output }, inline);

describe('an output that is an input', async () => {
  const spec = { width: 2, height: 1, dtype: 'uint16' } as const;
  const path = await putRaster(folder, 'red', Uint16Array.of(1, 2), spec);
  const before = readFileSync(path);
  linkSync(path, join(folder, 'hard.tif'));
  symlinkSync(path, join(folder, 'soft.tif'));

  it.each([
    ['the same path', path, path],
    ['another spelling', path, `${folder}/../${folder.split('/').at(-1)}/red.tif`],
    ['a hard link', path, join(folder, 'hard.tif')],
    ['read through a link', join(folder, 'soft.tif'), path],
  ])('is refused and kept: %s', async (_, input, output) => {
    await expect(warp(input, output)).rejects.toThrow(/is an input .* and would be lost/);
    await expect(
      produce('composite', { rasters: [{ path: input, classes: null }], method: 'mean', output }, inline),
    ).rejects.toThrow(/would be lost/);
    expect(readFileSync(path)).toEqual(before);
  });

  it('may be written over where it is only an earlier output', async () => {
    const output = join(folder, 'out.tif');
    for (let k = 0; k < 2; k++) await warp(path, output);
    expect(readFileSync(output).length).toBeGreaterThan(100);
  });
});
