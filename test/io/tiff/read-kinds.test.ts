import { describe, expect, it } from 'vitest';
import { createMemorySource } from '../../../pipelines/io/byte-source/memory-source.ts';
import type { RasterSource } from '../../../pipelines/io/raster-source.ts';
import { openTiff } from '../../../pipelines/io/tiff/read/open-tiff.ts';
import { buildTiff } from '../../support/tiff-builder.ts';
import type { SampleKind, TiffImageSpec, TiffSpec } from '../../support/tiff-builder.ts';

const WIDTH = 37;
const HEIGHT = 29;

/** Big-endian files are read as from afar (in ranges, asynchronously), the others as from a disk. */
function open(spec: TiffSpec): Promise<RasterSource> {
  const { readSync, readIntoSync, ...afar } = createMemorySource('made.tif', buildTiff(spec));
  return openTiff(spec.isBigEndian ? afar : { ...afar, readSync: readSync!, readIntoSync: readIntoSync! });
}

function pattern(kind: SampleKind, bits: number): TiffImageSpec['value'] {
  return (band, col, row) => {
    const n = band * 1000 + row * WIDTH + col;
    if (kind === 'float') return n / 4 - 100;
    const wrapped = (n * 37) % Math.min(2 ** bits, 2 ** 31);
    return kind === 'int' ? wrapped - Math.min(2 ** (bits - 1), 2 ** 30) : wrapped;
  };
}

function expected(
  value: TiffImageSpec['value'],
  band: number,
  col: number,
  row: number,
  width: number,
  height: number,
) {
  return Array.from({ length: width * height }, (_, i) => value(band, col + (i % width), row + Math.floor(i / width)));
}

const SAMPLES: readonly (readonly [SampleKind, 8 | 16 | 32 | 64])[] = [
  ['uint', 8],
  ['int', 8],
  ['uint', 16],
  ['int', 16],
  ['uint', 32],
  ['int', 32],
  ['uint', 64],
  ['int', 64],
  ['float', 32],
  ['float', 64],
];

describe.each(SAMPLES)('%s of %i bits', (kind, bits) => {
  const value = pattern(kind, bits);
  const predictors = kind === 'float' ? [1, 3] : bits <= 32 ? [1, 2] : [1];
  const layouts: Partial<TiffImageSpec>[] = [
    { tile: [16, 16] },
    { rowsPerStrip: 7 },
    { tile: [48, 32], isPlanar: true },
    {},
  ];

  it.each([1, 5, 8, 32773, 50000] as const)(
    'reads back under compression %i in every layout and byte order',
    async (compression) => {
      const wrong: string[] = [];
      for (const isBigEndian of [false, true])
        for (const predictor of compression === 1 || compression === 32773 ? [1] : predictors)
          for (const layout of layouts)
            for (const bands of [1, 3]) {
              const image = { width: WIDTH, height: HEIGHT, bands, bits, kind, value, compression, ...layout };
              const spec = {
                images: [{ ...image, predictor: predictor as 1 | 2 | 3 }],
                isBigEndian,
                isBigTiff: bands === 3,
              };
              const raster = await open(spec);
              for (const [col, row, width, height] of [
                [0, 0, WIDTH, HEIGHT],
                [9, 5, 20, 17],
              ] as const) {
                const blocks = await raster.read({ col, row, width, height });
                for (const [band, block] of blocks.entries()) {
                  const want = expected(value, band, col, row, width, height);
                  if (block.mask !== null || !want.every((v, i) => block.data[i] === v))
                    wrong.push(JSON.stringify({ isBigEndian, predictor, layout, bands, band, col }));
                }
              }
            }
      expect(wrong).toEqual([]);
    },
  );
});

describe('windows', () => {
  const value: TiffImageSpec['value'] = (band, col, row) => band * 1000 + row * WIDTH + col;
  const image: TiffImageSpec = {
    width: WIDTH,
    height: HEIGHT,
    bands: 2,
    bits: 16,
    value,
    tile: [16, 16],
    compression: 8,
  };

  it('gives bands in the order asked for, each array owned by the caller', async () => {
    const raster = await open({ images: [image] });
    const window = { col: 3, row: 4, width: 2, height: 1 };
    const [second, first, again] = await raster.read(window, { bands: [1, 0, 1] });
    expect([...second!.data, ...first!.data]).toEqual([1151, 1152, 151, 152]);
    again!.data[0] = 9;
    const [fresh] = await raster.read(window, { bands: [1] });
    expect([second!.data[0], fresh!.data[0]]).toEqual([1151, 1151]);
  });

  it('masks what lies outside the raster', async () => {
    const raster = await open({ images: [image] });
    const [block] = await raster.read({ col: -1, row: HEIGHT - 1, width: 3, height: 2 }, { bands: [0] });
    expect([...block!.mask!]).toEqual([0, 1, 1, 0, 0, 0]);
    expect([block!.data[1], block!.data[2]]).toEqual([(HEIGHT - 1) * WIDTH, (HEIGHT - 1) * WIDTH + 1]);
    const [beyond] = await raster.read({ col: 100, row: 0, width: 2, height: 1 }, { bands: [0] });
    expect([...beyond!.mask!]).toEqual([0, 0]);
  });

  it('refuses a band that is not there', async () => {
    const raster = await open({ images: [image] });
    await expect(raster.read({ col: 0, row: 0, width: 1, height: 1 }, { bands: [2] })).rejects.toMatchObject({
      code: 'band-missing',
      message: 'made.tif has 2 bands; band 3 was asked for',
    });
  });

  it('stops between blocks when the signal fires', async () => {
    const raster = await open({ images: [{ ...image, width: 1500, height: 1500, value: () => 1 }] });
    const abort = new AbortController();
    const read = raster.read({ col: 0, row: 0, width: 1500, height: 1500 }, { signal: abort.signal });
    abort.abort();
    await expect(read).rejects.toMatchObject({ code: 'aborted' });
  });
});

