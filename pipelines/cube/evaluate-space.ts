/** Operations that look beyond the pixel: kernels, speckle filters, other grids. They ask their input for more than they give. */
import { translate } from '../core/grid/affine.ts';
import type { Window } from '../core/grid/window.ts';
import { filterSpeckle, haloOf } from '../core/radar/speckle.ts';
import { resample, windowFor } from '../core/raster/resample.ts';
import { planWarp } from '../core/raster/warp-plan.ts';
import { around, convolve, insideOf, withBorder } from './convolve.ts';
import type { OperationOf } from './program.ts';

/** Planes of operations, lent for a window. */
export interface PlaneInputs {
  withInputs(inputs: readonly number[], window: Window, use: (planes: readonly Float32Array[]) => void): Promise<void>;
}

/** Largest distance between interpolated and exact positions of a warp, in source pixels: as `landmeter warp`. */
const MAX_WARP_ERROR = 0.01;
/** Source pixels of a warp that are held at once; a coarse target is worked through in smaller windows. */
const MOST_WARPED = 2 ** 24;

export function warpPlane(
  planes: PlaneInputs,
  node: OperationOf<'warp'>,
  window: Window,
  out: Float32Array,
): Promise<void> {
  out.fill(NaN);
  return warpInto(planes, node, window, { width: window.width, out, at: 0 });
}

export async function specklePlane(
  planes: PlaneInputs,
  node: OperationOf<'speckle'>,
  window: Window,
  out: Float32Array,
): Promise<void> {
  const { width, height, choice, input } = node;
  const halo = haloOf(choice.side);
  const wanted = around(window, halo, halo);
  const held = insideOf(wanted, width, height);
  await planes.withInputs([input], held, ([plane]) => {
    const beyond = held.width !== wanted.width || held.height !== wanted.height;
    const from = beyond ? withBorder(plane!, held, wanted, node, NaN) : plane!;
    filterSpeckle(from, { ...window, halo }, choice, out);
  });
}

export async function convolvePlane(
  planes: PlaneInputs,
  node: OperationOf<'kernel'>,
  window: Window,
  out: Float32Array,
): Promise<void> {
  const { kernel, width, height, border } = node;
  const [ry, rx] = [(kernel.length - 1) / 2, (kernel[0]!.length - 1) / 2];
  const wanted = around(window, rx, ry);
  const inside = insideOf(wanted, width, height);
  const beyond = inside.width !== wanted.width || inside.height !== wanted.height;
  const held = border === 'wrap' && beyond ? { col: 0, row: 0, width, height } : inside;
  await planes.withInputs([node.input], held, ([plane]) => {
    const from = beyond ? withBorder(plane!, held, wanted, node, border) : plane!;
    convolve(from, kernel, node, window.width, out);
  });
}

/** @param to  Where the window lies in a larger one: its row length, and the index of its first pixel. */
async function warpInto(
  planes: PlaneInputs,
  node: OperationOf<'warp'>,
  window: Window,
  to: { readonly width: number; readonly out: Float32Array; readonly at: number },
): Promise<void> {
  const { from, resampling, scale } = node;
  const { col, row, width, height } = window;
  const target = { ...node.to, transform: translate(node.to.transform, col, row), width, height };
  const plan = planWarp({ source: from, target, maxErrorPixels: MAX_WARP_ERROR, scale });
  const needed = windowFor(plan, resampling);
  if (!needed) return;
  if (needed.width * needed.height > MOST_WARPED && width * height > 1) {
    const wide = width >= height;
    const half = (wide ? width : height) >> 1;
    const first = wide ? { ...window, width: half } : { ...window, height: half };
    const second = wide
      ? { ...window, col: col + half, width: width - half }
      : { ...window, row: row + half, height: height - half };
    await warpInto(planes, node, first, to);
    await warpInto(planes, node, second, { ...to, at: to.at + (wide ? half : half * to.width) });
    return;
  }
  await planes.withInputs([node.input], needed, ([data]) => {
    const mask = new Uint8Array(data!.length);
    for (let i = 0; i < mask.length; i++) if (data![i] === data![i]) mask[i] = 1;
    const warped = { data: new Float32Array(width * height), mask: new Uint8Array(width * height) };
    resample(plan, resampling, { data: data!, mask, window: needed }, warped);
    for (let r = 0, i = 0; r < height; r++)
      for (let c = 0, o = to.at + r * to.width; c < width; c++, i++, o++)
        if (warped.mask[i] === 1) to.out[o] = warped.data[i]!;
  });
}
