/** Processes on x and y: parts of a cube, other grids, kernels. */
import type { Affine } from '../../core/grid/affine.ts';
import { translate } from '../../core/grid/affine.ts';
import { boundsOfRaster } from '../../core/grid/bounds.ts';
import { reprojectBounds } from '../../core/grid/reproject-bounds.ts';
import type { Window } from '../../core/grid/window.ts';
import { PlatformError } from '../../core/errors.ts';
import type { Resampling } from '../../core/raster/resample.ts';
import { overallScale, planWarp } from '../../core/raster/warp-plan.ts';
import type { RasterGrid } from '../../core/raster/warp-plan.ts';
import { planTarget } from '../../core/raster/warp-target.ts';
import { aCube, aNumber, aText, CUBE, parameter } from '../../graph/define-process.ts';
import { refusal } from '../../graph/refusal.ts';
import type { Arguments } from '../arguments.ts';
import type { ProgramBuilder } from '../builder.ts';
import { defineCubeProcess } from '../cube-process.ts';
import type { CubeProcess } from '../cube-process.ts';
import type { Cube } from '../cube.ts';
import { gridOf, mapPlanes } from '../cube.ts';
import { epsgOf, parseBox, polygonsOn, windowAround, windowInBox } from '../geometry.ts';
import type { CubeGrid, KernelBorder } from '../program.ts';

const DATA = aCube('data', 'The data cube.');

/** The part of a cube in a window of its grid. */
export function cropCube(builder: ProgramBuilder, cube: Cube, { col, row, width, height }: Window): Cube {
  const grid = gridOf(cube, 'A box');
  const cropped = (one: Cube): Cube => ({
    ...one,
    grid: { ...grid, width, height, transform: translate(grid.transform, col, row) },
    planes: one.planes.map((plane) => builder.shift(plane, col, row)),
    classes: one.classes && cropped(one.classes),
  });
  return cropped(cube);
}

export const filterBbox = defineCubeProcess(
  {
    id: 'filter_bbox',
    summary: 'Keeps the pixels whose centres lie in a box.',
    parameters: [
      DATA,
      parameter('extent', 'west, south, east, north and a crs (default EPSG:4326).', {
        type: 'object',
        subtype: 'bounding-box',
      }),
    ],
    returns: CUBE,
    limits: 'A vertical extent (base, height) is not looked at.',
  },
  (args, { builder }) => {
    const cube = args.cube('data');
    const box = parseBox(args.record('extent'), 'filter_bbox');
    return cropCube(builder, cube, windowInBox(gridOf(cube, 'filter_bbox'), box));
  },
);

const POLYGONS = { type: 'object', subtype: 'geojson' } as const;

export const filterSpatial = defineCubeProcess(
  {
    id: 'filter_spatial',
    summary: 'Keeps the pixels whose centres lie in polygons; the cube shrinks to the box around them.',
    parameters: [DATA, parameter('geometries', 'GeoJSON, WGS 84.', POLYGONS)],
    returns: CUBE,
    limits: 'Polygons only.',
  },
  (args, { builder }) => {
    const cube = args.cube('data');
    const grid = gridOf(cube, 'filter_spatial');
    const geometries = args.any('geometries');
    const cropped = cropCube(builder, cube, windowAround(grid, polygonsOn(grid, geometries, 'filter_spatial')));
    return maskByPolygons(builder, cropped, geometries, 'outside', null, 'filter_spatial');
  },
);

/** @param side  Which pixels are replaced. */
export function maskByPolygons(
  builder: ProgramBuilder,
  cube: Cube,
  geojson: unknown,
  side: 'inside' | 'outside',
  replacement: number | null,
  process: string,
): Cube {
  const polygons = polygonsOn(gridOf(cube, process), geojson, process);
  const mask = builder.add({ kind: 'polygons', polygons, side });
  return mapPlanes(cube, (input) => builder.add({ kind: 'mask', input, mask, replacement }));
}

const METHODS: Readonly<Record<string, Resampling>> = {
  near: 'nearest',
  bilinear: 'bilinear',
  cubic: 'cubic',
  average: 'average',
  mode: 'mode',
};
const METHOD = aText('method', 'How pixels come onto the other grid.', { enum: Object.keys(METHODS) }, 'near');

