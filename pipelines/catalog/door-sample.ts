/** A small picture of one band of a scene, as values, for comparing scenes with each other at the door. */
import type { Affine } from '../core/grid/affine.ts';
import { apply, invert, scale, translate } from '../core/grid/affine.ts';
import type { Window } from '../core/grid/window.ts';
import { openRaster } from '../io/open-raster.ts';
import type { RecordedBand } from './scene-record.ts';

export interface BandSample {
  readonly band: RecordedBand;
  readonly width: number;
  readonly height: number;
  /** Scale and offset applied. */
  readonly values: Float32Array;
  /** 1 = valid; saturated and nodata pixels are not. */
  readonly mask: Uint8Array;
  /** Pixel corner → CRS. */
  readonly transform: Affine;
  /** Share of pixels that are valid. */
  readonly validShare: number;
}

/** A sample has at least so many pixels across where the raster has; finer ones only cost time. */
const WANTED_SIDE = 300;
/** Without overviews a part from the middle has to do. */
const MOST_SIDE = 2048;

/** The band by which scenes are compared: red shows fields, is in every optical product, and has no thermal or haze drift. */
const PREFERRED = ['red', 'nir', 'nir08', 'green', 'swir16'];

/** @returns every resolution of the preferred band, finest first. */
export function comparableBands(bands: readonly RecordedBand[]): readonly RecordedBand[] {
  const name = PREFERRED.find((word) => bands.some((band) => band.name === word)) ?? bands[0]?.name;
  return bands.filter((band) => band.name === name).sort((a, b) => a.gsd - b.gsd);
}

/** The whole band, coarse. @throws {PlatformError} as `openRaster` and `read` */
export async function readSample(bands: readonly RecordedBand[], signal?: AbortSignal): Promise<BandSample> {
  const band = bands.at(-1)!;
  const raster = await openRaster(band.path, signal ? { signal } : {});
  try {
    const { levels } = raster.info;
    const found = levels.findLastIndex((level) => Math.max(level.width, level.height) >= WANTED_SIDE);
    const level = Math.max(0, found);
    const { width, height } = levels[level]!;
    const [w, h] = [Math.min(width, MOST_SIDE), Math.min(height, MOST_SIDE)];
    const window = { col: (width - w) >> 1, row: (height - h) >> 1, width: w, height: h };
    return await readWindow(raster, band, window, level, signal);
  } finally {
    await raster.close();
  }
}

/** Full-resolution pixels around a place of the CRS; beyond the raster they are masked. */
export async function readAround(
  band: RecordedBand,
  [x, y]: readonly [number, number],
  side: number,
  signal?: AbortSignal,
): Promise<BandSample | null> {
  const raster = await openRaster(band.path, signal ? { signal } : {});
  try {
    const inverse = raster.info.transform && invert(raster.info.transform);
    if (!inverse) return null;
    const [col, row] = apply(inverse, x, y);
    const window = { col: Math.round(col - side / 2), row: Math.round(row - side / 2), width: side, height: side };
    return await readWindow(raster, band, window, 0, signal);
  } finally {
    await raster.close();
  }
}

async function readWindow(
  raster: Awaited<ReturnType<typeof openRaster>>,
  band: RecordedBand,
  window: Window,
  level: number,
  signal?: AbortSignal,
): Promise<BandSample> {
  const { info } = raster;
  const [block] = await raster.read(window, { bands: [band.index], level, ...(signal ? { signal } : {}) });
  const { data, mask } = block!;
  const values = new Float32Array(data.length);
  const valid = new Uint8Array(data.length);
  let count = 0;
  for (let i = 0; i < data.length; i++) {
    const dn = data[i]!;
    if ((mask && mask[i] === 0) || dn === band.nodata || dn === band.saturated || !Number.isFinite(dn)) continue;
    values[i] = dn * band.scale + band.offset;
    valid[i] = 1;
    count++;
  }
  const { width, height } = info.levels[level]!;
  const levelTransform = scale(info.transform!, info.width / width, info.height / height);
  return {
    band,
    width: window.width,
    height: window.height,
    values,
    mask: valid,
    transform: translate(levelTransform, window.col, window.row),
    validShare: data.length > 0 ? count / data.length : 0,
  };
}

export interface PairedValues {
  readonly first: Float32Array;
  readonly second: Float32Array;
}

/** Values of two samples in one CRS at the same places: the pixel of the second under each centre of the first. */
export function pairSamples(a: BandSample, b: BandSample): PairedValues {
  const first = new Float32Array(a.values.length);
  const second = new Float32Array(a.values.length);
  const inverse = invert(b.transform);
  if (!inverse) return { first: first.subarray(0, 0), second: second.subarray(0, 0) };
  let count = 0;
  for (let row = 0, i = 0; row < a.height; row++)
    for (let col = 0; col < a.width; col++, i++) {
      if (a.mask[i] === 0) continue;
      const [bc, br] = apply(inverse, ...apply(a.transform, col + 0.5, row + 0.5));
      if (bc < 0 || br < 0 || bc >= b.width || br >= b.height) continue;
      const j = Math.floor(br) * b.width + Math.floor(bc);
      if (b.mask[j] === 0) continue;
      first[count] = a.values[i]!;
      second[count++] = b.values[j]!;
    }
  return { first: first.subarray(0, count), second: second.subarray(0, count) };
}
