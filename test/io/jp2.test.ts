import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { isPlatformError } from '../../pipelines/core/errors.ts';
import { toGdal } from '../../pipelines/core/grid/affine.ts';
import type { Samples } from '../../pipelines/core/raster/block.ts';
import { createMemorySource } from '../../pipelines/io/byte-source/memory-source.ts';
import { openJp2 } from '../../pipelines/io/jp2/reader.ts';
import expected from './reference/jp2/expected.json' with { type: 'json' };

const FOLDER = join(import.meta.dirname, 'reference/jp2');
const NAMES = Object.keys(expected) as (keyof typeof expected)[];
const DTYPES: Readonly<Record<string, string>> = { Byte: 'uint8', UInt16: 'uint16', Int16: 'int16' };

const bytesOf = (name: string): Uint8Array => new Uint8Array(readFileSync(join(FOLDER, `${name}.jp2`)));
const openBytes = (bytes: Uint8Array, name = 'test.jp2') => openJp2(createMemorySource(name, bytes));

function sha256(data: Samples): string {
  return createHash('sha256')
    .update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength))
    .digest('hex');
}

describe('JPEG 2000 against GDAL and OpenJPEG', () => {
  it.each(NAMES)('reads every level of %s bit by bit, and its place', async (name) => {
    const raster = await openBytes(bytesOf(name));
    const want = expected[name];
    expect(raster.info.bands[0]?.dtype).toBe(DTYPES[want.dtype]);
    expect(raster.info.epsg).toBe(want.epsg);
    const place = raster.info.transform && toGdal(raster.info.transform);
    if (want.transform === null) expect(place).toBeNull();
    else want.transform.forEach((v, i) => expect(place?.[i]).toBeCloseTo(v, 9));
    for (const [level, { width, height, sha256: sums }] of want.levels.entries()) {
      expect(raster.info.levels[level]).toMatchObject({ width, height });
      const blocks = await raster.read({ col: 0, row: 0, width, height }, { level });
      expect(blocks.map((b) => sha256(b.data))).toEqual(sums);
      expect(blocks.map((b) => b.mask)).toEqual(sums.map(() => null));
    }
  });
});

describe('openJp2', () => {
  it('reads a window over tile borders as a part of the whole', async () => {
    const raster = await openBytes(bytesOf('odd-tiles'));
    const [whole] = await raster.read({ col: 0, row: 0, width: 203, height: 181 });
    const window = { col: 33, row: 75, width: 60, height: 50 };
    const [part] = await raster.read(window);
    for (let row = 0; row < window.height; row++)
      for (let col = 0; col < window.width; col++)
        expect(part!.data[row * 60 + col]).toBe(whole!.data[(row + 75) * 203 + col + 33]);
  });

  it('masks what lies beyond the image', async () => {
    const raster = await openBytes(bytesOf('small-precincts'));
    const [block] = await raster.read({ col: -2, row: 178, width: 4, height: 5 });
    expect([...block!.mask!]).toEqual([0, 0, 1, 1, 0, 0, 1, 1, 0, 0, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0]);
    expect(block!.data[2]).toBe((178 * 5) & 0x3fff);
  });

  it('gives bands in the order asked for', async () => {
    const raster = await openBytes(bytesOf('colour'));
    const window = { col: 100, row: 100, width: 50, height: 50 };
    const all = await raster.read(window);
    const some = await raster.read(window, { bands: [2, 0] });
    expect(some.map((b) => sha256(b.data))).toEqual([sha256(all[2]!.data), sha256(all[0]!.data)]);
  });

  it('shares one decode between readers of the same tile, and still gives each its own array', async () => {
    const raster = await openBytes(bytesOf('tile-parts'));
    const window = { col: 0, row: 0, width: 10, height: 10 };
    const [[a], [b]] = await Promise.all([raster.read(window), raster.read(window)]);
    a!.data[0] = 1234;
    expect(b!.data[0]).toBe(0);
    expect((await raster.read(window))[0]!.data[0]).toBe(0);
  });

  it('gives up when it is asked to', async () => {
    const raster = await openBytes(bytesOf('tile-parts'));
    const signal = AbortSignal.abort();
    const reading = raster.read({ col: 0, row: 0, width: 10, height: 10 }, { signal });
    await expect(reading).rejects.toMatchObject({ code: 'aborted' });
    await expect(raster.read({ col: 0, row: 0, width: 10, height: 10 })).resolves.toHaveLength(1);
  });

  it('finds tiles without the table of tile-part lengths, and when the table lies', async () => {
    const bytes = bytesOf('signed');
    const at = indexOf(bytes, [0xff, 0x55]); // TLM
    expect(at).toBeGreaterThan(0);
    const lying = bytes.slice();
    lying[at + 12]! ^= 0x55;
    const raster = await openBytes(lying);
    const [block] = await raster.read({ col: 0, row: 0, width: 203, height: 181 });
    expect(sha256(block!.data)).toBe(expected.signed.levels[0]!.sha256[0]);
  });

  it('reads a bare codestream, without a place', async () => {
    const bytes = bytesOf('bit');
    const codestream = bytes.slice(indexOf(bytes, [0xff, 0x4f, 0xff, 0x51]));
    const raster = await openBytes(codestream);
    expect(raster.info).toMatchObject({ width: 203, height: 181, transform: null, epsg: null });
    const [block] = await raster.read({ col: 0, row: 0, width: 203, height: 181 });
    expect(sha256(block!.data)).toBe(expected.bit.levels[0]!.sha256[0]);
  });

  it('masks a tile that the codestream does not have', async () => {
    const bytes = bytesOf('bit');
    const start = indexOf(bytes, [0xff, 0x4f, 0xff, 0x51]);
    const [first, second] = tilePartsOf(bytes, start);
    const without = new Uint8Array([...bytes.slice(start, first), ...bytes.slice(second)]);
    const raster = await openBytes(without);
    const [block] = await raster.read({ col: 62, row: 0, width: 4, height: 1 });
    expect([...block!.mask!]).toEqual([0, 0, 1, 1]);
  });
});

