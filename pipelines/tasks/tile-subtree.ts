/**
 * A subtree of the tile pyramid, from the source's pixels to encoded tiles of all its zooms. The source is read and
 * warped once; what lower zooms need goes back as the root's codes. So tiles are made from data at every zoom, in the
 * thread that has the data, and nobody ever holds the whole raster.
 */
import type { Affine } from '../core/grid/affine.ts';
import { pixelSize, tileBounds } from '../core/grid/tile-matrix-set.ts';
import type { Tile } from '../core/grid/tile-matrix-set.ts';
import type { Window } from '../core/grid/window.ts';
import { PlatformError } from '../core/errors.ts';
import type { Resampling } from '../core/raster/resample.ts';
import { windowFor } from '../core/raster/resample.ts';
import { halve, hasData } from '../core/raster/tile-pyramid.ts';
import type { ReduceRule } from '../core/raster/tile-pyramid.ts';
import { toCodes } from '../core/raster/value-code.ts';
import type { SampleCoding } from '../core/raster/value-code.ts';
import { warpCodes } from '../core/raster/warp-codes.ts';
import { planWarp } from '../core/raster/warp-plan.ts';
import type { RasterGrid } from '../core/raster/warp-plan.ts';
import { createTileEncoder } from '../io/encode/tile-style.ts';
import type { TileStyle } from '../io/encode/tile-style.ts';
import type { ImageFormatId } from '../io/encode/registry.ts';
import type { RasterSource } from '../io/raster-source.ts';
import type { SourceRef } from '../io/source-cache.ts';
import { withSource } from '../io/source-cache.ts';
import type { TaskContext } from '../runner.ts';

export interface TileSource {
  readonly ref: SourceRef;
  /** Bands from 0, one for each plane of codes. */
  readonly bands: readonly number[];
  readonly level: number;
  /** The level's grid. */
  readonly grid: RasterGrid;
  /** How the bands' samples become codes. */
  readonly coding: SampleCoding;
  readonly resampling: Resampling;
  readonly reduce: ReduceRule;
}

export interface SubtreeInput {
  readonly source: TileSource;
  readonly root: Tile;
  readonly tileSize: number;
  /** Zoom at which the source is warped; at most four above the root. */
  readonly renderZoom: number;
  /** Zooms of which tiles are wanted. */
  readonly minZoom: number;
  readonly maxZoom: number;
  readonly style: TileStyle;
  readonly format: ImageFormatId;
}

export interface EncodedTile {
  readonly tile: Tile;
  readonly sizeBytes: number;
}

export interface Subtree {
  readonly root: Tile;
  /** Tiles that hold data, and their bytes one after the other. */
  readonly tiles: readonly EncodedTile[];
  readonly bytes: Uint8Array;
  /** The root tile as planes of codes, `tileSize` squared; null where it holds no data. */
  readonly planes: readonly Uint16Array[] | null;
}

type Planes = readonly Uint16Array[];

/** Tiles that are encoded at the same time: an encoder with threads of its own (WebP) is kept busy. */
const ENCODING_AT_ONCE = 4;

/** @throws {PlatformError} what reading the source throws; `aborted` */
export async function run(input: SubtreeInput, { signal }: TaskContext): Promise<Subtree> {
  const { root, tileSize, renderZoom, source } = input;
  const size = tileSize * 2 ** (renderZoom - root.z);
  const planes = source.bands.map(() => takePlane(size * size));
  const part = { col: 0, row: 0, width: size, height: size };
  const touched = await withSource(source.ref, (open) => renderPart(open, input, planes, part, signal));
  const subtree = touched
    ? await encodeZooms(input, planes, size, signal)
    : { root, tiles: [], bytes: new Uint8Array(0), planes: null };
  for (const plane of planes) if (!subtree.planes?.includes(plane)) idlePlanes.push(plane);
  return subtree;
}

/** Planes of finished tasks of this thread: 8 MB each, whose making and collecting would cost a tenth of the time. */
const idlePlanes: Uint16Array[] = [];

/** The codes of a source window: needed only until they are warped, in one go. */
let scratch = new Uint16Array(0);

function scratchOf(length: number): Uint16Array {
  if (scratch.length < length) scratch = new Uint16Array(length);
  return scratch.subarray(0, length);
}

function takePlane(length: number): Uint16Array {
  const plane = idlePlanes.pop();
  return plane?.length === length ? plane.fill(0) : new Uint16Array(length);
}

/** Source pixels that are held at a time; a part that needs more is cut in four. */
const MAX_WINDOW_PIXELS = 4096 * 4096;
/** Bound on the warp's position error, in source pixels: neighbouring subtrees then agree to the code. */
export const MAX_ERROR_PIXELS = 0.01;

