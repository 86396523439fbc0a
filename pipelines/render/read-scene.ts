/** The bands of a scene on the pixels of a picture: the right overview read, warped, the masks combined. */
import { PlatformError } from '../core/errors.ts';
import { scale as scaleTransform } from '../core/grid/affine.ts';
import type { Window } from '../core/grid/window.ts';
import type { BandBlock, DataType } from '../core/raster/block.ts';
import { maskSpecialValues } from '../core/raster/calibrate.ts';
import { resample, windowFor } from '../core/raster/resample.ts';
import type { Resampling } from '../core/raster/resample.ts';
import { codingOfType, toCodes } from '../core/raster/value-code.ts';
import { warpCodes } from '../core/raster/warp-codes.ts';
import { planWarp } from '../core/raster/warp-plan.ts';
import type { RasterGrid, WarpPlan } from '../core/raster/warp-plan.ts';
import type { RasterInfo, RasterSource } from '../io/raster-source.ts';
import { withScratch } from '../tasks/scratch.ts';
import type { Scratch } from '../tasks/scratch.ts';
import type { RenderBand, RenderMask, RenderScene } from './render-input.ts';
import { withOpen } from './sources.ts';

/** A band on the pixels of the picture: value = data · scale + offset where `valid` is 1. */
export interface PlacedBand {
  readonly data: Uint16Array | Float32Array | Float64Array;
  readonly valid: Uint8Array;
  readonly scale: number;
  readonly offset: number;
}

/** Source pixels that are held at a time; a picture that needs more is made in parts. */
const MOST_WINDOW_PIXELS = 4096 * 4096;
/** Bound on a pixel's position, in pixels of the overview that is read. */
export const MAX_ERROR_PIXELS = 0.05;
/** An overview this much coarser than the picture still serves it. */
const SIZE_TOLERANCE = 0.03;
/** Overviews are at most twice as fine as the picture; to that, the plain kernels leave nothing out. */
const PLAIN_TO_SCALE = 0.48;

/** Thrown where a part of a picture is to be cut in four; see `renderValues`. */
export class TooManyPixels extends Error {}

/**
 * @returns a band for each of the scene's; null where the picture does not meet the scene, or nothing of it is valid.
 * @throws {TooManyPixels}; {PlatformError} `crs-missing` and what reading throws
 */
export async function readScene(
  { bands, mask }: RenderScene,
  target: RasterGrid,
  resampling: Resampling,
  signal: AbortSignal,
): Promise<PlacedBand[] | null> {
  const placed = new Map<RenderBand, PlacedBand>();
  const planFor = planner(target);
  for (const group of Map.groupBy(bands, ({ path, version }) => `${version} ${path}`).values()) {
    const read = await readFile(group, planFor, resampling, signal);
    if (!read) return null;
    group.forEach((band, i) => placed.set(band, read[i]!));
  }
  const all = bands.map((band) => placed.get(band)!);
  if (mask) {
    const stays = await readMask(mask, target, planFor, signal);
    for (const { valid } of all) and(valid, stays);
  }
  return all.some(({ valid }) => valid.includes(1)) ? all : null;
}

/** The bands of one file, so that its blocks are decoded once for all. */
async function readFile(
  bands: readonly RenderBand[],
  planFor: Planner,
  resampling: Resampling,
  signal: AbortSignal,
): Promise<PlacedBand[] | null> {
  return withOpen(bands[0]!, async (source) => {
    const { plan, level } = planFor(source.info, resampling);
    const inside = windowFor(plan, resampling);
    if (!inside) return null;
    return withScratch(async (scratch) => {
      const blocks = await readBlocks(source, inside, bands, { level, signal, scratch });
      return bands.map((band, i) => placeBand(band, source.info, plan, resampling, blocks[i]!));
    });
  });
}

interface WindowedBlock extends BandBlock {
  readonly window: Window;
}

/** With a border of nodata around the raster: the kernels need not ask where it ends. */
async function readBlocks(
  source: RasterSource,
  inside: Window,
  bands: readonly RenderBand[],
  { level, signal, scratch }: { readonly level: number; readonly signal: AbortSignal; readonly scratch: Scratch },
): Promise<WindowedBlock[]> {
  const window = { col: inside.col - 1, row: inside.row - 1, width: inside.width + 2, height: inside.height + 2 };
  if (window.width * window.height * bands.length > MOST_WINDOW_PIXELS) throw new TooManyPixels();
  const pixels = window.width * window.height;
  const into = bands.map(({ band }) => scratch.samples(source.info.bands[band]!.dtype, pixels));
  const blocks = await source.read(window, { bands: bands.map(({ band }) => band), level, into, signal });
  return blocks.map((block) => ({ ...block, window }));
}