describe('validity', () => {
  const nodata = (text: string) => ({ tag: 42113, type: 2, values: text }) as const;
  const read = async (image: Partial<TiffImageSpec>, ...masks: TiffImageSpec[]) => {
    const full = { width: 4, height: 1, value: (_b: number, col: number) => col, ...image };
    const raster = await open({ images: [full, ...masks] });
    return (await raster.read({ col: 0, row: 0, width: 4, height: 1 })).map(({ mask }) => mask && [...mask]);
  };

  it('is null where nothing is nodata', async () => {
    expect(await read({ fields: [nodata('9')] })).toEqual([null]);
    expect(await read({})).toEqual([null]);
  });

  it('takes nodata of whole numbers', async () => {
    expect(await read({ fields: [nodata('2')] })).toEqual([[1, 1, 0, 1]]);
    expect(await read({ bits: 16, kind: 'int', value: (_b, col) => -col, fields: [nodata('-3')] })).toEqual([
      [1, 1, 1, 0],
    ]);
  });

  it('ignores nodata that the type cannot hold', async () => {
    expect(await read({ fields: [nodata('-9999')] })).toEqual([null]);
    expect(await read({ fields: [nodata('nan')] })).toEqual([null]);
  });

  it('never lets NaN through, declared or not', async () => {
    const image = { bits: 32, kind: 'float', value: (_b: number, col: number) => (col === 1 ? NaN : col) } as const;
    expect(await read({ ...image, fields: [nodata('nan')] })).toEqual([[1, 0, 1, 1]]);
    expect(await read(image)).toEqual([[1, 0, 1, 1]]);
    expect(await read({ ...image, fields: [nodata('3')] })).toEqual([[1, 0, 1, 0]]);
  });

  it('takes the text of a float’s nodata for the float it came from', async () => {
    const image = {
      bits: 32,
      kind: 'float',
      value: (_b: number, col: number) => (col === 0 ? -3.4028234663852886e38 : col),
    } as const;
    expect(await read({ ...image, fields: [nodata('-3.40282346600000016e+38')] })).toEqual([[0, 1, 1, 1]]);
  });

  it('prefers the mask image to nodata, for all bands', async () => {
    const mask: TiffImageSpec = {
      width: 4,
      height: 1,
      value: (_b, col) => (col === 3 ? 0 : 1),
      fields: [
        { tag: 254, type: 4, values: [4] },
        { tag: 262, type: 3, values: [4] },
      ],
    };
    expect(await read({ bands: 2, fields: [nodata('1')] }, mask)).toEqual([
      [1, 1, 1, 0],
      [1, 1, 1, 0],
    ]);
  });

  it('takes an alpha channel as the mask of the other bands', async () => {
    const image = {
      bands: 2,
      value: (band: number, col: number) => (band === 1 ? col : 7),
      fields: [{ tag: 338, type: 3, values: [2] }],
    } as const;
    expect(await read(image)).toEqual([[0, 1, 1, 1], null]);
  });

  it('fills blocks that are not stored with nodata', async () => {
    const image = { width: 4, tile: [2, 1], missing: new Set([1]), fields: [nodata('200')] } as const;
    expect(await read(image)).toEqual([[1, 1, 0, 0]]);
  });
});

describe('overviews', () => {
  it('are levels from fine to coarse, other pages left aside', async () => {
    const page = (size: number, kind: number): TiffImageSpec => ({
      width: size,
      height: size,
      tile: [16, 16],
      value: () => size,
      fields: [{ tag: 254, type: 4, values: [kind] }],
    });
    const raster = await open({ images: [page(64, 0), page(16, 1), page(8, 0), page(32, 1)] });
    expect(raster.info.levels.map(({ width }) => width)).toEqual([64, 32, 16]);
    const [block] = await raster.read({ col: 0, row: 0, width: 1, height: 1 }, { level: 2 });
    expect(block!.data[0]).toBe(16);
  });
});
