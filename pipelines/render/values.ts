/** The numbers under a picture: an expression, or bands as they are, of one scene or of several laid over each other. */
import { PlatformError } from '../core/errors.ts';
import type { RasterGrid } from '../core/raster/warp-plan.ts';
import { checkAborted } from '../io/byte-source/byte-source.ts';
import { kernelFor } from '../tasks/layer.ts';
import { joinPlanes } from './mosaic.ts';
import type { PlacedBand } from './read-scene.ts';
import { readScene, TooManyPixels } from './read-scene.ts';
import type { RenderValues } from './render-input.ts';

/** Pixels along a side below which a picture is not cut any further. */
const LEAST_SIDE = 16;

/**
 * One plane for an expression, else one for each band; NaN where there is no value.
 * @returns null where nothing has a value
 * @throws {PlatformError} `too-large` for a raster whose overviews do not suffice; what reading throws; `aborted`
 */
export async function renderValues(
  values: RenderValues,
  target: RasterGrid,
  signal: AbortSignal,
): Promise<Float32Array[] | null> {
  try {
    return await renderWhole(values, target, signal);
  } catch (error) {
    if (!(error instanceof TooManyPixels)) throw error;
    return renderQuarters(values, target, signal);
  }
}

async function renderWhole(values: RenderValues, target: RasterGrid, signal: AbortSignal) {
  const { scenes, rule, expression, resampling } = values;
  const found: Float32Array[][] = [];
  for (const scene of scenes) {
    checkAborted(signal);
    const bands = await readScene(scene, target, resampling, signal);
    if (!bands) continue;
    found.push(expression === null ? bands.map(toPlane) : [evaluate(expression, bands)]);
    if (rule === 'first' && found.length < scenes.length && isComplete(found)) break;
  }
  return found.length === 0 ? null : joinPlanes(found, rule);
}

async function renderQuarters(
  values: RenderValues,
  target: RasterGrid,
  signal: AbortSignal,
): Promise<Float32Array[] | null> {
  const { width, height } = target;
  if (Math.min(width, height) < LEAST_SIDE)
    throw new PlatformError(
      'too-large',
      `So small a scale of ${values.scenes[0]!.bands[0]!.path} needs overviews that it does not have; add them, for instance with gdaladdo`,
    );
  let planes: Float32Array[] | null = null;
  for (const part of quartersOf(target)) {
    const found = await renderValues(values, part.grid, signal);
    if (!found) continue;
    planes ??= found.map(() => new Float32Array(width * height).fill(NaN));
    for (const [p, plane] of found.entries())
      for (let row = 0; row < part.grid.height; row++)
        planes[p]!.set(
          plane.subarray(row * part.grid.width, (row + 1) * part.grid.width),
          (part.row + row) * width + part.col,
        );
  }
  return planes;
}

function* quartersOf({ transform, epsg, width, height }: RasterGrid) {
  const [a, b, c, d, e, f] = transform;
  const [left, top] = [width >> 1, height >> 1];
  for (const [row, h] of [[0, top] as const, [top, height - top] as const])
    for (const [col, w] of [[0, left] as const, [left, width - left] as const]) {
      const moved = [a, b, a * col + b * row + c, d, e, d * col + e * row + f] as const;
      yield { col, row, grid: { epsg, width: w, height: h, transform: moved } };
    }
}

/** A pixel has a value where all bands of the expression are valid. */
function evaluate(expression: string, bands: readonly PlacedBand[]): Float32Array {
  const calibration = bands.map(({ scale, offset }) => ({ scale, offset }));
  const out = new Float32Array(bands[0]!.data.length);
  const arrays = bands.map(({ data }) => data);
  kernelFor({ expression, calibration }, { kind: 'float32' }).run(
    arrays,
    bands.map(({ valid }) => valid),
    out,
  );
  return out;
}

function toPlane({ data, valid, scale, offset }: PlacedBand): Float32Array {
  const out = new Float32Array(data.length);
  for (let i = 0; i < out.length; i++) out[i] = valid[i] === 0 ? NaN : data[i]! * scale + offset;
  return out;
}

/** Whether every pixel of every plane has a value in one of the scenes. */
function isComplete(found: readonly (readonly Float32Array[])[]): boolean {
  return found[0]!.every((first, p) => {
    for (let i = 0; i < first.length; i++) if (found.every((planes) => planes[p]![i] !== planes[p]![i])) return false;
    return true;
  });
}
