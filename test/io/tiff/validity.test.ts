import { describe, expect, it } from 'vitest';
import { maskOfNodata } from '../../../pipelines/io/tiff/read/validity.ts';
import { createRandom } from '../../support/random.ts';

describe('the mask of nodata in 16-bit numbers', () => {
  const random = createRandom(16);
  const EDGES = [0, 1, 255, 256, 257, 0x7fff, 0x8000, 0x80ff, 0xff80, 0xffff];

  it('is what comparing one by one says, for long and short arrays, rare and common bytes', () => {
    for (const make of [(n: number) => new Uint16Array(n), (n: number) => new Int16Array(n)])
      for (const nodata of [0, 1, 255, 256, 32767, 32768, -32768, -1, 65535, 65536, 70000, 0.5])
        for (const [length, spread] of [
          [7, 4],
          [5000, 4],
          [5000, 65536],
          [9001, 300],
          [20_000, 65536],
        ] as const) {
          const data = make(length);
          const few = random() < 0.5 ? 0 : 0.001;
          for (let i = 0; i < length; i++)
            data[i] = random() < few ? EDGES[Math.floor(random() * EDGES.length)]! : 1000 + random() * spread;
          if (random() < 0.5) data[length - 1] = nodata;
          const mask = maskOfNodata(data, data instanceof Uint16Array ? 'uint16' : 'int16', nodata);
          const want = Array.from(data, (v) => (v === nodata ? 0 : 1));
          if (want.every((v) => v === 1)) expect(mask).toBeNull();
          else expect(Buffer.compare(mask!, Uint8Array.from(want))).toBe(0);
        }
  });

  it('finds numbers whose bytes also lie across two others', () => {
    const data = new Uint16Array(6000).fill(0x0201);
    data[5000] = 0x0102; // 01 02 01 02 02 01 01 02 …: the pattern stands at odd places too
    const mask = maskOfNodata(data, 'uint16', 0x0102)!;
    expect([...mask.keys()].filter((i) => mask[i] === 0)).toEqual([5000]);
  });
});
