import { afterAll, describe, expect, it } from 'vitest';
import { PlatformError } from '../../pipelines/core/errors.ts';
import type { Samples } from '../../pipelines/core/raster/block.ts';
import type { CogSpec } from '../../pipelines/io/tiff/cog-layout.ts';
import { inlineRunner, runInOrder } from '../../pipelines/runner.ts';
import type { TaskRunner } from '../../pipelines/runner.ts';
import { createPool } from '../../workers/pool.ts';
import { fromReply, toReply } from '../../workers/reply.ts';
import { transferList } from '../../workers/transfer.ts';

const spec: CogSpec = {
  width: 64,
  height: 48,
  transform: [10, 0, 0, 0, -10, 0],
  epsg: 32631,
  dtype: 'int16',
  bands: 1,
  nodata: -1,
};
const region = { col: 0, row: 0, width: 64, height: 48 };
const ramp = (shift: number): Samples => Int16Array.from({ length: 64 * 48 }, (_, i) => (i + shift) % 997);

const pool = createPool({ threads: 2 });
afterAll(() => pool.close());

describe.each<[string, TaskRunner]>([
  ['inline', inlineRunner],
  ['pool', pool],
])('the %s runner', (_name, runner) => {
  it('runs a task and gives its output', async () => {
    const { bytes, tiles } = await runner.run('encode-region', { spec, region, bands: [ramp(0)] });
    expect(tiles.length).toBe(1);
    expect(bytes.byteLength).toBeGreaterThan(100);
  });

  it('gives the same bytes as any other', async () => {
    const one = await runner.run('encode-region', { spec, region, bands: [ramp(3)] });
    const other = await inlineRunner.run('encode-region', { spec, region, bands: [ramp(3)] });
    expect(Buffer.from(one.bytes).equals(Buffer.from(other.bytes))).toBe(true);
  });

  it('throws what the task throws, with its code', async () => {
    const wrong = runner.run('encode-region', { spec, region, bands: [new Int16Array(5)] });
    await expect(wrong).rejects.toBeInstanceOf(PlatformError);
    await expect(wrong).rejects.toMatchObject({ code: 'parameter-invalid', message: /5 numbers/ });
  });

  it('does not start what was given up before', async () => {
    const signal = AbortSignal.abort();
    await expect(runner.run('encode-region', { spec, region, bands: [ramp(0)] }, { signal })).rejects.toMatchObject({
      code: 'aborted',
    });
  });

  it('yields outputs in the order of the inputs', async () => {
    const inputs = Array.from({ length: 9 }, (_, k) => ({ spec, region, bands: [ramp(k)] }));
    const expected = await Promise.all(
      inputs.map(async (input) =>
        Buffer.from((await inlineRunner.run('encode-region', { ...input, bands: [input.bands[0]!.slice()] })).bytes),
      ),
    );
    const got: Buffer[] = [];
    for await (const { bytes } of runInOrder(runner, 'encode-region', inputs)) got.push(Buffer.from(bytes));
    expect(got.map((b, k) => b.equals(expected[k]!))).toEqual(Array.from({ length: 9 }, () => true));
  });
});

describe('what crosses a thread', () => {
  it('keeps code, message and detail of an error', () => {
    const error = new PlatformError('outside', 'Too far', { detail: { lon: 5 } });
    const back = () => fromReply(structuredClone(toReply(error)));
    expect(back).toThrow(expect.objectContaining({ code: 'outside', message: 'Too far', detail: { lon: 5 } }) as Error);
  });

  it('moves whole buffers and leaves views on shared pools', () => {
    const whole = new Float32Array(8);
    const pooled = Buffer.from('abc');
    expect(transferList({ a: [whole], b: { c: pooled }, d: whole })).toEqual([whole.buffer]);
  });
});