describe('what openJp2 refuses', () => {
  it.each([
    ['format-unknown', 'is not a JPEG 2000 file', async () => openBytes(new Uint8Array(100))],
    ['format-unknown', 'is not a JPEG 2000 file', async () => openBytes(new Uint8Array(0))],
    ['format-unsupported', '3 JPEG 2000 components of 15 bits', async () => readAll(bytesOf('deep-colour'))],
    ['format-unsupported', '(PPM)', async () => readAll(withPackedHeaders(bytesOf('bit')))],
    ['format-damaged', 'truncated', async () => readAll(bytesOf('tile-parts').slice(0, 3000))],
    ['too-large', 'more than the 0 MB', async () => readAll(bytesOf('tile-parts'), 1000)],
  ])('%s: %s', async (code, words, attempt) => {
    const error = await attempt().then(
      () => null,
      (e: unknown) => e,
    );
    expect(error).toMatchObject({ code, message: expect.stringContaining(words) });
    expect((error as Error).message).toMatch(/^test\.jp2 /);
  });

  it('describes what it cannot decode', async () => {
    const raster = await openBytes(bytesOf('deep-colour'));
    expect(raster.info).toMatchObject({ width: 203, height: 181, epsg: 32631 });
    expect(raster.info.bands).toHaveLength(3);
  });

  it('refuses every truncation in one sentence, and reads on afterwards', async () => {
    const whole = bytesOf('small-precincts');
    for (let length = 0; length < whole.length - 2; length += 97) {
      const error = await readAll(whole.slice(0, length)).then(
        () => null,
        (e: unknown) => e,
      );
      expect(isPlatformError(error), `${length} bytes: ${String(error)}`).toBe(true);
    }
    await expectGood();
  });

  it('survives flipped bits: a sentence or pixels, never a crash', async () => {
    const random = seeded(20220125);
    let refused = 0;
    for (const name of NAMES) {
      for (let i = 0; i < 24; i++) {
        const bytes = bytesOf(name);
        for (let flips = 0; flips < 1 + i / 8; flips++) bytes[random(bytes.length)]! ^= 1 << random(8);
        const error = await readAll(bytes).then(
          () => null,
          (e: unknown) => e,
        );
        if (error !== null) refused++;
        expect(error === null || isPlatformError(error), `${name} ${i}: ${String(error)}`).toBe(true);
      }
    }
    expect(refused).toBeGreaterThan(0);
    await expectGood();
  });
});

async function expectGood(): Promise<void> {
  const raster = await openBytes(bytesOf('odd-tiles'));
  const [block] = await raster.read({ col: 0, row: 0, width: 203, height: 181 });
  expect(sha256(block!.data)).toBe(expected['odd-tiles'].levels[0]!.sha256[0]);
}

async function readAll(bytes: Uint8Array, maxBlockBytes = 64 * 1024 * 1024): Promise<void> {
  const raster = await openJp2(createMemorySource('test.jp2', bytes), { limits: { maxBlockBytes, cacheBytes: 0 } });
  const width = Math.min(raster.info.width, 1000);
  const height = Math.min(raster.info.height, 1000);
  await raster.read({ col: 0, row: 0, width, height });
}

function indexOf(bytes: Uint8Array, pattern: readonly number[]): number {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).indexOf(Uint8Array.from(pattern));
}

/** Positions of the tile-parts, walked by their lengths. */
function tilePartsOf(bytes: Uint8Array, from: number): number[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const positions: number[] = [];
  for (let at = bytes.indexOf(0x90, from) - 1; view.getUint16(at) === 0xff90; at += view.getUint32(at + 6))
    positions.push(at);
  return positions;
}

/** An (empty) PPM segment in front of the first tile-part. */
function withPackedHeaders(bytes: Uint8Array): Uint8Array {
  const start = indexOf(bytes, [0xff, 0x4f, 0xff, 0x51]);
  const codestream = bytes.slice(start);
  const at = indexOf(codestream, [0xff, 0x90, 0x00, 0x0a]);
  return new Uint8Array([...codestream.slice(0, at), 0xff, 0x60, 0x00, 0x03, 0x00, ...codestream.slice(at)]);
}

/** Mulberry32: the same numbers in every run. */
function seeded(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) % below;
  };
}
