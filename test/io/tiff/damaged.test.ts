import { describe, expect, it } from 'vitest';
import { createMemorySource } from '../../../pipelines/io/byte-source/memory-source.ts';
import { isPlatformError } from '../../../pipelines/core/errors.ts';
import { openTiff } from '../../../pipelines/io/tiff/read/open-tiff.ts';
import { buildTiff } from '../../support/tiff-builder.ts';
import type { FieldSpec, TiffImageSpec } from '../../support/tiff-builder.ts';

const IMAGE: TiffImageSpec = {
  width: 64,
  height: 64,
  value: (_band, col, row) => (col * row) & 255,
  tile: [32, 32],
  compression: 8,
};

/** Opens and reads all of it; the error, with what it cost. */
async function refusal(bytes: Uint8Array): Promise<{ code: string; message: string; ms: number; bytes: number }> {
  const [start, before] = [performance.now(), process.memoryUsage().arrayBuffers];
  try {
    const raster = await openTiff(createMemorySource('bad.tif', bytes));
    await raster.read({ col: 0, row: 0, width: raster.info.width, height: raster.info.height });
  } catch (error) {
    if (!isPlatformError(error)) throw error;
    const cost = { ms: performance.now() - start, bytes: process.memoryUsage().arrayBuffers - before };
    return { code: error.code, message: error.message, ...cost };
  }
  throw new Error('it was read');
}

function withFields(...fields: FieldSpec[]): Uint8Array {
  return buildTiff({ images: [{ ...IMAGE, fields }] });
}

const long = (tag: number, ...values: number[]): FieldSpec => ({ tag, type: 4, values });
const short = (tag: number, ...values: number[]): FieldSpec => ({ tag, type: 3, values });

const LIES: readonly (readonly [what: string, code: string, words: RegExp, bytes: Uint8Array])[] = [
  [
    'four thousand million pixels square',
    'format-damaged',
    /declares 4000000000 × 4000000000 pixels/,
    withFields(long(256, 4e9), long(257, 4e9)),
  ],
  [
    'a raster larger than its list of blocks',
    'format-damaged',
    /needs 977\d* blocks|needs \d+ blocks, but its directory lists 4/,
    withFields(long(256, 1e6), long(257, 1e6)),
  ],
  [
    'a list of blocks larger than the file',
    'format-damaged',
    /more than fit in its \d+ bytes/,
    withFields(long(256, 1e6), long(257, 1e6), { ...long(324, 8, 8), count: 1e9 }, { ...long(325, 8, 8), count: 1e9 }),
  ],
  [
    'tiles larger than memory',
    'too-large',
    /at most 256 MiB can be read at once/,
    withFields(long(322, 1e6), long(323, 1e6)),
  ],
  ['tiles of no size', 'format-damaged', /blocks are 0 × 32 pixels/, withFields(long(322, 0))],
  [
    'tiles of a fraction of a pixel',
    'format-damaged',
    /tag 322 is 1e-30/,
    withFields({ tag: 322, type: 12, values: [1e-30] }),
  ],
  [
    'a block beyond the end of the file',
    'format-damaged',
    /bad\.tif ends after \d+ bytes but byte \d+ is needed/,
    withFields(long(324, 9e6, 9e6, 9e6, 9e6)),
  ],
  [
    'a block that is not deflate',
    'format-damaged',
    /cannot be decompressed/,
    withFields(long(324, 0x10, 0x10, 0x10, 0x10)),
  ],
  [
    'a block too short for its pixels',
    'format-damaged',
    /holds 1024 bytes where 4096 are needed/,
    withFields(long(322, 64), long(323, 64)),
  ],
  [
    'a compression that is not read',
    'format-unsupported',
    /compressed with ccitt-fax4, which is not read here/,
    withFields(short(259, 4)),
  ],
  ['complex numbers', 'format-unsupported', /\(complex, 64 bits\)/, withFields(short(258, 64), short(339, 6))],
  [
    'bands of different types',
    'format-unsupported',
    /bands of different types/,
    withFields(short(258, 8, 16), short(277, 2)),
  ],
  ['65 thousand samples of nothing', 'format-damaged', /declares 0 samples/, withFields(short(277, 0))],
  [
    'a type of field that does not exist',
    'format-damaged',
    /unknown type 99/,
    withFields({ tag: 256, type: 99 as 3, values: [], count: 1 }),
  ],
];

describe('a TIFF that lies or is damaged', () => {
  it.each(LIES)('%s is refused quickly, in one sentence that names the file', async (_what, code, words, bytes) => {
    const refused = await refusal(bytes);
    expect(refused.code).toBe(code);
    expect(refused.message).toMatch(words);
    expect(refused.message).toMatch(/^bad\.tif /);
    expect(refused.message).not.toContain('\n');
    expect(refused.ms).toBeLessThan(1000);
    expect(refused.bytes).toBeLessThan(32 * 2 ** 20);
  });

  it('a chain of directories in a circle ends', async () => {
    const bytes = buildTiff({ images: [IMAGE] });
    const view = new DataView(bytes.buffer);
    const directory = view.getUint32(4, true);
    view.setUint32(directory + 2 + view.getUint16(directory, true) * 12, directory, true);
    expect((await refusal(bytes)).message).toMatch(/directories follow each other in a circle/);
  });

  it('every truncation of a file is refused or reads as before', async () => {
    const bytes = buildTiff({ images: [IMAGE], isBigTiff: true });
    for (let length = 0; length < bytes.length; length += 7)
      expect((await refusal(bytes.slice(0, length))).code).toBe('format-damaged');
  });

  it('random damage ends in pixels or a PlatformError', async () => {
    let seed = 20;
    const random = () => (seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0) / 2 ** 32;
    const whole = buildTiff({ images: [IMAGE, { ...IMAGE, width: 32, height: 32, fields: [long(254, 1)] }] });
    let refused = 0;
    for (let round = 0; round < 1500; round++) {
      const bytes = whole.slice();
      for (let i = 0; i < 4; i++) bytes[Math.floor(random() * bytes.length)] = Math.floor(random() * 256);
      try {
        const raster = await openTiff(createMemorySource('bad.tif', bytes));
        await raster.read({ col: 0, row: 0, width: 64, height: 64 });
      } catch (error) {
        if (!isPlatformError(error)) throw error;
        refused++;
      }
    }
    expect(refused).toBeGreaterThan(300);
  });
});
