/** A region of a data cube's result: its planes evaluated by this thread, stored as the file wants them, encoded. */
import type { KernelOutput } from '../core/expression/codegen.ts';
import type { Window } from '../core/grid/window.ts';
import type { Samples } from '../core/raster/block.ts';
import type { StoredRange } from '../core/raster/quantise.ts';
import { toIntegers } from '../core/raster/quantise.ts';
import { partsOf, planesAtOnce } from '../cube/cost.ts';
import { PlaneReader } from '../cube/evaluate.ts';
import type { CubeProgram } from '../cube/program.ts';
import { checkAborted } from '../io/byte-source/byte-source.ts';
import type { CogSpec } from '../io/tiff/cog-layout.ts';
import type { TaskContext } from '../runner.ts';
import { encodeRegion } from './encode-region.ts';
import type { EncodedRegion } from './encode-region.ts';
import type { Scratch } from './scratch.ts';
import { withScratch } from './scratch.ts';

export interface CubeRegionInput {
  readonly program: CubeProgram;
  /** With a band for each of the program's planes. */
  readonly spec: CogSpec;
  /** One of `cogRegions(spec)`. */
  readonly region: Window;
  /** How integers are stored, after `spec.offset` was taken off; null for floats, which are stored as they are. */
  readonly integers: StoredRange | null;
}

export interface CubeRegionOutput extends EncodedRegion {
  /** In the first band. */
  readonly validPixels: number;
  /** Values that are beyond what the file's type holds. */
  readonly lostPixels: number;
}

export async function run(input: CubeRegionInput, { signal }: TaskContext): Promise<CubeRegionOutput> {
  return withScratch((scratch) => runWith(input, scratch, signal));
}

async function runWith(input: CubeRegionInput, scratch: Scratch, signal: AbortSignal): Promise<CubeRegionOutput> {
  const { program, spec, region } = input;
  const reader = new PlaneReader(program, signal);
  const bands = program.planes.map(() => scratch.samples(spec.dtype, region.width * region.height));
  const rest: number[] = [];
  let [validPixels, lostPixels] = [0, 0];
  for (const [b, plane] of program.planes.entries()) {
    const operation = program.operations[plane]!;
    const output = directOutput(input);
    if (operation.kind === 'layer' && output) {
      const stored = await reader.store(operation, region, output, bands[b] as Int16Array | Float32Array);
      if (b === 0) validPixels = stored.valid;
      lostPixels += stored.lost;
    } else rest.push(b);
  }
  const parts = rest.length === 0 ? [] : partsOf(region, planesAtOnce(program));
  for (const part of parts)
    for (const b of rest) {
      const found = await storePart(input, reader, b, part, bands[b]!);
      if (b === 0) validPixels += found.valid;
      lostPixels += found.lost;
    }
  checkAborted(signal);
  return { ...encodeRegion({ spec, region, bands }), validPixels, lostPixels };
}

/** What a kernel can write itself, in the loop that computes. */
function directOutput({ spec, integers }: CubeRegionInput): KernelOutput | null {
  if (!integers) return { kind: 'float32' };
  const { factor, nodata, min, max } = integers;
  if (spec.dtype !== 'int16' || (spec.offset ?? 0) !== 0 || nodata !== -32768 || min !== -32767 || max !== 32767)
    return null;
  return { kind: 'int16', factor, nodata };
}

async function storePart(
  { program, spec, region, integers }: CubeRegionInput,
  reader: PlaneReader,
  band: number,
  part: Window,
  out: Samples,
): Promise<{ valid: number; lost: number }> {
  return withScratch(async (scratch) => {
    const pixels = part.width * part.height;
    const values = scratch.samples('float32', pixels) as Float32Array;
    await reader.fill(program.planes[band]!, part, values);
    const valid = band === 0 ? countValid(values) : 0;
    const isWhole = pixels === out.length;
    if (!integers) {
      putPart(out, region, values, part);
      return { valid, lost: 0 };
    }
    const { offset = 0 } = spec;
    if (offset !== 0) for (let i = 0; i < pixels; i++) values[i]! -= offset;
    const stored = isWhole ? out : scratch.samples(spec.dtype, pixels);
    const lost = toIntegers(values, stored, integers);
    if (!isWhole) putPart(out, region, stored, part);
    return { valid, lost };
  });
}

function countValid(values: Float32Array): number {
  let valid = 0;
  for (let i = 0; i < values.length; i++) if (values[i] === values[i]) valid++;
  return valid;
}

function putPart(out: Samples, region: Window, part: Samples, { col, row, width, height }: Window): void {
  for (let y = 0; y < height; y++)
    out.set(part.subarray(y * width, (y + 1) * width), (row - region.row + y) * region.width + col - region.col);
}
