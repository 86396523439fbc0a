import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { openRaster } from '../../pipelines/io/open-raster.ts';
import { buildTiff } from '../support/tiff-builder.ts';

const folder = mkdtempSync(join(tmpdir(), 'open-raster-'));
afterAll(() => rmSync(folder, { recursive: true }));

function file(name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

const TIFF = buildTiff({ images: [{ width: 4, height: 3, value: (_band, col) => col }] });

describe('openRaster', () => {
  it('tells the format by content, whatever the name', async () => {
    const raster = await openRaster(file('B11.jp2', TIFF));
    expect([raster.info.driver, raster.info.width, raster.info.height]).toEqual(['GTiff', 4, 3]);
    await raster.close();
  });

  it.each([
    ['empty.tif', '', 'format-unknown', /is empty/],
    ['page.tif', '<!DOCTYPE html><html><body>404', 'format-unknown', /is a web page saved under this name/],
    ['error.tif', '<?xml version="1.0"?><Error>', 'format-unknown', /is XML/],
    ['lfs.tif', 'version https://git-lfs.github.com/spec/v1', 'format-unknown', /Git LFS pointer/],
    ['zip.tif', 'PK\x03\x04abc', 'format-unknown', /is a zip archive/],
    ['words.tif', 'hello', 'format-unknown', /is not a raster of a kind/],
    ['stub.tif', TIFF.slice(0, 6), 'format-damaged', /truncated/],
  ])('refuses %s', async (name, content, code, message) => {
    const path = file(name, content);
    await expect(openRaster(path)).rejects.toMatchObject({ code, message });
    await expect(openRaster(path)).rejects.toThrow(path);
  });

  it('refuses a missing file and a folder', async () => {
    await expect(openRaster(join(folder, 'none.tif'))).rejects.toMatchObject({ code: 'not-found' });
    await expect(openRaster(join(folder, 'empty.tif', 'x.tif'))).rejects.toMatchObject({ code: 'not-found' });
    mkdirSync(join(folder, 'dir.tif'));
    await expect(openRaster(join(folder, 'dir.tif'))).rejects.toMatchObject({
      code: 'not-readable',
      message: /is a folder/,
    });
  });
});
