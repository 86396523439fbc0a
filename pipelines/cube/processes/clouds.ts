/** Masking by the scene classification that comes with a date. */
import { PlatformError } from '../../core/errors.ts';
import { pixelMetres } from '../../core/grid/pixel-size.ts';
import type { GridRecord } from '../../core/passport/passport.ts';
import type { PixelSize } from '../../core/raster/dilate.ts';
import { DEFAULT_SCL_MASKS, SCL_MASKS } from '../../core/raster/scl.ts';
import type { SclMask } from '../../core/raster/scl.ts';
import { aCube, anArray, aNumber, CUBE, parameter } from '../../graph/define-process.ts';
import type { ClassGuard } from '../../tasks/class-mask.ts';
import type { Arguments } from '../arguments.ts';
import type { ProgramBuilder } from '../builder.ts';
import { defineCubeProcess } from '../cube-process.ts';
import type { CubeProcess } from '../cube-process.ts';
import type { Cube } from '../cube.ts';
import { linesAlong, withoutDimension } from '../cube.ts';
import type { ClassSource, PlaneOperation, PlaneSource } from '../program.ts';

const METRES = { minimum: 0, maximum: 100_000 } as const;

export const lmCloudMask = defineCubeProcess(
  {
    id: 'lm_cloud_mask',
    summary: 'Makes nodata of what the scene classification takes for cloud, shadow …',
    parameters: [
      aCube('data', 'The data cube.'),
      anArray('classes', `Out of ${Object.keys(SCL_MASKS).join(', ')}.`, DEFAULT_SCL_MASKS),
      aNumber('dilation_metres', 'Masked clouds, cirrus and shadows reach so far beyond their pixels.', METRES, 0),
      parameter(
        'shadow_guard_metres',
        'The same for shadows alone; null: as dilation_metres.',
        [{ type: 'number', ...METRES }, { type: 'null' }],
        null,
      ),
    ],
    returns: CUBE,
    limits: 'Stands before processes that change the grid or mix dates.',
  },
  (args, { builder }) => {
    const cube = args.cube('data');
    const words = args.list('classes', DEFAULT_SCL_MASKS);
    for (const word of words)
      if (typeof word !== 'string' || !Object.hasOwn(SCL_MASKS, word))
        args.fault('classes', `a list out of ${Object.keys(SCL_MASKS).join(', ')}`);
    const excluded = [...new Set((words as SclMask[]).flatMap((word) => SCL_MASKS[word]))].sort((a, b) => a - b);
    const dilation = metresOf(args, 'dilation_metres', 0);
    const guards = guardsOf(excluded, dilation, metresOf(args, 'shadow_guard_metres', dilation));
    return maskClasses(builder, cube, classesOf(cube), { excluded, guards });
  },
);

function metresOf(args: Arguments, name: string, fallback: number): number {
  const metres = args.number(name, fallback);
  return metres >= METRES.minimum && metres <= METRES.maximum ? metres : args.fault(name, '0 to 100000 metres');
}

/** What reaches beyond its pixels: clouds and cirrus by one distance, shadows by another. */
function guardsOf(excluded: readonly number[], cloud: number, shadow: number): ClassGuard[] {
  const guard = (codes: readonly number[], metres: number) => ({
    codes: codes.filter((code) => excluded.includes(code)),
    metres,
  });
  return [guard([...SCL_MASKS.cloud, ...SCL_MASKS.cirrus], cloud), guard(SCL_MASKS.shadow, shadow)].filter(
    ({ codes, metres }) => metres > 0 && codes.length > 0,
  );
}

/** What is masked, before it is known by which file. */
interface MaskWords {
  readonly excluded: readonly number[];
  readonly guards: readonly ClassGuard[];
}

/** Classifications of the dates: those that came with the scenes, or a band `scl`. */
function classesOf(cube: Cube): Cube {
  if (cube.classes) return cube.classes;
  const index = cube.dimensions.findIndex(({ type }) => type === 'bands');
  const at = index < 0 ? -1 : cube.dimensions[index]!.labels.findIndex((label) => /^scl$/i.test(String(label)));
  if (at < 0)
    throw new PlatformError(
      'band-missing',
      'lm_cloud_mask finds no scene classification: neither came one with the files, nor is there a band scl',
    );
  return withoutDimension(
    cube,
    index,
    linesAlong(cube, index).map((line) => line[at]!),
  );
}

function maskClasses(builder: ProgramBuilder, cube: Cube, classes: Cube, words: MaskWords): Cube {
  const { dimensions } = cube;
  const planes = cube.planes.map((plane, k) => {
    let [rest, index] = [k, 0];
    const at: number[] = [];
    for (let d = dimensions.length - 1; d >= 0; d--) {
      const size = dimensions[d]!.labels.length;
      at[d] = rest % size;
      rest = Math.floor(rest / size);
    }
    for (const { name, labels } of classes.dimensions)
      index = index * labels.length + at[dimensions.findIndex((own) => own.name === name)]!;
    return maskPlane(builder, plane, builder.at(classes.planes[index]!), words);
  });
  return { ...cube, planes };
}

/** Tile by tile where both are mosaics, so that each tile is masked by its own classes. */
function maskPlane(builder: ProgramBuilder, plane: number, classes: PlaneOperation, words: MaskWords): number {
  const data = builder.at(plane);
  if (data.kind === 'mosaic' && classes.kind === 'mosaic' && data.inputs.length === classes.inputs.length)
    return builder.mosaic(
      data.inputs.map((tile, k) => maskPlane(builder, tile, builder.at(classes.inputs[k]!), words)),
    );
  if (classes.kind === 'constant') return plane;
  if (classes.kind !== 'source')
    throw new PlatformError(
      'format-unsupported',
      'lm_cloud_mask needs the classes as the files have them: put it before processes that change the grid or mix dates',
    );
  return builder.classed(plane, sourceOf(classes, words));
}

/** @throws {PlatformError} `crs-missing`, `crs-unsupported` where metres are asked of pixels without a size */
function sourceOf({ band, file }: PlaneSource, { excluded, guards }: MaskWords): ClassSource {
  const { grid, placement } = file.reading;
  const grown = guards.map(({ codes, metres }) => `, classes ${codes.join(', ')} grown by ${metres} m`).join('');
  const raster = { ...grid, path: band.path };
  const margin = guards.length > 0 ? { margin: { pixel: pixelOf(raster), guards } } : {};
  return {
    mask: { source: band, excluded, ...margin },
    file: { ...file, reading: { ...file.reading, maskedClasses: excluded, placement: placement + grown } },
  };
}

function pixelOf({ path, transform, epsg, width, height }: GridRecord & { readonly path: string }): PixelSize {
  if (transform && epsg !== null) return pixelMetres(transform, epsg, width, height);
  throw new PlatformError(
    'crs-missing',
    `${path} does not say where its pixels lie, so that a distance in metres means nothing there; give it a CRS first`,
  );
}

export const CLOUDS: readonly CubeProcess[] = [lmCloudMask];
