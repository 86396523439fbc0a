import { describe, expect, it } from 'vitest';
import { withScratch } from '../../pipelines/tasks/scratch.ts';

const turn = () => new Promise((resolve) => setImmediate(resolve));

describe('withScratch', () => {
  it('never lends the same memory to two tasks at a time', async () => {
    const task = (own: number) =>
      withScratch(async (scratch) => {
        const [a, b] = [scratch.samples('int16', 1000), scratch.bytes(500)];
        a.fill(own);
        b.fill(own);
        await turn();
        return a.every((v) => v === own) && b.every((v) => v === own);
      });
    for (let round = 0; round < 3; round++) expect(await Promise.all([1, 2, 3, 4].map(task))).not.toContain(false);
  });

  it('gives arrays of the size and type asked for, also out of larger memory', async () => {
    await withScratch(async (scratch) => void scratch.bytes(80_000));
    await withScratch(async (scratch) => {
      const samples = scratch.samples('float32', 17);
      expect([samples.constructor, samples.length]).toEqual([Float32Array, 17]);
    });
  });

  it('lends again what a task that failed had', async () => {
    let buffer: ArrayBufferLike | undefined;
    const size = 300_000;
    await withScratch(async (scratch) => {
      buffer = scratch.bytes(size).buffer;
      throw new Error('failed');
    }).catch(() => {});
    await withScratch(async (scratch) => expect(scratch.bytes(size).buffer).toBe(buffer));
  });
});