function placeBand(
  band: RenderBand,
  info: RasterInfo,
  plan: WarpPlan,
  resampling: Resampling,
  { data, mask, window, width, height }: WindowedBlock,
): PlacedBand {
  const { dtype, nodata } = info.bands[band.band]!;
  const special = { nodata: band.nodata === nodata ? null : band.nodata, saturated: band.saturated };
  let known = mask;
  if (special.nodata !== null || special.saturated !== null) {
    known ??= new Uint8Array(width * height).fill(1);
    maskSpecialValues(data, known, special);
  }
  const pixels = plan.target.width * plan.target.height;
  const coding = resampling === 'nearest' || resampling === 'bilinear' ? codingOfType(dtype) : null;
  if (!coding) {
    const values = isWide(dtype) ? new Float64Array(pixels) : new Float32Array(pixels);
    const valid = new Uint8Array(pixels);
    resample(plan, resampling, { data, mask: known, window }, { data: values, mask: valid });
    return { data: values, valid, scale: band.scale, offset: band.offset };
  }
  const codes = new Uint16Array(pixels);
  const source = { codes: toCodes(data, known, coding, codesOf(data.length)), window };
  warpCodes(plan, resampling, source, { codes, offset: 0, stride: plan.target.width });
  // dn = low + code − 1
  return { data: codes, valid: validOf(codes), scale: band.scale, offset: band.offset + (coding.low - 1) * band.scale };
}

/** Codes of a window: needed only until they are warped, in one go. */
let spare = new Uint16Array(0);

function codesOf(length: number): Uint16Array {
  if (spare.length < length) spare = new Uint16Array(length);
  return spare.subarray(0, length);
}

/** Numbers that 32-bit floats do not hold. */
function isWide(dtype: DataType): boolean {
  return dtype.endsWith('64') || dtype === 'int32' || dtype === 'uint32';
}

function validOf(codes: Uint16Array): Uint8Array {
  const valid = new Uint8Array(codes.length);
  for (let i = 0; i < codes.length; i++) valid[i] = codes[i] === 0 ? 0 : 1;
  return valid;
}

function and(mask: Uint8Array, other: Uint8Array): void {
  for (let i = 0; i < mask.length; i++) mask[i]! &= other[i]!;
}

/** 1 where the class of a pixel stays. Classes are names: the nearest is taken, never a mean. */
async function readMask(
  mask: RenderMask,
  target: RasterGrid,
  planFor: Planner,
  signal: AbortSignal,
): Promise<Uint8Array> {
  const classes: RenderBand = { ...mask, band: 0, scale: 1, offset: 0, nodata: null, saturated: null };
  const read = await readFile([classes], planFor, 'nearest', signal);
  const stays = new Uint8Array(65536).fill(1);
  for (const number of mask.excluded) stays[number + 1] = 0;
  stays[0] = stays[1]!; // outside, and what the file calls nodata, is class 0
  const valid = new Uint8Array(target.width * target.height).fill(stays[0]);
  if (!read) return valid;
  const codes = read[0]!.data;
  if (!(codes instanceof Uint16Array))
    throw new PlatformError('format-unsupported', `${mask.path} is no scene classification: its numbers are fractions`);
  for (let i = 0; i < valid.length; i++) valid[i] = stays[codes[i]!]!;
  return valid;
}

interface LevelPlan {
  readonly plan: WarpPlan;
  readonly level: number;
}

type Planner = (info: RasterInfo, resampling: Resampling) => LevelPlan;

/** The bands of a scene have few grids among them: one plan for each. */
function planner(target: RasterGrid): Planner {
  const plans = new Map<string, LevelPlan>();
  return (info, resampling) => {
    const { transform, epsg, levels } = info;
    const key = JSON.stringify([transform, epsg, levels, resampling]);
    let found = plans.get(key);
    if (!found) plans.set(key, (found = planOf(info, target, resampling)));
    return found;
  };
}

/**
 * The overview whose pixels are nearest to the picture's and not coarser, and the way onto it. A coarse plan on the full
 * raster tells which; the plan in use is as exact as its pixels ask for, not as those of the full raster would.
 */
function planOf(info: RasterInfo, target: RasterGrid, resampling: Resampling): LevelPlan {
  const full = gridOf(info);
  const { scale } = planWarp({ source: full, target, maxErrorPixels: Infinity });
  const shrink = 1 / Math.sqrt(scale[0] * scale[1]);
  let [level, coarser] = [0, 1];
  info.levels.forEach(({ width, height }, i) => {
    const factor = Math.sqrt((full.width * full.height) / (width * height));
    if (factor <= shrink * (1 + SIZE_TOLERANCE)) [level, coarser] = [i, factor];
  });
  const plan = planWarp({ source: full, target, scale, maxErrorPixels: MAX_ERROR_PIXELS * coarser });
  const { width, height } = info.levels[level]!;
  return { level, plan: onLevel(plan, width, height, resampling) };
}

function onLevel(plan: WarpPlan, width: number, height: number, resampling: Resampling): WarpPlan {
  const { source, nodes, scale } = plan;
  const [fx, fy] = [source.width / width, source.height / height];
  const scaled: readonly [number, number] = [scale[0] * fx, scale[1] * fy];
  const isPlain = resampling === 'bilinear' || resampling === 'cubic' ? Math.min(...scaled) >= PLAIN_TO_SCALE : false;
  return {
    ...plan,
    source: { epsg: source.epsg, width, height, transform: scaleTransform(source.transform, fx, fy) },
    nodes: { ...nodes, x: nodes.x.map((x) => x / fx), y: nodes.y.map((y) => y / fy) },
    scale: isPlain ? [Math.max(1, scaled[0]), Math.max(1, scaled[1])] : scaled,
  };
}

/** @throws {PlatformError} `crs-missing` */
export function gridOf({ name, transform, epsg, width, height }: RasterInfo): RasterGrid {
  if (transform && epsg !== null) return { transform, epsg, width, height };
  throw new PlatformError('crs-missing', `${name} does not say where on Earth it lies, so it cannot be drawn on a map`);
}
