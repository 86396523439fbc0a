/** A planned data cube → COG: the program is carried out region by region, whatever the size of the cube. */
import { stat } from 'node:fs/promises';
import type { StoredRange } from '../core/raster/quantise.ts';
import { bytesPerSample } from '../core/raster/block.ts';
import { planesAtOnce } from '../cube/cost.ts';
import { describeProgram } from '../cube/describe.ts';
import type { RasterOptions } from '../cube/products.ts';
import { mapSources, sourcesOf, usesOf } from '../cube/map-sources.ts';
import type { CubeProgram } from '../cube/program.ts';
import { ACQUISITION_TIME } from '../io/tiff/read/gdal-metadata.ts';
import { checkSpec, cogRegions, REGION_LEVELS } from '../io/tiff/cog-layout.ts';
import type { CogSpec } from '../io/tiff/cog-layout.ts';
import type { RunFacts } from '../passport/recorder.ts';
import type { TaskRunner } from '../runner.ts';
import type { CubeRegionInput } from '../tasks/cube-region.ts';
import type { RunControls } from './progress.ts';
import { runRegions } from './region-tasks.ts';
import { storageOf } from './run-facts.ts';
import { writeCogFromRegions } from './write-cog.ts';

export interface CubeRequest {
  /** As `lowerGraph` made it. */
  readonly program: CubeProgram;
  readonly options: RasterOptions;
  readonly output: string;
}

export type CubePlan = Omit<CubeRegionInput, 'region'> & {
  readonly path: string;
  readonly facts: RunFacts;
};

export interface CubeReport {
  readonly output: string;
  readonly sizeBytes: number;
  readonly width: number;
  readonly height: number;
  readonly bands: number;
  /** Share of pixels that have a value in the first band, 0 to 1. */
  readonly validShare: number;
  readonly notes: readonly string[];
}

/**
 * Settles how the result is stored, and which versions of the files are read.
 * @throws {PlatformError} `too-large`, `parameter-invalid` where no such file can be written
 */
export async function planCube({ program, options, output }: CubeRequest): Promise<CubePlan> {
  const spec = specOf(program, options);
  checkSpec(spec);
  return {
    program: await pinVersions(program),
    spec,
    integers: rangeOf(options),
    path: output,
    facts: {
      inputs: usesOf(program),
      method: { summary: options.title ?? describeProgram(program), ...storageOf(spec) },
    },
  };
}

/** Carries out a plan. @throws {PlatformError} as the tasks and `writeCogFromRegions` do */
export async function runCube(plan: CubePlan, runner: TaskRunner, controls: RunControls = {}): Promise<CubeReport> {
  const { program, spec, integers, path, facts } = plan;
  controls.passport?.begin(facts, runner);
  const { width, height, bands } = spec;
  const pixels = width * height;
  const inputs = cogRegions(spec).map((region) => ({ program, spec, region, integers }));
  const notes: string[] = [];
  let [valid, lost] = [0, 0];
  async function* regions() {
    for await (const region of runRegions(runner, 'cube-region', inputs, spec, bytesPerPixel(plan), controls)) {
      valid += region.validPixels;
      lost += region.lostPixels;
      yield region;
    }
    if (lost > 0) notes.push(`${lost} values do not fit into ${spec.dtype} with scale ${spec.scale} and became nodata`);
    controls.passport?.found({ pixels, validPixels: valid, validShare: valid / pixels, lostPixels: lost }, notes);
  }
  const sizeBytes = await writeCogFromRegions(path, spec, regions(), controls);
  return { output: path, sizeBytes, width, height, bands, validShare: valid / pixels, notes };
}

/** Planes of one part (`PLANE_BYTES` at most, here spread over the region), the result, and what reading takes. */
export function bytesPerPixel({ program, spec }: Pick<CubePlan, 'program' | 'spec'>): number {
  return Math.min(12, 4 * planesAtOnce(program)) + spec.bands * bytesPerSample(spec.dtype) + 40;
}

const RANGES = {
  uint8: { min: 0, max: 254, nodata: 255 },
  uint16: { min: 0, max: 65_534, nodata: 65_535 },
  int16: { min: -32_767, max: 32_767, nodata: -32_768 },
  int32: { min: -2_147_483_647, max: 2_147_483_647, nodata: -2_147_483_648 },
} as const;

function rangeOf({ dtype, scale }: RasterOptions): StoredRange | null {
  return dtype === 'float32' ? null : { factor: 1 / scale, ...RANGES[dtype] };
}

/** Bytes of one region's samples, all bands. */
const REGION_BYTES = 64 * 2 ** 20;

/** The file of a program's result. */
export function specOf({ grid, planes }: CubeProgram, options: RasterOptions): CogSpec {
  const { dtype, scale, offset, bandNames, title, time } = options;
  const { width, height, transform, epsg } = grid;
  const stored = dtype === 'float32' ? { nodata: NaN } : { nodata: RANGES[dtype].nodata, scale, offset };
  const regionBytes = (block: number) => (block << REGION_LEVELS) ** 2 * planes.length * bytesPerSample(dtype);
  return {
    width,
    height,
    transform,
    epsg,
    dtype,
    bands: planes.length,
    ...stored,
    bandNames,
    blockSize: [512, 256].find((block) => regionBytes(block) <= REGION_BYTES) ?? 128,
    metadata: { ...(title !== null && { TITLE: title }), ...(time !== null && { [ACQUISITION_TIME]: time }) },
  };
}

/** The program with the present versions of its files, so that a file that is replaced meanwhile is not mixed in. */
export async function pinVersions(program: CubeProgram): Promise<CubeProgram> {
  const versions = new Map<string, string>();
  for (const { band } of sourcesOf(program))
    if (!versions.has(band.path)) {
      const local = await stat(band.path.replace(/!\/.*$/s, '')).catch(() => null);
      versions.set(band.path, local ? `${local.size}:${local.mtimeMs}` : '');
    }
  return mapSources(program, (band) => ({ ...band, version: versions.get(band.path) ?? '' }));
}
