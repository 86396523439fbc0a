/** From encoded regions to a COG under its final name, whole or not at all. */
import { PlatformError } from '../core/errors.ts';
import type { Window } from '../core/grid/window.ts';
import type { Samples } from '../core/raster/block.ts';
import { checkAborted } from '../io/byte-source/byte-source.ts';
import { createCogWriter } from '../io/tiff/cog-writer.ts';
import type { CogSpec } from '../io/tiff/cog-layout.ts';
import { cogRegions } from '../io/tiff/cog-layout.ts';
import { createOverviewStrips } from '../io/tiff/overview-strips.ts';
import { createScratchFile, writeOutputFile } from '../io/output-file.ts';
import { encodeRegion } from '../tasks/encode-region.ts';
import type { EncodedRegion } from '../tasks/encode-region.ts';
import type { RunControls } from './progress.ts';

/**
 * Writes the regions of `cogRegions(spec)`, which must come in that order.
 * @returns the file's size in bytes.
 * @throws {PlatformError} `not-writable`, `disk-full`, `aborted`, `too-large`, and what the regions throw
 */
export async function writeCogFromRegions(
  path: string,
  spec: CogSpec,
  regions: AsyncIterable<EncodedRegion> | Iterable<EncodedRegion>,
  { signal, progress, passport }: RunControls = {},
): Promise<number> {
  return writeOutputFile(path, async (output) => {
    const scratch = await createScratchFile(path, 'blocks');
    try {
      const writer = createCogWriter(spec, scratch.handle);
      const strips = createOverviewStrips(spec);
      progress?.stage(`Writing ${path}`, cogRegions(spec).length);
      for await (const { region, bytes, tiles, rest } of regions) {
        checkAborted(signal);
        await writer.append(bytes, tiles);
        release(bytes);
        for (const strip of rest ? strips.add(region, rest) : []) {
          await writer.append(strip.bytes, strip.tiles);
          release(strip.bytes);
        }
        progress?.advance();
      }
      const sizeBytes = await writer.assemble(output.handle, signal);
      await passport?.seal(output.temporaryPath);
      return sizeBytes;
    } finally {
      await scratch.discard();
    }
  });
}

/** Gives memory back at once: megabytes of each region that wait for the garbage collector make it run all the time. */
function release({ buffer }: Uint8Array): void {
  if (buffer instanceof ArrayBuffer) buffer.transfer(0);
}

/**
 * Writes a raster that is in memory: samples, tests, small grids.
 * @param bands Row-major, of `spec.width × spec.height` numbers each.
 * @param masks One per band, 1 = valid; null or absent: invalid pixels hold `spec.nodata` already.
 * @throws {PlatformError} as `writeCogFromRegions`; `parameter-invalid` where a band has another size
 */
export async function writeCogFromArray(
  path: string,
  spec: CogSpec,
  bands: readonly Samples[],
  masks?: readonly (Uint8Array | null)[],
): Promise<number> {
  for (const [b, band] of bands.entries())
    if (band.length !== spec.width * spec.height)
      throw new PlatformError(
        'parameter-invalid',
        `Band ${b + 1} has ${band.length} numbers for ${spec.width} × ${spec.height} pixels`,
      );
  function* regions(): Generator<EncodedRegion> {
    for (const region of cogRegions(spec)) {
      const cutOut = <T extends Samples>(from: T) => cut(from, spec.width, region);
      const input = { spec, region, bands: bands.map(cutOut) };
      yield encodeRegion(masks ? { ...input, masks: masks.map((mask) => mask && cutOut(mask)) } : input);
    }
  }
  return writeCogFromRegions(path, spec, regions());
}

function cut<T extends Samples>(from: T, width: number, { col, row, width: w, height: h }: Window): T {
  const out = new (from.constructor as new (n: number) => T)(w * h);
  for (let y = 0; y < h; y++) {
    const start = (row + y) * width + col;
    out.set(from.subarray(start, start + w), y * w);
  }
  return out;
}
