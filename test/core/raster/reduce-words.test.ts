import { describe, expect, it } from 'vitest';
import { reduceAgain, reduceBand, toStored } from '../../../pipelines/core/raster/overview.ts';
import { reduceWords } from '../../../pipelines/core/raster/reduce-words.ts';
import { createRandom } from '../../support/random.ts';

const random = createRandom(8);

/** Pixels of 16 bits of which about `share` are nodata: alone, and as a cloud. */
function pixels(Type: typeof Int16Array | typeof Uint16Array, width: number, height: number, nodata: number) {
  const low = Type === Int16Array ? -32768 : 0;
  const data = new Type(width * height);
  for (let i = 0; i < data.length; i++) {
    const inCloud = ((i % width) >> 5) % 3 === 1 && (Math.floor(i / width) >> 5) % 2 === 1;
    if (inCloud || random() < 0.02) data[i] = nodata;
    else data[i] = random() < 0.3 ? nodata + Math.round(3 * random()) : low + Math.floor(65536 * random());
  }
  return data;
}

describe('reduceWords', () => {
  for (const Type of [Int16Array, Uint16Array])
    for (const nodata of Type === Int16Array ? [-32768, 0, -9999] : [0, 65535, 1000])
      it(`equals the general way for ${Type.name} with nodata ${nodata}`, () => {
        for (const [width, height] of [
          [256, 128],
          [1, 1],
          [7, 3],
          [130, 65],
          [349, 201],
        ] as const) {
          const band = { width, height, data: pixels(Type, width, height, nodata), nodata };
          const dtype = Type === Int16Array ? 'int16' : 'uint16';
          const half = reduceBand(band, 'average');
          const quarter = reduceAgain(half, 'average', nodata);
          const { stored, eighth } = reduceWords(band)!;
          expect(stored[0]).toEqual(toStored(half, dtype, nodata));
          expect(stored[1]).toEqual(toStored(quarter, dtype, nodata));
          expect(eighth).toEqual(reduceAgain(quarter, 'average', nodata));
        }
      });

  it('leaves what it cannot do to the general way', () => {
    const band = { width: 2, height: 2, nodata: 0 };
    expect(reduceWords({ ...band, data: new Float32Array(4) })).toBeNull();
    expect(reduceWords({ ...band, data: new Int16Array(4), nodata: null })).toBeNull();
    expect(reduceWords({ ...band, data: new Int16Array(4), nodata: 70000 })).toBeNull();
  });
});