/** @returns whether the part meets the source */
async function renderPart(
  source: RasterSource,
  input: SubtreeInput,
  planes: Planes,
  part: Window,
  signal: AbortSignal,
): Promise<boolean> {
  if (signal.aborted) throw new PlatformError('aborted', 'Tiling was given up');
  const { grid, bands, level, coding, resampling } = input.source;
  const target = partGrid(input, part);
  const plan = planWarp({ source: grid, target, maxErrorPixels: MAX_ERROR_PIXELS });
  const inside = windowFor(plan, resampling);
  if (!inside) return false;
  if (inside.width * inside.height > MAX_WINDOW_PIXELS && part.width > 1) {
    const half = part.width >> 1;
    let touched = false;
    for (const [dx, dy] of [[0, 0] as const, [half, 0] as const, [0, half] as const, [half, half] as const]) {
      const quarter = { col: part.col + dx, row: part.row + dy, width: half, height: half };
      if (await renderPart(source, input, planes, quarter, signal)) touched = true;
    }
    return touched;
  }
  // A border of nodata around the raster: the kernels need not ask where it ends.
  const window = { col: inside.col - 1, row: inside.row - 1, width: inside.width + 2, height: inside.height + 2 };
  const blocks = await source.read(window, { bands, level, signal });
  const stride = input.tileSize * 2 ** (input.renderZoom - input.root.z);
  for (const [b, { data, mask }] of blocks.entries()) {
    const codes = toCodes(data, mask, coding, scratchOf(data.length));
    warpCodes(plan, resampling, { codes, window }, { codes: planes[b]!, offset: part.row * stride + part.col, stride });
  }
  return true;
}

/** The grid of a part of the subtree's square, in EPSG:3857. */
function partGrid({ root, renderZoom, tileSize }: SubtreeInput, part: Window): RasterGrid {
  const bounds = tileBounds(root);
  const pixel = pixelSize(renderZoom, tileSize);
  const transform: Affine = [pixel, 0, bounds.minX + part.col * pixel, 0, -pixel, bounds.maxY - part.row * pixel];
  return { transform, epsg: 3857, width: part.width, height: part.height };
}

/** All zooms of the subtree, finest first. */
function reduceAll({ root, renderZoom, source }: SubtreeInput, rendered: Planes, renderedSize: number): Planes[] {
  const levels = [rendered];
  for (let z = renderZoom - 1, size = renderedSize; z >= root.z; z--, size >>= 1)
    levels.push(levels.at(-1)!.map((plane) => halve(plane, size, source.reduce)));
  return levels;
}

async function encodeZooms(
  input: SubtreeInput,
  rendered: Planes,
  renderedSize: number,
  signal: AbortSignal,
): Promise<Subtree> {
  const { root, tileSize, renderZoom, minZoom, maxZoom, style, format } = input;
  const levels = reduceAll(input, rendered, renderedSize);
  const top = levels.at(-1)!;
  const topSquare = { planes: top, stride: tileSize, col: 0, row: 0, size: tileSize };
  if (!hasData(topSquare)) return { root, tiles: [], bytes: new Uint8Array(0), planes: null };
  const encode = await createTileEncoder(style, format);
  const sink = createSink();
  for (const [i, planes] of levels.entries()) {
    const z = renderZoom - i;
    const side = 2 ** (z - root.z);
    if (z < minZoom || z > maxZoom) continue;
    for (let y = 0; y < side; y++) {
      if (signal.aborted) throw new PlatformError('aborted', 'Tiling was given up');
      for (let x = 0; x < side; x++) {
        // A code of the top stands for all below it: where it has none, nobody has.
        const shade = tileSize / side;
        if (!hasData({ planes: top, stride: tileSize, col: x * shade, row: y * shade, size: shade })) continue;
        const square = { planes, stride: tileSize * side, col: x * tileSize, row: y * tileSize, size: tileSize };
        await sink.add({ z, x: root.x * side + x, y: root.y * side + y }, encode(square));
      }
    }
  }
  await sink.settle();
  return { root, tiles: sink.tiles, bytes: sink.join(), planes: top };
}

/** Collects encoded tiles in the order in which they were started. */
function createSink() {
  const parts: Uint8Array[] = [];
  const tiles: EncodedTile[] = [];
  let waiting: { tile: Tile; bytes: Promise<Uint8Array> }[] = [];
  const take = (tile: Tile, bytes: Uint8Array) => {
    parts.push(bytes);
    tiles.push({ tile, sizeBytes: bytes.length });
  };
  const settle = async () => {
    const all = waiting;
    waiting = [];
    const done = await Promise.all(all.map(({ bytes }) => bytes));
    for (const [i, bytes] of done.entries()) take(all[i]!.tile, bytes);
  };
  return {
    tiles,
    settle,
    async add(tile: Tile, bytes: Uint8Array | Promise<Uint8Array>) {
      if (bytes instanceof Uint8Array) return take(tile, bytes);
      waiting.push({ tile, bytes });
      return waiting.length >= ENCODING_AT_ONCE ? settle() : undefined;
    },
    join(): Uint8Array {
      const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
      let at = 0;
      for (const part of parts) {
        out.set(part, at);
        at += part.length;
      }
      return out;
    },
  };
}