function methodOf(args: Arguments): Resampling {
  const word = args.text('method', 'near');
  return Object.hasOwn(METHODS, word) ? METHODS[word]! : args.fault('method', Object.keys(METHODS).join(', '));
}

const CORNERS = ['lower-left', 'upper-left', 'lower-right', 'upper-right'];

export const resampleSpatial = defineCubeProcess(
  {
    id: 'resample_spatial',
    summary: 'Brings a cube to another resolution or coordinate system.',
    parameters: [
      DATA,
      parameter(
        'resolution',
        'In units of the target system; one number or one for x and one for y; 0: as it is.',
        [
          { type: 'number', minimum: 0 },
          { type: 'array', minItems: 2, maxItems: 2, items: { type: 'number', minimum: 0 } },
        ],
        0,
      ),
      parameter(
        'projection',
        'EPSG code or well-known text; null: as it is.',
        { type: ['integer', 'string', 'null'] },
        null,
      ),
      METHOD,
      aText('align', 'The corner of the extent that pixels are counted from.', { enum: CORNERS }, 'upper-left'),
    ],
    returns: CUBE,
    limits: `Methods are ${Object.keys(METHODS).join(', ')}.`,
  },
  (args, { builder }) => {
    const cube = args.cube('data');
    const from = rasterGrid(gridOf(cube, 'resample_spatial'));
    const epsg = args.has('projection') ? epsgOf(args.any('projection')) : from.epsg;
    const align = args.text('align', 'upper-left');
    if (!CORNERS.includes(align)) args.fault('align', CORNERS.join(', '));
    return warpCube(builder, cube, targetGrid(from, epsg, resolutionOf(args), align), methodOf(args));
  },
);

function resolutionOf(args: Arguments): readonly [number, number] {
  const given = args.any('resolution') ?? 0;
  const [x, y] = Array.isArray(given) ? (given as unknown[]) : [given, given];
  if (typeof x === 'number' && typeof y === 'number' && x >= 0 && y >= 0) return [x, y];
  return args.fault('resolution', 'a number of at least 0, or two');
}

/** The extent of a grid in another system, in pixels counted from one of its corners. */
function targetGrid(from: RasterGrid, epsg: number, [x, y]: readonly [number, number], align: string): RasterGrid {
  const own = boundsOfRaster(from.transform, from.width, from.height, from.epsg);
  const extent = reprojectBounds(own, epsg);
  if (!extent) throw new PlatformError('outside', `resample_spatial: the data cube has no place in EPSG:${epsg}`);
  const suggested = () => planTarget(from, { epsg, resolution: null, bounds: null }, 'The data cube').transform[0];
  const kept = epsg === from.epsg ? [from.transform[0], -from.transform[4]] : null;
  const a = x || (kept?.[0] ?? suggested());
  const e = y || (kept?.[1] ?? suggested());
  const width = Math.max(1, Math.ceil((extent.maxX - extent.minX) / a - 1e-6));
  const height = Math.max(1, Math.ceil((extent.maxY - extent.minY) / e - 1e-6));
  const left = align.endsWith('left') ? extent.minX : extent.maxX - width * a;
  const top = align.startsWith('upper') ? extent.maxY : extent.minY + height * e;
  return { transform: [a, 0, left, 0, -e, top], epsg, width, height };
}

function rasterGrid({ epsg, ...grid }: CubeGrid): RasterGrid {
  if (epsg === null)
    throw new PlatformError('crs-missing', 'The data cube has no CRS, so it cannot be brought onto another grid');
  return { ...grid, epsg };
}

export function sameGrid(a: CubeGrid, b: CubeGrid): boolean {
  const near = (u: Affine, v: Affine) => u.every((x, k) => Math.abs(x - v[k]!) <= 1e-6 * Math.max(1, Math.abs(u[0])));
  return a.width === b.width && a.height === b.height && a.epsg === b.epsg && near(a.transform, b.transform);
}

