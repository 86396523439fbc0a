import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listZipEntries, openZipSource } from '../../pipelines/io/byte-source/zip-source.ts';
import { openRaster } from '../../pipelines/io/open-raster.ts';
import type { ZipFile } from '../support/zip.ts';
import { makeZip } from '../support/zip.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'landmeter-zip-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function zip(name: string, files: readonly ZipFile[], cut = 0): string {
  const path = join(folder, name);
  const bytes = makeZip(files);
  writeFileSync(path, bytes.subarray(0, bytes.length - cut));
  return path;
}

const text = 'abcdefghij'.repeat(100);
const failure = (promise: Promise<unknown>) =>
  promise.then(
    () => null,
    (error: unknown) => error,
  );

describe('openZipSource', () => {
  it.each([false, true])('reads ranges of an entry (deflated: %s)', async (deflate) => {
    const path = zip('a.zip', [
      { name: 'x/first.txt', content: 'first' },
      { name: 'x/y.txt', content: text, deflate },
    ]);
    const source = await openZipSource(path, 'x/y.txt');
    expect(source).toMatchObject({ name: `${path}!/x/y.txt`, size: 1000 });
    expect(Buffer.from(await source.read(10, 5)).toString()).toBe('abcde');
    expect(Buffer.from(await source.read(995, 50)).toString()).toBe('fghij');
    expect(Buffer.from(source.readSync!(3, 2)).toString()).toBe('de');
    expect(await source.read(2000, 10)).toHaveLength(0);
    await source.close();
  });

  it.each([false, true])('opens a raster in an archive, any number of times (deflated: %s)', async (deflate) => {
    const jp2 = readFileSync(join(import.meta.dirname, 'reference/jp2/odd-tiles.jp2'));
    const path = zip('b.zip', [{ name: 'odd-tiles.jp2', content: jp2, deflate }]);
    const raster = await openRaster(`${path}!/odd-tiles.jp2`, { limits: { maxBlockBytes: 1e6, cacheBytes: 0 } });
    const window = { col: 0, row: 0, width: 203, height: 181 };
    const [first] = await raster.read(window);
    const [again] = await raster.read(window);
    expect(first!.data[203 + 40]).toBe((40 * 40) / 8 + 5 + Math.floor(40 / 16));
    expect(again!.data).toEqual(first!.data);
    await raster.close();
  });

  it('gives bytes that may be changed without changing the entry', async () => {
    const source = await openZipSource(zip('d.zip', [{ name: 'y', content: text, deflate: true }]), 'y');
    (await source.read(0, 5)).fill(0);
    expect(Buffer.from(await source.read(0, 5)).toString()).toBe('abcde');
    await source.close();
  });

  it.each<[string, string, readonly ZipFile[], number]>([
    ['not-found', 'There is no file e', [{ name: 'other', content: 'a' }], 0],
    ['format-damaged', 'sound zip archive', [{ name: 'e', content: text }], 30],
    ['format-damaged', 'sound zip archive', [{ name: '../e', content: text }], 0],
    ['format-damaged', 'sound zip archive', [{ name: '/e', content: text }], 0],
    ['format-damaged', 'size mismatch', [{ name: 'e', content: text, statedSize: 5 }], 0],
    [
      'format-damaged',
      'does not unpack to the 10 bytes',
      [{ name: 'e', content: text, deflate: true, statedSize: 10 }],
      0,
    ],
    ['format-damaged', 'not to the 5000', [{ name: 'e', content: text, deflate: true, statedSize: 5000 }], 0],
    ['too-large', 'unpacks to 4000000000 bytes', [{ name: 'e', content: text, deflate: true, statedSize: 4e9 }], 0],
  ])('refuses with %s: %s', async (code, words, files, cut) => {
    const path = zip('bad.zip', files, cut);
    expect(await failure(openZipSource(path, 'e'))).toMatchObject({ code, message: expect.stringContaining(words) });
  });
});

describe('listZipEntries', () => {
  it('lists files and leaves folders out', async () => {
    const path = zip('c.zip', [
      { name: 'x/', content: '' },
      { name: 'x/y', content: 'a' },
    ]);
    expect(await listZipEntries(path)).toEqual(['x/y']);
  });

  it('says that a file is no archive', async () => {
    const path = join(folder, 'no.zip');
    writeFileSync(path, 'hello '.repeat(50));
    expect(await failure(listZipEntries(path))).toMatchObject({ code: 'format-damaged' });
  });
});