/** A cube on another grid; the same where the grids are the same. */
export function warpCube(builder: ProgramBuilder, cube: Cube, grid: CubeGrid, resampling: Resampling): Cube {
  const own = gridOf(cube, 'Another grid');
  if (sameGrid(own, grid)) return cube;
  const [from, to] = [rasterGrid(own), rasterGrid(grid)];
  const scale = overallScale(planWarp({ source: from, target: to, maxErrorPixels: Infinity }));
  const warped = (one: Cube, kind: Resampling): Cube => ({
    ...one,
    grid,
    planes: one.planes.map((input) => warpPlane(builder, input, { from, to, resampling: kind, scale })),
    classes: one.classes && warped(one.classes, 'nearest'),
  });
  return warped(cube, resampling);
}

function warpPlane(
  builder: ProgramBuilder,
  input: number,
  warp: Pick<Extract<ReturnType<ProgramBuilder['at']>, { kind: 'warp' }>, 'from' | 'to' | 'resampling' | 'scale'>,
): number {
  return builder.at(input).kind === 'constant' ? input : builder.add({ kind: 'warp', input, ...warp });
}

export const resampleCubeSpatial = defineCubeProcess(
  {
    id: 'resample_cube_spatial',
    summary: 'Brings a cube onto the grid of another.',
    parameters: [DATA, aCube('target', 'The cube whose grid is taken.'), METHOD],
    returns: CUBE,
    limits: `Methods are ${Object.keys(METHODS).join(', ')}.`,
  },
  (args, { builder }) =>
    warpCube(builder, args.cube('data'), gridOf(args.cube('target'), 'resample_cube_spatial'), methodOf(args)),
);

const BORDERS = ['replicate', 'reflect', 'reflect_pixel', 'wrap'] as const;
/** A wrapped border needs the other side of the image at hand. */
const MOST_WRAPPED = 4096;

export const applyKernel = defineCubeProcess(
  {
    id: 'apply_kernel',
    summary: 'Weighs the pixels around each: smoothing, edges.',
    parameters: [
      DATA,
      parameter('kernel', 'Weights by rows, an odd number of each.', { type: 'array', subtype: 'kernel' }),
      aNumber('factor', 'The sum is multiplied by it.', {}, 1),
      parameter('border', 'What lies beyond the edge.', [{ type: 'string', enum: BORDERS }, { type: 'number' }], 0),
      aNumber('replace_invalid', 'Stands in for pixels without a value.', {}, 0),
    ],
    returns: CUBE,
    limits: `\`border: "wrap"\` up to ${MOST_WRAPPED} pixels a side.`,
  },
  (args, { builder }) => {
    const cube = args.cube('data');
    const { width, height } = gridOf(cube, 'apply_kernel');
    const border = borderOf(args);
    if (border === 'wrap' && Math.max(width, height) > MOST_WRAPPED)
      throw new PlatformError('too-large', `apply_kernel wraps borders of at most ${MOST_WRAPPED} pixels a side`);
    const kernel = kernelOf(args);
    const [factor, replaceInvalid] = [args.number('factor', 1), args.number('replace_invalid', 0)];
    return mapPlanes(cube, (input) =>
      builder.add({ kind: 'kernel', input, width, height, kernel, factor, border, replaceInvalid }),
    );
  },
);

function borderOf(args: Arguments): KernelBorder {
  const border = args.any('border') ?? 0;
  if (typeof border === 'number') return border;
  return BORDERS.find((known) => known === border) ?? args.fault('border', `a number, ${BORDERS.join(', ')}`);
}

function kernelOf(args: Arguments): readonly (readonly number[])[] {
  const rows = args.list('kernel') as readonly unknown[];
  const across = Array.isArray(rows[0]) ? rows[0].length : 0;
  const isNumbers = (row: unknown) =>
    Array.isArray(row) && row.length === across && row.every((weight) => Number.isFinite(weight));
  if (!rows.every(isNumbers)) args.fault('kernel', 'rows of as many numbers each');
  if (rows.length % 2 === 0 || across % 2 === 0)
    throw refusal(
      'KernelDimensionsUneven',
      `A kernel has an odd number of rows and columns, not ${rows.length} × ${across}`,
    );
  return rows as readonly (readonly number[])[];
}

export const SPACE: readonly CubeProcess[] = [
  filterBbox,
  filterSpatial,
  resampleSpatial,
  resampleCubeSpatial,
  applyKernel,
];
